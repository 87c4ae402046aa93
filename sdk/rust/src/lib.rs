//! slipway-sdk.
