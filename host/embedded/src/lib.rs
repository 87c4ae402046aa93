//! slipway-embedded.
