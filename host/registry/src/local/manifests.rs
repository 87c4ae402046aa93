//! Manifests, and the tags that name them.

use std::path::PathBuf;

use slipway_model::digest::Digest;

use super::{Error, Local, disk};
use crate::layout;
use crate::name::{Repository, Tag, Target};

/// The largest manifest that is taken; the specification asks for at least 4 MiB.
const LARGEST_BYTES: usize = 4 << 20;

/// A stored manifest.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Its address.
    pub digest: Digest,
    /// What it was pushed as.
    pub media_type: String,
    /// The manifest, byte by byte as it was pushed.
    pub content: Vec<u8>,
}

/// What became of a manifest that was pushed.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its address.
    pub digest: Digest,
    /// What it says it is about: `OCI-Subject` in the answer.
    pub subject: Option<String>,
}

impl Local {
    /// Looks up a manifest.
    pub async fn manifest(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<Manifest, Error> {
        let unknown = || Error::ManifestUnknown {
            repository: repository.clone(),
            target: target.to_string(),
        };
        let digest = match target {
            Target::Digest(digest) => digest.clone(),
            Target::Tag(tag) => self.tagged(repository, tag).await?.ok_or_else(unknown)?,
        };
        let media_type = disk::read(&self.manifest_path(repository, &digest)).await?;
        let media_type = media_type.ok_or_else(unknown)?;
        let content = disk::read(&self.content(&digest)).await?.ok_or_else(unknown)?;
        let media_type = String::from_utf8_lossy(&media_type).into_owned();
        Ok(Manifest { digest, media_type, content })
    }

    /// Stores a manifest. All that it names must have been pushed, but a subject may come later.
    pub async fn put_manifest(
        &self,
        repository: &Repository,
        target: &Target,
        media_type: &str,
        content: &[u8],
    ) -> Result<Stored, Error> {
        if content.len() > LARGEST_BYTES {
            return Err(Error::TooLarge { limit_bytes: LARGEST_BYTES as u64 });
        }
        let actual = Digest::of(content);
        if let Target::Digest(expected) = target
            && *expected != actual
        {
            return Err(Error::DigestMismatch { expected: expected.clone(), actual });
        }
        let manifest: layout::Manifest = serde_json::from_slice(content)
            .map_err(|error| Error::ManifestInvalid { reason: error.to_string() })?;
        if manifest.media_type.as_deref().is_some_and(|it| it != media_type) {
            let reason = format!("it was pushed as {media_type} and says that it is another type");
            return Err(Error::ManifestInvalid { reason });
        }

        let _changing = self.changing.lock().await;
        self.require(repository, &manifest).await?;
        disk::write(&self.content(&actual), content).await?;
        if let Some(subject) = &manifest.subject {
            let subject: Digest = parsed(&subject.digest)?;
            disk::write(&self.referrers_of(repository, &subject).join(actual.hex()), b"").await?;
        }
        disk::write(&self.manifest_path(repository, &actual), media_type.as_bytes()).await?;
        if let Target::Tag(tag) = target {
            disk::write(&self.tag_path(repository, tag), actual.as_str().as_bytes()).await?;
        }
        Ok(Stored { digest: actual, subject: manifest.subject.map(|it| it.digest) })
    }

    async fn require(
        &self,
        repository: &Repository,
        manifest: &layout::Manifest,
    ) -> Result<(), Error> {
        let missing = |digest: &str| Error::ManifestBlobUnknown {
            repository: repository.clone(),
            digest: digest.to_owned(),
        };
        for blob in manifest.config.iter().chain(&manifest.layers) {
            let digest = parsed(&blob.digest)?;
            if self.blob_size(repository, &digest).await.is_err() {
                return Err(missing(&blob.digest));
            }
        }
        for entry in &manifest.manifests {
            let digest = parsed(&entry.digest)?;
            if disk::size(&self.manifest_path(repository, &digest)).await?.is_none() {
                return Err(missing(&entry.digest));
            }
        }
        Ok(())
    }

    /// Removes a tag, or a manifest with all its tags.
    pub async fn delete_manifest(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<(), Error> {
        let manifest = self.manifest(repository, target).await?;
        let _changing = self.changing.lock().await;
        if let Target::Tag(tag) = target {
            return disk::remove(&self.tag_path(repository, tag)).await.map(|_| ());
        }
        for tag in self.tags_all(repository).await? {
            if self.tagged(repository, &tag).await?.as_ref() == Some(&manifest.digest) {
                disk::remove(&self.tag_path(repository, &tag)).await?;
            }
        }
        let read: Option<layout::Manifest> = serde_json::from_slice(&manifest.content).ok();
        if let Some(subject) = read.and_then(|it| it.subject)
            && let Ok(subject) = subject.digest.parse()
        {
            let referrers = self.referrers_of(repository, &subject);
            disk::remove(&referrers.join(manifest.digest.hex())).await?;
        }
        disk::remove(&self.manifest_path(repository, &manifest.digest)).await.map(|_| ())
    }

    async fn tagged(&self, repository: &Repository, tag: &Tag) -> Result<Option<Digest>, Error> {
        let text = disk::read(&self.tag_path(repository, tag)).await?;
        Ok(text.and_then(|it| String::from_utf8_lossy(&it).parse().ok()))
    }

    pub(super) fn manifest_path(&self, repository: &Repository, digest: &Digest) -> PathBuf {
        self.folder(repository, "_manifests").join(digest.hex())
    }

    pub(super) fn tag_path(&self, repository: &Repository, tag: &Tag) -> PathBuf {
        // A tag may not begin with a dot, so it is never taken for an unfinished file.
        self.folder(repository, "_tags").join(tag.as_str())
    }

    pub(super) fn referrers_of(&self, repository: &Repository, subject: &Digest) -> PathBuf {
        self.folder(repository, "_referrers").join(subject.hex())
    }
}

fn parsed(digest: &str) -> Result<Digest, Error> {
    digest.parse().map_err(|_| Error::ManifestInvalid {
        reason: format!("{digest:?} in it is no digest of SHA-256"),
    })
}
