//! slipway-api.
