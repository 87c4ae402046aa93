//! Content: asked for, mounted, deleted.

use slipway_model::digest::Digest;
use tokio::fs;

use super::{Error, Local, disk};
use crate::name::Repository;

/// Content that is being read.
#[derive(Debug)]
pub struct Blob {
    /// Its length in bytes.
    pub size: u64,
    /// Where to read it from.
    pub file: fs::File,
}

impl Local {
    /// The length of the content, for `HEAD`.
    pub async fn blob_size(&self, repository: &Repository, digest: &Digest) -> Result<u64, Error> {
        if disk::size(&self.link(repository, digest)).await?.is_some()
            && let Some(size) = disk::size(&self.content(digest)).await?
        {
            return Ok(size);
        }
        Err(Error::BlobUnknown { repository: repository.clone(), digest: digest.clone() })
    }

    /// The content, for `GET`.
    pub async fn blob(&self, repository: &Repository, digest: &Digest) -> Result<Blob, Error> {
        let size = self.blob_size(repository, digest).await?;
        let path = self.content(digest);
        let file = fs::File::open(&path).await.map_err(disk::failed("open", &path))?;
        Ok(Blob { size, file })
    }

    /// Puts content whole; the digest is of what was given.
    pub async fn put_blob(&self, repository: &Repository, content: &[u8]) -> Result<Digest, Error> {
        let digest = Digest::of(content);
        let path = self.content(&digest);
        if disk::size(&path).await?.is_none() {
            disk::write(&path, content).await?;
        }
        disk::write(&self.link(repository, &digest), b"").await?;
        Ok(digest)
    }

    /// Lets a repository hold what another one holds; says whether the other one does.
    pub async fn mount_blob(
        &self,
        repository: &Repository,
        from: &Repository,
        digest: &Digest,
    ) -> Result<bool, Error> {
        match self.blob_size(from, digest).await {
            Ok(_) => disk::write(&self.link(repository, digest), b"").await.map(|()| true),
            Err(Error::BlobUnknown { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Takes content out of a repository, and off the disk if no other repository holds it.
    pub async fn delete_blob(&self, repository: &Repository, digest: &Digest) -> Result<(), Error> {
        let _changing = self.changing.lock().await;
        if !disk::remove(&self.link(repository, digest)).await? {
            let (repository, digest) = (repository.clone(), digest.clone());
            return Err(Error::BlobUnknown { repository, digest });
        }
        for other in self.repositories_all().await? {
            let held = disk::size(&self.link(&other, digest)).await?.is_some()
                || disk::size(&self.manifest_path(&other, digest)).await?.is_some();
            if held {
                return Ok(());
            }
        }
        disk::remove(&self.content(digest)).await.map(|_| ())
    }
}
