//! Intent and history on disk: redb with typed tables, one transaction per change.
//!
//! An answer that this room gives is on disk. It knows nothing of HTTP, Kubernetes or permissions.

mod error;
mod migrate;
pub mod record;
mod seal;
mod store;
mod table;
mod transaction;

pub use error::Error;
pub use seal::{Sealed, Sealer};
pub use store::Store;
pub use table::Table;
pub use transaction::{Actor, Changes, Reader, Reads};
