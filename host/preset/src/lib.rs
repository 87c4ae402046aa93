//! Blueprints that people make without writing code: presets of other blueprints, and importers of foreign templates.
//!
//! Pure: bytes and text in, bytes and values out. What a component says when it is asked is for the engine.

pub mod compose;
pub mod document;
pub mod import;

pub use compose::{Wrappers, compose};
pub use document::Document;
pub use import::sounds_secret;
pub use import::{Format, Imported, Source, guess, import};
