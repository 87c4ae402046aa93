//! slipway-embedded.
pub mod controllers;
