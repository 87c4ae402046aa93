//! The registry that an instance serves: content by its address, on disk.
//!
//! ```text
//! blobs/<hex>                               content, shared by all repositories
//! repositories/<name>/_blobs/<hex>          this repository holds that content (empty file)
//! repositories/<name>/_manifests/<hex>      a manifest's media type
//! repositories/<name>/_tags/<tag>           the digest that the tag names
//! repositories/<name>/_referrers/<hex of subject>/<hex>   who refers to whom (empty file)
//! repositories/<name>/_uploads/<id>         what has arrived of an upload
//! ```
//!
//! A part of a repository's name never begins with `_`, so the folders above cannot collide with one. `<hex>` is the 64 digits of a
//! SHA-256 or the 128 of a SHA-512. Content is written beside its place, verified, flushed and renamed: a crash leaves all
//! of it or none. Nothing counts as held before its file in the repository is there, and that comes last.

mod account;
mod blobs;
mod component;
mod disk;
mod error;
mod gate;
mod listing;
mod manifests;
mod referrers;
mod sweep;
mod uploads;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::digest::Digest;
use crate::name::Repository;
use account::Accounts;
use gate::Gate;

pub use blobs::Blob;
pub use component::Component;
pub use error::Error;
pub use manifests::{LARGEST_BYTES as LARGEST_MANIFEST_BYTES, Manifest, Stored};
pub use sweep::{Ages, Swept};
pub use uploads::UploadId;

/// The largest content that is taken where nothing else is said: 4 GiB.
pub const LARGEST_BLOB_BYTES: u64 = 4 << 30;

/// The store. Clones share it.
#[derive(Clone, Debug)]
pub struct Local {
    root: Arc<Path>,
    largest_blob_bytes: u64,
    /// Manifests and tags of one registry change one at a time, so that a tag never names what a
    /// concurrent delete took away.
    changing: Arc<tokio::sync::Mutex<()>>,
    gate: Gate,
    accounts: Accounts,
    /// Uploads that a request is writing to.
    busy: uploads::Busy,
}

impl Local {
    /// Opens the store in this directory, making it if it is not there.
    pub fn open(root: &Path) -> Result<Self, Error> {
        for part in ["blobs", "repositories"] {
            let path = root.join(part);
            std::fs::create_dir_all(&path).map_err(|source| Error::Disk {
                attempt: "make the directory",
                path,
                source,
            })?;
        }
        Ok(Self {
            root: root.into(),
            largest_blob_bytes: LARGEST_BLOB_BYTES,
            changing: Arc::default(),
            gate: Gate::default(),
            accounts: Accounts::default(),
            busy: uploads::Busy::default(),
        })
    }

    /// The same with another bound on content that is pushed.
    #[must_use]
    pub fn with_largest_blob(self, bytes: u64) -> Self {
        Self { largest_blob_bytes: bytes, ..self }
    }

    fn content(&self, digest: &Digest) -> PathBuf {
        self.root.join("blobs").join(digest.hex())
    }

    fn repositories(&self) -> PathBuf {
        self.root.join("repositories")
    }

    fn folder(&self, repository: &Repository, part: &str) -> PathBuf {
        self.repositories().join(repository.as_str()).join(part)
    }

    fn link(&self, repository: &Repository, digest: &Digest) -> PathBuf {
        self.folder(repository, "_blobs").join(digest.hex())
    }
}

#[cfg(test)]
mod tests;
