//! slipway-cli.
