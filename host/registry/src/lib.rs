//! slipway-registry.
