//! slipway-cluster.
