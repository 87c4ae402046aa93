//! The registry that an instance serves: content by its address, on disk.
//!
//! ```text
//! blobs/<hex>                       content, shared by all repositories
//! repositories/<name>/_blobs/<hex>      this repository holds that content (empty file)
//! repositories/<name>/_manifests/<hex>  a manifest's media type
//! repositories/<name>/_tags/<tag>       the digest that the tag names
//! repositories/<name>/_referrers/<hex of subject>/<hex>   who refers to whom (empty file)
//! uploads/<id>                      what has arrived of an upload
//! ```
//!
//! A part of a repository's name never begins with `_`, so the folders above cannot collide with one. Content is
//! written beside its place, flushed, verified and renamed: a crash leaves all of it or none.

mod blobs;
mod component;
mod disk;
mod listing;
mod manifests;
mod uploads;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use slipway_model::digest::Digest;

use crate::name::Repository;

pub use blobs::Blob;
pub use component::Component;
pub use manifests::{Manifest, Stored};
pub use uploads::UploadId;

/// Why the registry did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such content in this repository.
    #[error("{repository} holds no content {digest}")]
    BlobUnknown {
        /// Where it was looked for.
        repository: Repository,
        /// What was looked for.
        digest: Digest,
    },
    /// No such manifest.
    #[error("{repository} has no manifest {target}")]
    ManifestUnknown {
        /// Where it was looked for.
        repository: Repository,
        /// The tag or digest.
        target: String,
    },
    /// A manifest that cannot be read.
    #[error("the manifest cannot be read: {reason}")]
    ManifestInvalid {
        /// What is wrong with it.
        reason: String,
    },
    /// A manifest names content that was not pushed.
    #[error("the manifest names content {digest}, which {repository} does not hold; push it first")]
    ManifestBlobUnknown {
        /// Where it was looked for.
        repository: Repository,
        /// What is missing.
        digest: String,
    },
    /// No such upload, or it was finished.
    #[error("there is no upload {0}; it may have been finished or cancelled")]
    UploadUnknown(String),
    /// A part that does not follow what is here.
    #[error("the upload continues at byte {expected}, and not at {asked}")]
    OffsetMismatch {
        /// How much is here.
        expected: u64,
        /// Where the part begins.
        asked: u64,
    },
    /// Content that is not what its digest says.
    #[error("the content has the digest {actual}, and not {expected}")]
    DigestMismatch {
        /// What was said.
        expected: Digest,
        /// What arrived.
        actual: Digest,
    },
    /// More than this registry takes.
    #[error("the content is larger than the {limit_bytes} bytes that this registry takes")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// What is stored under the name is no component.
    #[error("{repository}:{target} is no component")]
    NotComponent {
        /// The repository.
        repository: Repository,
        /// The tag or digest.
        target: String,
        /// What it is.
        #[source]
        refusal: crate::layout::Refusal,
    },
    /// The disk.
    #[error("the registry could not {attempt} {}", path.display())]
    Disk {
        /// What was attempted.
        attempt: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    /// The code for it in the distribution specification; `None` where the fault is ours.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::BlobUnknown { .. } => Some("BLOB_UNKNOWN"),
            Self::ManifestUnknown { .. } => Some("MANIFEST_UNKNOWN"),
            Self::ManifestInvalid { .. } | Self::NotComponent { .. } => Some("MANIFEST_INVALID"),
            Self::ManifestBlobUnknown { .. } => Some("MANIFEST_BLOB_UNKNOWN"),
            Self::UploadUnknown(_) => Some("BLOB_UPLOAD_UNKNOWN"),
            Self::OffsetMismatch { .. } => Some("BLOB_UPLOAD_INVALID"),
            Self::DigestMismatch { .. } => Some("DIGEST_INVALID"),
            Self::TooLarge { .. } => Some("SIZE_INVALID"),
            Self::Disk { .. } => None,
        }
    }
}

/// The store. Clones share it.
#[derive(Clone, Debug)]
pub struct Local {
    root: Arc<Path>,
    /// Manifests and tags of one registry change one at a time, so that a tag never names what a
    /// concurrent delete took away.
    changing: Arc<tokio::sync::Mutex<()>>,
}

impl Local {
    /// Opens the store in this directory, making it if it is not there.
    pub fn open(root: &Path) -> Result<Self, Error> {
        for part in ["blobs", "repositories", "uploads"] {
            let path = root.join(part);
            std::fs::create_dir_all(&path).map_err(|source| Error::Disk {
                attempt: "make the directory",
                path,
                source,
            })?;
        }
        Ok(Self { root: root.into(), changing: Arc::default() })
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
