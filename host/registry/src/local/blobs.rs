//! Content: asked for, read, mounted, deleted.

use std::path::Path;

use bytes::Bytes;
use futures::{Stream, TryStreamExt as _, stream};
use tokio::fs;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::account::Account;
use super::{Error, Local, disk};
use crate::digest::Digest;
use crate::name::Repository;
use crate::range::Part;

/// How much is read at a time.
const PIECE_BYTES: usize = 128 << 10;

/// Content that is being read.
#[derive(Debug)]
pub struct Blob {
    /// Its length in bytes.
    pub size: u64,
    /// Where to read it from.
    pub file: fs::File,
}

impl Blob {
    /// Its bytes, or a part of them, piece by piece.
    pub fn stream(self, part: Part) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
        let mut file = self.file;
        let opened = async move {
            file.seek(std::io::SeekFrom::Start(part.first)).await?;
            Ok::<_, std::io::Error>(stream::try_unfold(
                (file, part.length()),
                |(mut file, left)| async move {
                    let most = PIECE_BYTES.min(usize::try_from(left).unwrap_or(PIECE_BYTES));
                    let mut piece = Vec::with_capacity(most);
                    let count = (&mut file).take(most as u64).read_to_end(&mut piece).await?;
                    if count == 0 {
                        return Ok(None);
                    }
                    Ok(Some((Bytes::from(piece), (file, left - count as u64))))
                },
            ))
        };
        stream::once(opened).try_flatten()
    }

    /// The whole of it as a part; none if it is empty.
    pub fn whole(&self) -> Option<Part> {
        self.size.checked_sub(1).map(|last| Part { first: 0, last })
    }
}

impl Local {
    /// The length of the content, for `HEAD`.
    pub async fn blob_size(&self, repository: &Repository, digest: &Digest) -> Result<u64, Error> {
        let (local, name, of) = (self.clone(), repository.clone(), digest.clone());
        disk::apart(move || local.size_held(&name, &of)).await
    }

    pub(super) fn size_held(&self, repository: &Repository, digest: &Digest) -> Result<u64, Error> {
        if disk::size(&self.link(repository, digest))?.is_some()
            && let Some(size) = disk::size(&self.content(digest))?
        {
            return Ok(size);
        }
        Err(Error::BlobUnknown { repository: repository.clone(), digest: digest.clone() })
    }

    /// The same for somebody who goes by it: what they found is not swept before they have used it.
    pub async fn blob_relied_on(
        &self,
        repository: &Repository,
        digest: &Digest,
    ) -> Result<u64, Error> {
        let entered = self.gate.enter().await;
        let (local, name, of) = (self.clone(), repository.clone(), digest.clone());
        disk::apart(move || {
            let size = local.size_held(&name, &of)?;
            entered.rely_on(&of);
            disk::touch(&local.link(&name, &of)).map(|()| size)
        })
        .await
    }

    /// The content, for `GET`.
    pub async fn blob(&self, repository: &Repository, digest: &Digest) -> Result<Blob, Error> {
        let size = self.blob_size(repository, digest).await?;
        let path = self.content(digest);
        let file = fs::File::open(&path).await.map_err(disk::failed("open", &path))?;
        Ok(Blob { size, file })
    }

    /// The content in memory, of at most so many bytes; none if it is not held here.
    pub async fn read_blob(
        &self,
        repository: &Repository,
        digest: &Digest,
        most_bytes: u64,
    ) -> Result<Option<Vec<u8>>, Error> {
        let (local, name, of) = (self.clone(), repository.clone(), digest.clone());
        let content = disk::apart(move || match local.size_held(&name, &of) {
            Ok(size) if size > most_bytes => Err(Error::TooLarge { limit_bytes: most_bytes }),
            Ok(_) => disk::read(&local.content(&of)),
            Err(Error::BlobUnknown { .. }) => Ok(None),
            Err(error) => Err(error),
        })
        .await?;
        match content.map(|it| (digest.algorithm().digest(&it), it)) {
            Some((actual, _)) if actual != *digest => {
                Err(Error::DigestMismatch { expected: digest.clone(), actual })
            }
            content => Ok(content.map(|(_, it)| it)),
        }
    }

    /// Puts content whole; the digest is of what was given.
    pub async fn put_blob(&self, repository: &Repository, content: &[u8]) -> Result<Digest, Error> {
        let digest = Digest::of(content);
        let account = self.account(repository).await?;
        let entered = self.gate.enter().await;
        let (local, name, of) = (self.clone(), repository.clone(), digest.clone());
        let content = content.to_vec();
        disk::apart(move || {
            entered.rely_on(&of);
            let path = local.content(&of);
            if disk::size(&path)?.is_none() {
                disk::write(&path, &content)?;
            }
            local.hold(&name, &of, content.len() as u64, account.as_ref())
        })
        .await?;
        Ok(digest)
    }

    /// Lets a repository hold what another one holds; says whether the other one does.
    pub async fn mount_blob(
        &self,
        repository: &Repository,
        from: &Repository,
        digest: &Digest,
        quota_bytes: Option<u64>,
    ) -> Result<bool, Error> {
        let account = self.account(repository).await?;
        let entered = self.gate.enter().await;
        let (local, name, from) = (self.clone(), repository.clone(), from.clone());
        let of = digest.clone();
        disk::apart(move || {
            let size = match local.size_held(&from, &of) {
                Ok(size) => size,
                Err(Error::BlobUnknown { .. }) => return Ok(false),
                Err(error) => return Err(error),
            };
            if let Some(account) = &account {
                account.allow_content(&of, size, quota_bytes)?;
            }
            entered.rely_on(&of);
            local.hold(&name, &of, size, account.as_ref()).map(|()| true)
        })
        .await
    }

    /// Takes content out of a repository. It leaves the disk with a later sweep, if nobody else holds it.
    pub async fn delete_blob(&self, repository: &Repository, digest: &Digest) -> Result<(), Error> {
        let account = self.account(repository).await?;
        let changing = self.changing.clone().lock_owned().await;
        let (local, name, of) = (self.clone(), repository.clone(), digest.clone());
        disk::apart(move || {
            let _changing = changing;
            let link = local.link(&name, &of);
            if Self::let_go(&link, &of, account.as_ref())? {
                return disk::flush_removal(&link);
            }
            Err(Error::BlobUnknown { repository: name, digest: of })
        })
        .await
    }

    /// Writes down that the repository holds the content, which is in its place already.
    pub(super) fn hold(
        &self,
        repository: &Repository,
        digest: &Digest,
        size: u64,
        account: Option<&Account>,
    ) -> Result<(), Error> {
        let is_new = disk::mark(&self.link(repository, digest))?;
        if let Some(account) = account.filter(|_| is_new) {
            account.hold(digest, size);
        }
        Ok(())
    }

    /// Takes back that a repository holds the content; says whether it did. It is for the caller to flush.
    pub(super) fn let_go(
        link: &Path,
        digest: &Digest,
        account: Option<&Account>,
    ) -> Result<bool, Error> {
        let was_held = disk::discard(link)?;
        if let Some(account) = account.filter(|_| was_held) {
            account.release(digest);
        }
        Ok(was_held)
    }
}
