//! Why the registry did not do as asked.

use std::io::ErrorKind;
use std::path::PathBuf;

use slipway_model::name::ProjectName;

use crate::digest::Digest;
use crate::name::Repository;

/// Why the registry did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The repository holds nothing, or is not there.
    #[error("there is no repository {0}")]
    RepositoryUnknown(Repository),
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
    #[error("the manifest cannot be taken: {reason}")]
    ManifestInvalid {
        /// What is wrong with it.
        reason: String,
    },
    /// A manifest names content that was not pushed.
    #[error("the manifest names {digest}, which {repository} does not hold; push it first")]
    ManifestBlobUnknown {
        /// Where it was looked for.
        repository: Repository,
        /// What is missing.
        digest: Digest,
    },
    /// No such upload, or it was finished.
    #[error("there is no upload {0}; it was finished, cancelled or left for too long; begin again")]
    UploadUnknown(String),
    /// Another request writes to the same upload.
    #[error("another request is sending a part of the upload {0}; wait for its answer")]
    UploadBusy(String),
    /// A part that does not follow what is here.
    #[error("the upload continues at byte {expected}, and not at {asked}")]
    OffsetMismatch {
        /// How much is here.
        expected: u64,
        /// Where the part begins.
        asked: u64,
    },
    /// A part that is not as long as it said.
    #[error("the part should have {expected} bytes, and {actual} came")]
    LengthMismatch {
        /// What was said.
        expected: u64,
        /// What arrived.
        actual: u64,
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
    #[error("it is larger than the {limit_bytes} bytes that this registry takes")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// More than the project may keep.
    #[error(
        "project {project} may keep {limit_bytes} bytes in the registry and this would be more; delete what is \
         not needed, or ask whoever runs this instance for a larger quota"
    )]
    QuotaExceeded {
        /// Whose quota.
        project: ProjectName,
        /// How much that is.
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
    /// Whoever pushes went away in the middle.
    #[error("what was being pushed broke off")]
    BrokeOff(#[source] std::io::Error),
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
    /// The code for it in the distribution specification ("Error Codes"); `None` where the fault is ours.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::RepositoryUnknown(_) => "NAME_UNKNOWN",
            Self::BlobUnknown { .. } => "BLOB_UNKNOWN",
            Self::ManifestUnknown { .. } => "MANIFEST_UNKNOWN",
            Self::ManifestInvalid { .. } | Self::NotComponent { .. } => "MANIFEST_INVALID",
            Self::ManifestBlobUnknown { .. } => "MANIFEST_BLOB_UNKNOWN",
            Self::UploadUnknown(_) => "BLOB_UPLOAD_UNKNOWN",
            Self::UploadBusy(_) | Self::OffsetMismatch { .. } | Self::BrokeOff(_) => {
                "BLOB_UPLOAD_INVALID"
            }
            Self::DigestMismatch { .. } => "DIGEST_INVALID",
            Self::LengthMismatch { .. } | Self::TooLarge { .. } => "SIZE_INVALID",
            Self::QuotaExceeded { .. } => "DENIED",
            Self::Disk { .. } => return None,
        })
    }

    /// Whether the disk has no room left, which whoever runs the instance can mend.
    pub fn is_disk_full(&self) -> bool {
        let full = |it: &std::io::Error| {
            matches!(it.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
        };
        matches!(self, Self::Disk { source, .. } if full(source))
    }
}
