//! The registry that this instance serves: who may pull and push, and what they do.
//!
//! Permission is asked first, by the name of the repository alone ([`access`]). Whoever may not know of a repository hears the
//! same as if it were not there.

mod access;
mod pull;
mod push;
mod repositories;
mod sweep;

pub use access::Visitor;
pub use repositories::{Kept, RepositoryView};
pub use slipway_registry::digest::{Algorithm, Digest, Malformed, UnknownAlgorithm};
pub use slipway_registry::local::{
    Blob, Error, LARGEST_MANIFEST_BYTES, Manifest, Stored, UploadId,
};
pub use slipway_registry::name::{self, Repository, Tag, Target};
pub use slipway_registry::range;
pub use slipway_registry::remote::Error as RemoteError;
