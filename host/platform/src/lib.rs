//! slipway-platform.
