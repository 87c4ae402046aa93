//! Uploads that arrive in parts and survive a lost connection (distribution-spec, "Pushing a blob in chunks").

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use super::account::Account;
use super::{Error, Local, disk};
use crate::digest::Digest;
use crate::name::Repository;
use crate::range::Part;

/// An upload that has begun. It belongs to its repository: another one does not know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UploadId(uuid::Uuid);

/// Uploads that a request is writing to: one at a time, or parts would mix.
pub(super) type Busy = Arc<Mutex<HashSet<UploadId>>>;

struct Turn {
    busy: Busy,
    id: UploadId,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for UploadId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.parse().map(Self).map_err(|_| Error::UploadUnknown(text.to_owned()))
    }
}

impl Local {
    /// Begins an upload.
    pub async fn start_upload(&self, repository: &Repository) -> Result<UploadId, Error> {
        let id = UploadId(uuid::Uuid::now_v7());
        let path = self.upload(repository, id);
        disk::apart(move || disk::mark(&path)).await?;
        Ok(id)
    }

    /// How much of it has arrived.
    pub async fn upload_size(&self, repository: &Repository, id: UploadId) -> Result<u64, Error> {
        let path = self.upload(repository, id);
        let size = disk::apart(move || disk::size(&path)).await?;
        size.ok_or_else(|| Error::UploadUnknown(id.to_string()))
    }

    /// Adds a part, which must begin where the last one ended if it says where it begins; answers with the size then.
    ///
    /// A part that breaks off is kept as far as it came: the next part continues there. One that is refused leaves no
    /// trace. It goes on to its end on a task of its own, so that a caller who goes away leaves nothing half written behind.
    pub async fn append<E>(
        &self,
        repository: &Repository,
        id: UploadId,
        range: Option<Part>,
        quota_bytes: Option<u64>,
        part: impl Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
    ) -> Result<u64, Error>
    where
        E: Into<std::io::Error> + Send + 'static,
    {
        let account = self.account(repository).await?;
        let turn = self.turn(id)?;
        let begin = self.upload_size(repository, id).await?;
        if let Some(asked) = range.map(|it| it.first).filter(|it| *it != begin) {
            return Err(Error::OffsetMismatch { expected: begin, asked });
        }
        let taking = Taking {
            id,
            path: self.upload(repository, id),
            begin,
            length: range.map(Part::length),
            largest_bytes: self.largest_blob_bytes,
            quota_bytes,
            account,
        };
        let work = tokio::spawn(async move {
            let _turn = turn;
            taking.take(part).await
        });
        work.await.map_err(|it| Error::BrokeOff(std::io::Error::other(it)))?
    }

    /// Ends an upload: its content must have this digest, or it is thrown away.
    pub async fn finish_upload(
        &self,
        repository: &Repository,
        id: UploadId,
        digest: &Digest,
    ) -> Result<(), Error> {
        let account = self.account(repository).await?;
        let turn = self.turn(id)?;
        self.upload_size(repository, id).await?;
        let path = self.upload(repository, id);
        let (expected, counted) = (digest.clone(), account.clone());
        // Outside of the gate: it may take as long as the content is large.
        let (turn, path, size) = disk::apart(move || {
            let (actual, size) = disk::digest_of(&path, expected.algorithm())?;
            if actual == expected {
                return Ok((turn, path, size));
            }
            disk::discard(&path)?;
            forget(counted.as_ref(), id);
            Err(Error::DigestMismatch { expected, actual })
        })
        .await?;
        let entered = self.gate.enter().await;
        let (local, name, digest) = (self.clone(), repository.clone(), digest.clone());
        disk::apart(move || {
            let _turn = turn;
            entered.rely_on(&digest);
            disk::put_in_place(&path, &local.content(&digest))?;
            forget(account.as_ref(), id);
            local.hold(&name, &digest, size, account.as_ref())
        })
        .await
    }

    /// Drops an upload.
    pub async fn cancel_upload(&self, repository: &Repository, id: UploadId) -> Result<(), Error> {
        let account = self.account(repository).await?;
        let turn = self.turn(id)?;
        let path = self.upload(repository, id);
        disk::apart(move || {
            let _turn = turn;
            let was_here = disk::discard(&path)?;
            forget(account.as_ref(), id);
            if was_here {
                disk::flush_removal(&path)
            } else {
                Err(Error::UploadUnknown(id.to_string()))
            }
        })
        .await
    }

    pub(super) fn upload(&self, repository: &Repository, id: UploadId) -> PathBuf {
        self.folder(repository, "_uploads").join(id.to_string())
    }

    pub(super) fn is_busy(&self, id: UploadId) -> bool {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    fn turn(&self, id: UploadId) -> Result<Turn, Error> {
        let is_free = self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        if is_free {
            Ok(Turn { busy: self.busy.clone(), id })
        } else {
            Err(Error::UploadBusy(id.to_string()))
        }
    }
}

fn forget(account: Option<&Account>, id: UploadId) {
    if let Some(account) = account {
        account.gone(id);
    }
}

/// A part that is being taken.
struct Taking {
    id: UploadId,
    path: PathBuf,
    begin: u64,
    length: Option<u64>,
    largest_bytes: u64,
    quota_bytes: Option<u64>,
    account: Option<Account>,
}

impl Taking {
    async fn take<E: Into<std::io::Error>>(
        self,
        part: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<u64, Error> {
        let opened = fs::OpenOptions::new().append(true).open(&self.path).await;
        let mut file = opened.map_err(disk::failed("open", &self.path))?;
        let (size, outcome) = self.write(&mut file, part).await;
        let outcome = outcome.and_then(|()| self.expected(size - self.begin));
        let size = match &outcome {
            Ok(()) | Err(Error::BrokeOff(_)) => size,
            Err(_) => self.begin,
        };
        let flushed = finish(&mut file, size).await;
        if let Some(account) = &self.account {
            account.arrive(self.id, size);
        }
        outcome?;
        flushed.map_err(disk::failed("flush", &self.path))?;
        Ok(size)
    }

    /// Writes what comes; the size then, and why it ended.
    async fn write<E: Into<std::io::Error>>(
        &self,
        file: &mut fs::File,
        mut part: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> (u64, Result<(), Error>) {
        let mut size = self.begin;
        while let Some(bytes) = part.next().await {
            let bytes = match bytes {
                Ok(bytes) => bytes,
                Err(error) => return (size, Err(Error::BrokeOff(error.into()))),
            };
            let after = size + bytes.len() as u64;
            if let Err(error) = self.allow(after) {
                return (size, Err(error));
            }
            if let Err(error) = file.write_all(&bytes).await {
                return (size, Err(disk::failed("write", &self.path)(error)));
            }
            size = after;
            if let Some(account) = &self.account {
                account.arrive(self.id, size);
            }
        }
        (size, Ok(()))
    }

    fn allow(&self, after: u64) -> Result<(), Error> {
        let came = after - self.begin;
        if let Some(expected) = self.length.filter(|it| came > *it) {
            return Err(Error::LengthMismatch { expected, actual: came });
        }
        if after > self.largest_bytes {
            return Err(Error::TooLarge { limit_bytes: self.largest_bytes });
        }
        let Some(account) = &self.account else { return Ok(()) };
        // What came of it so far is counted already.
        account.arrive(self.id, after);
        account.allow(0, self.quota_bytes)
    }

    fn expected(&self, came: u64) -> Result<(), Error> {
        match self.length {
            Some(expected) if expected != came => {
                Err(Error::LengthMismatch { expected, actual: came })
            }
            _ => Ok(()),
        }
    }
}

/// Cuts the file to this size and flushes it: what the answer says is here is on disk.
async fn finish(file: &mut fs::File, size: u64) -> std::io::Result<()> {
    file.flush().await?;
    file.set_len(size).await?;
    file.sync_all().await
}

/// Whether what lies in a folder of uploads is one, for the sweep.
pub(super) fn id_of(path: &Path) -> Option<UploadId> {
    path.file_name()?.to_str()?.parse().ok()
}
