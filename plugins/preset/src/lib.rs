//! The wrapper of presets: a blueprint that speaks for another one, with values of its own laid over.
//!
//! It has no manifest: whoever composes it with a base and a document (`host/preset`) writes the preset's.
#![cfg_attr(target_family = "wasm", no_std)]

extern crate alloc;

#[cfg(target_family = "wasm")]
mod guest;
