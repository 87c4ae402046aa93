//! slipway-model.
