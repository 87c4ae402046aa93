//! Why the store gave no answer.

use std::path::PathBuf;

/// What went wrong, to what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process has the file open.
    #[error(
        "the store {path} is in use by another Slipway; stop that one, or give this one a data directory of its own"
    )]
    InUse { path: PathBuf },
    /// The file was written by a newer Slipway.
    #[error(
        "the store {path} has schema {found} and this Slipway knows {known}; run the newer version, or restore the backup that it made before its upgrade"
    )]
    TooNew { path: PathBuf, found: u32, known: u32 },
    /// No room left; nothing was changed.
    #[error("the disk is full; nothing was changed. Make room and try again")]
    DiskFull,
    /// The file cannot be opened.
    #[error("the store {path} cannot be opened")]
    Open { path: PathBuf, source: Box<redb::Error> },
    /// A file beside the store cannot be read or written.
    #[error("{path} cannot be used")]
    File { path: PathBuf, source: std::io::Error },
    /// The database failed.
    #[error("the database failed")]
    Database(#[source] Box<redb::Error>),
    /// A record is not what this version writes.
    #[error("the record {key} of table {table} cannot be read")]
    Record { table: &'static str, key: String, source: serde_json::Error },
    /// A recorded call cannot be packed or unpacked.
    #[error("a recorded call of a plugin cannot be read or written")]
    Recording(#[source] std::io::Error),
    /// A sealed value was changed, or sealed with another key.
    #[error("a sealed value cannot be opened; is the key file the one that belongs to this store?")]
    Unsealable,
    /// The seal key is not one.
    #[error("{path} holds no seal key of 32 bytes")]
    BadKey { path: PathBuf },
    /// The task was ended before it was through.
    #[error("the host is stopping")]
    Stopping,
}

impl Error {
    /// Whether the same may be kept later: the disk was full or failed, and the record is not to blame.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::DiskFull | Self::Database(_) | Self::File { .. } | Self::Recording(_))
    }
}

/// Everything that redb can answer, with a full disk told apart.
impl<E: Into<redb::Error>> From<E> for Error {
    fn from(error: E) -> Self {
        match error.into() {
            redb::Error::Io(io) if is_full(&io) => Self::DiskFull,
            other => Self::Database(Box::new(other)),
        }
    }
}

/// Whether the file system said that there is no room.
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}
