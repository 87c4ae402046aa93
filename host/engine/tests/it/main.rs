//! The engine with real components: what works, what is refused, and what hostile ones cannot do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod compatibility;
mod golang;
mod guests;
mod hostile;
mod install;
mod plugins;
mod python;
mod typescript;
mod update_checker;
