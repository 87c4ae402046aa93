//! What an author of a plugin does before anybody else sees it: make it, build it, look at it, test it. Needs no server
//! and no cluster, and runs components in the same engine as a server does.

mod bench;
mod build;
mod differing;
mod error;
mod form;
mod golden;
mod inspect;
mod rehearse;
mod render;
mod replay;
mod said;
mod scaffold;
mod sources;

pub use bench::Bench;
pub use build::build;
pub use error::Error;
pub use form::{Form, form};
pub use golden::{Case, Outcome, Verdict, cases};
pub use inspect::{Report, inspect};
pub use rehearse::{Rehearsed, rehearse};
pub use replay::{Replayed, replay};
pub use scaffold::{Language, Scaffold, scaffold};
pub use slipway_engine::World;
