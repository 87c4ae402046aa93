//! slipway-wire.
