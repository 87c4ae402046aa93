//! slipway-embedded.
pub mod controllers;
pub mod node;
