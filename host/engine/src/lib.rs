//! Runs plugins: WebAssembly components of the contract in `wit/`, each call in a fresh instance with limits.
//!
//! The room knows what a plugin is, and nothing of clusters, HTTP, storage or deployments. It implements the
//! planner port ([`slipway_model::plan::Planner`]).

mod apart;
mod breaker;
mod cache;
mod call;
mod compile;
mod compiler;
mod engine;
mod guest;
mod inspect;
mod lane;
mod limits;
mod lookout;
mod manifest;
mod output;
mod place;
mod planner;
mod plugin;
mod spent;
mod ticker;
mod trace;
mod updates;
mod v1;
mod watched;

pub use compiler::{Compiler, compile_for_another};
pub use engine::{Config, Engine, Error};
pub use inspect::{Surface, surface};
pub use limits::{LARGEST_COMPONENT_BYTES, MOST_MEBIBYTES, MOST_MILLISECONDS};
pub use manifest::Manifest;
pub use plugin::{Installed, World};
