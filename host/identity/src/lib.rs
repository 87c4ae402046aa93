//! slipway-identity.
