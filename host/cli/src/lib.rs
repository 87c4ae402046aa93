//! The command line's client: one file per command, talking only to the HTTP API.

mod ask;
mod client;
mod commands;
mod contexts;
mod error;
mod file;
mod output;
mod registry;
mod wait;

pub use commands::{Command, run};
