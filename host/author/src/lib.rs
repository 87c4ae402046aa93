//! What an author of a plugin does before anybody else sees it: make it, build it, look at it, test it. Needs no server
//! and no cluster, and runs components in the same engine as a server does.

mod bench;
mod build;
mod error;
mod golden;
mod inspect;
mod scaffold;
mod sources;

pub use bench::Bench;
pub use build::build;
pub use error::Error;
pub use golden::{Case, Outcome, Verdict, cases};
pub use inspect::{Report, inspect};
pub use scaffold::{Language, Purpose, Scaffold, scaffold};
pub use slipway_engine::World;
