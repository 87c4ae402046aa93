//! Files that outlive what happens to a disk: a redb file, ([`once`]) a key or token that is made once, and ([`whole`])
//! a file that is replaced as a whole.
//!
//! redb answers every call with `PreviousIo` once a write has failed, until the file is opened again: a disk that
//! was full for a moment would end all reading and writing for good. This opens it again by itself.

pub mod once;
pub mod whole;

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use redb::{
    Database, DatabaseError, Error, ReadTransaction, ReadableDatabase, StorageError,
    WriteTransaction,
};

/// How long other transactions may take to let go of a broken file.
const LETTING_GO: u32 = 100;
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The file, open unless the disk does not even let it be opened.
#[derive(Debug)]
pub struct File {
    /// None in memory.
    path: Option<PathBuf>,
    cache_bytes: usize,
    open: RwLock<Option<Database>>,
}

impl File {
    /// Opens the file, making it where it is missing. redb keeps at most `cache_bytes` of it in memory.
    pub fn open(path: &Path, cache_bytes: usize) -> Result<Self, DatabaseError> {
        if !path.exists() {
            make(path)?;
        }
        let database = Database::builder().set_cache_size(cache_bytes).create(path)?;
        Ok(Self { path: Some(path.to_owned()), cache_bytes, open: RwLock::new(Some(database)) })
    }

    /// One that lives as long as the process: for tests.
    pub fn in_memory() -> Result<Self, DatabaseError> {
        let backend = redb::backends::InMemoryBackend::new();
        let database = Database::builder().create_with_backend(backend)?;
        Ok(Self { path: None, cache_bytes: 0, open: RwLock::new(Some(database)) })
    }

    /// A snapshot.
    pub fn read(&self) -> Result<ReadTransaction, Error> {
        self.with(|it| it.begin_read().map_err(Error::from))
    }

    /// Gives `work` a transaction to write in, and to commit. Where it fails, the file is made usable again
    /// for others before this returns.
    pub fn write<T, E: From<Error>>(
        &self,
        work: impl FnOnce(WriteTransaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self.with(|it| it.begin_write().map_err(Error::from))?;
        let outcome = work(transaction);
        if outcome.is_err() {
            self.mend();
        }
        outcome
    }

    fn with<T>(&self, call: impl Fn(&Database) -> Result<T, Error>) -> Result<T, Error> {
        let attempt = || {
            let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
            open.as_ref().map_or(Err(Error::PreviousIo), &call)
        };
        match attempt() {
            Err(Error::PreviousIo | Error::DatabaseClosed) => {
                self.mend();
                attempt()
            }
            outcome => outcome,
        }
    }

    /// Opens the file again if redb has given it up.
    fn mend(&self) {
        let Some(path) = &self.path else { return };
        // Most work that fails was refused by its own rules: that must stop no reader.
        let is_fine = |open: &Option<Database>| open.as_ref().is_some_and(|it| !is_given_up(it));
        if is_fine(&self.open.read().unwrap_or_else(PoisonError::into_inner)) {
            return;
        }
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if is_fine(&open) {
            return;
        }
        *open = None;
        for _ in 0..LETTING_GO {
            match Database::builder().set_cache_size(self.cache_bytes).open(path) {
                Ok(database) => {
                    tracing::warn!(path = %path.display(), "the disk failed; the file was opened again");
                    *open = Some(database);
                    return;
                }
                // A transaction of somebody else still holds it.
                Err(DatabaseError::DatabaseAlreadyOpen) => std::thread::sleep(LOOK_AGAIN),
                Err(error) => {
                    tracing::error!(path = %path.display(), %error, "the disk failed; the file cannot be opened again yet");
                    return;
                }
            }
        }
    }
}

/// Makes an empty file under another name first: one whose making was interrupted could never be opened again.
fn make(path: &Path) -> Result<(), DatabaseError> {
    let io = |error| DatabaseError::Storage(StorageError::Io(error));
    let unfinished = path.with_added_extension("new");
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(io(error)),
        Ok(()) | Err(_) => {}
    }
    drop(Database::create(&unfinished)?);
    std::fs::File::open(&unfinished).and_then(|it| it.sync_all()).map_err(io)?;
    std::fs::rename(&unfinished, path).map_err(io)?;
    whole::flush_folder_of(path).map_err(io)
}

fn is_given_up(database: &Database) -> bool {
    use redb::TransactionError;
    let begun = database.try_begin_write();
    matches!(begun, Err(TransactionError::Storage(StorageError::PreviousIo)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_whose_making_was_interrupted_stands_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.redb");
        std::fs::write(folder.path().join("state.redb.new"), [0; 4096]).unwrap();
        File::open(&path, 1 << 20).unwrap();
        File::open(&path, 1 << 20).unwrap();
        assert!(!folder.path().join("state.redb.new").exists());
    }
}
