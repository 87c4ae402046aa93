//! The store: one file, opened by one process.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use slipway_database::File;

use crate::seal::Sealer;
use crate::transaction::{Actor, Changes, Reader};
use crate::{Error, migrate};

/// The store. Cheap to clone; all clones are the same store.
#[derive(Clone)]
pub struct Store {
    file: Arc<File>,
    path: Option<Arc<Path>>,
    sealer: Sealer,
    clock: fn() -> u64,
}

/// What redb may keep of the file in memory.
const CACHE_BYTES: usize = 16 << 20;

/// Why a change did not come about.
enum Failed<E> {
    Asked(E),
    Database(redb::Error),
}

impl<E> From<redb::Error> for Failed<E> {
    fn from(error: redb::Error) -> Self {
        Self::Database(error)
    }
}

impl Store {
    /// Opens `slipway.redb` in the directory, makes it where it is missing, and migrates it.
    ///
    /// `clock` gives milliseconds since 1970.
    pub fn open(directory: &Path, clock: fn() -> u64) -> Result<Self, Error> {
        let path = directory.join("slipway.redb");
        let failed = |error: redb::DatabaseError| match error {
            redb::DatabaseError::DatabaseAlreadyOpen => Error::InUse { path: path.clone() },
            other => Error::Open { path: path.clone(), source: Box::new(other.into()) },
        };
        let file = File::open(&path, CACHE_BYTES).map_err(failed)?;
        private(&path)?;
        migrate::migrate(&file, Some(&path))?;
        let sealer = Sealer::from_file(&directory.join("seal.key"))?;
        let path = Some(Arc::from(path));
        Ok(Self { file: Arc::new(file), path, sealer, clock })
    }

    /// A store that lives as long as the process: for tests.
    pub fn in_memory(clock: fn() -> u64) -> Result<Self, Error> {
        let file = File::in_memory().map_err(redb::Error::from)?;
        migrate::migrate(&file, None)?;
        let sealer = Sealer::random()?;
        Ok(Self { file: Arc::new(file), path: None, sealer, clock })
    }

    /// What seals secrets of this store.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// The file; none in memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Reads one moment.
    pub fn read(&self) -> Result<Reader, Error> {
        Ok(Reader(self.file.read()?))
    }

    /// Makes one change: all that `change` writes, with its line in the audit, is on disk when this
    /// returns `Ok`, and none of it is otherwise.
    pub async fn change<T, E>(
        &self,
        actor: Actor,
        action: &'static str,
        subject: String,
        change: impl FnOnce(&Changes) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let store = self.clone();
        let task =
            tokio::task::spawn_blocking(move || store.change_now(actor, action, &subject, change));
        task.await.unwrap_or_else(|_| Err(Error::Stopping.into()))
    }

    /// The same on this thread, which waits for the disk.
    pub fn change_now<T, E>(
        &self,
        actor: Actor,
        action: &str,
        subject: &str,
        change: impl FnOnce(&Changes) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<Error>,
    {
        self.write(actor, |changes| {
            let answer = change(changes)?;
            changes.audit(action, subject)?;
            Ok(answer)
        })
    }

    /// What the host notes for itself (sessions, progress, deliveries): on disk as well, without a line
    /// in the audit, which is about what somebody decided.
    pub async fn note<T, E>(
        &self,
        change: impl FnOnce(&Changes) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let store = self.clone();
        let task = tokio::task::spawn_blocking(move || store.write(Actor::host(), change));
        task.await.unwrap_or_else(|_| Err(Error::Stopping.into()))
    }

    fn write<T, E: From<Error>>(
        &self,
        actor: Actor,
        change: impl FnOnce(&Changes) -> Result<T, E>,
    ) -> Result<T, E> {
        let written = self.file.write(|transaction| {
            let (at_unix_milliseconds, detail) = ((self.clock)(), RefCell::default());
            let changes = Changes { transaction, actor, at_unix_milliseconds, detail };
            let answer = change(&changes).map_err(Failed::Asked)?;
            changes.transaction.commit().map_err(redb::Error::from)?;
            Ok(answer)
        });
        written.map_err(|failed| match failed {
            Failed::Asked(error) => error,
            Failed::Database(error) => Error::from(error).into(),
        })
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Only the user whom the host runs as may read it.
fn private(path: &PathBuf) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, permissions)
        .map_err(|source| Error::File { path: path.clone(), source })
}
