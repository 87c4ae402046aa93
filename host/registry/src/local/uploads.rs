//! Uploads that arrive in parts and survive a lost connection.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use sha2::{Digest as _, Sha256};
use slipway_model::digest::Digest;
use tokio::fs;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Error, Local, disk};
use crate::name::Repository;

/// The largest content that this registry takes.
const LARGEST_BYTES: u64 = 1 << 30;

/// An upload that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadId(uuid::Uuid);

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
    pub async fn start_upload(&self) -> Result<UploadId, Error> {
        let id = UploadId(uuid::Uuid::now_v7());
        let path = self.upload(id);
        fs::File::create_new(&path).await.map_err(disk::failed("create", &path))?;
        Ok(id)
    }

    /// How much of it has arrived.
    pub async fn upload_size(&self, id: UploadId) -> Result<u64, Error> {
        let size = disk::size(&self.upload(id)).await?;
        size.ok_or_else(|| Error::UploadUnknown(id.to_string()))
    }

    /// Adds a part, which must begin where the last one ended if it says where it begins.
    ///
    /// A part that breaks off is kept as far as it came: the next part continues there.
    pub async fn append<E>(
        &self,
        id: UploadId,
        begins_at: Option<u64>,
        mut part: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<u64, Error>
    where
        E: Into<std::io::Error>,
    {
        let mut size = self.upload_size(id).await?;
        if let Some(asked) = begins_at.filter(|it| *it != size) {
            return Err(Error::OffsetMismatch { expected: size, asked });
        }
        let path = self.upload(id);
        let file = fs::OpenOptions::new().append(true).open(&path).await;
        let mut file = file.map_err(disk::failed("open", &path))?;
        while let Some(bytes) = part.next().await {
            let bytes = bytes.map_err(|it| disk::failed("receive", &path)(it.into()))?;
            size += bytes.len() as u64;
            if size > LARGEST_BYTES {
                return Err(Error::TooLarge { limit_bytes: LARGEST_BYTES });
            }
            file.write_all(&bytes).await.map_err(disk::failed("write", &path))?;
        }
        file.flush().await.map_err(disk::failed("write", &path))?;
        Ok(size)
    }

    /// Ends an upload: its content must have this digest.
    pub async fn finish_upload(
        &self,
        repository: &Repository,
        id: UploadId,
        digest: &Digest,
    ) -> Result<(), Error> {
        self.upload_size(id).await?;
        let path = self.upload(id);
        let actual = digest_of(&path).await?;
        if actual != *digest {
            disk::remove(&path).await?;
            return Err(Error::DigestMismatch { expected: digest.clone(), actual });
        }
        let file = fs::File::open(&path).await.map_err(disk::failed("open", &path))?;
        file.sync_all().await.map_err(disk::failed("flush", &path))?;
        disk::put_in_place(&path, &self.content(digest)).await?;
        disk::write(&self.link(repository, digest), b"").await
    }

    /// Drops an upload.
    pub async fn cancel_upload(&self, id: UploadId) -> Result<(), Error> {
        if disk::remove(&self.upload(id)).await? {
            Ok(())
        } else {
            Err(Error::UploadUnknown(id.to_string()))
        }
    }

    fn upload(&self, id: UploadId) -> PathBuf {
        self.root.join("uploads").join(id.to_string())
    }
}

async fn digest_of(path: &Path) -> Result<Digest, Error> {
    let mut file = fs::File::open(path).await.map_err(disk::failed("open", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer).await.map_err(disk::failed("read", path))? {
            0 => break,
            count => hash.update(&buffer[..count]),
        }
    }
    let text = format!("sha256:{}", hex::encode(hash.finalize()));
    Ok(text.parse().expect("a SHA-256 in hexadecimal is a digest"))
}
