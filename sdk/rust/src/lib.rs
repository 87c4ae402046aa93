//! What an author writes a Slipway plugin against: one type, one trait, one macro.
//!
//! A blueprint is a struct of values (the form), and a function that turns them into Kubernetes objects:
//!
//! ```
//! use slipway_sdk::prelude::*;
//!
//! struct Page;
//!
//! #[derive(Serialize, Deserialize, JsonSchema)]
//! #[serde(default, rename_all = "camelCase")]
//! struct Values {
//!     /// What the page says.
//!     message: String,
//! }
//!
//! impl Default for Values {
//!     fn default() -> Self {
//!         Self { message: "Hello".into() }
//!     }
//! }
//!
//! impl Blueprint for Page {
//!     type Values = Values;
//!
//!     fn about() -> About {
//!         About::new("Page", "One page with a message.")
//!     }
//!
//!     fn render(app: &App, values: &Values, _facts: &Facts) -> Result<Objects, Failure> {
//!         Ok(Objects::new().with(ConfigMap::new(&app.name).entry("message", &values.message)))
//!     }
//! }
//!
//! slipway_sdk::blueprint! { Page, kinds: ["ConfigMap"] }
//! # fn main() {}
//! ```
//!
//! The crate type of a plugin is `cdylib`; `cargo build --target wasm32-wasip2` makes the component. Natively
//! everything compiles too, so that a plugin's own tests are ordinary tests (see [`testing`]).

#[doc(hidden)]
pub mod bindings;
pub mod blueprint;
pub mod control;
pub mod facts;
pub mod failure;
pub mod log;
pub mod objects;
mod plugin;
pub mod prelude;
mod schema;
pub mod secret;
pub mod testing;
pub mod update;

pub use bindings::blueprint::slipway::types::types::{App, Health, ObjectRef};
pub use failure::Failure;
pub use plugin::{About, Plugin};
pub use secret::SecretRef;

// What the macros and derives of a plugin need, whatever the plugin itself depends on.
#[doc(hidden)]
pub use {schemars, serde, serde_json};
