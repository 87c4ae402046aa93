//! Manifests, and the tags that name them.

use std::path::PathBuf;

use super::account::Account;
use super::gate::Entered;
use super::{Error, Local, disk};
use crate::digest::Digest;
use crate::name::{Repository, Tag, Target};
use crate::pushed::{self, Pushed};

/// The largest manifest that is taken; the specification asks for at least 4 MiB.
pub const LARGEST_BYTES: usize = 4 << 20;

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
    pub subject: Option<Digest>,
}

impl Local {
    /// Looks up a manifest.
    pub async fn manifest(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<Manifest, Error> {
        let (local, name, target) = (self.clone(), repository.clone(), target.clone());
        disk::apart(move || local.manifest_now(&name, &target)).await
    }

    pub(super) fn manifest_now(
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
            Target::Tag(tag) => self.tagged(repository, tag)?.ok_or_else(unknown)?,
        };
        let media_type = disk::read(&self.manifest_path(repository, &digest))?;
        let media_type = media_type.ok_or_else(unknown)?;
        let content = disk::read(&self.content(&digest))?.ok_or_else(unknown)?;
        let media_type = String::from_utf8_lossy(&media_type).into_owned();
        Ok(Manifest { digest, media_type, content })
    }

    /// Stores a manifest, of the instance itself: no quota.
    pub async fn put_manifest(
        &self,
        repository: &Repository,
        target: &Target,
        media_type: &str,
        content: &[u8],
    ) -> Result<Stored, Error> {
        self.push_manifest(repository, target, &[], media_type, content.to_vec(), None).await
    }

    /// Stores a manifest, with more tags if there are any. All that it names must have been pushed, but a subject may
    /// come later.
    pub async fn push_manifest(
        &self,
        repository: &Repository,
        target: &Target,
        tags: &[Tag],
        media_type: &str,
        content: Vec<u8>,
        quota_bytes: Option<u64>,
    ) -> Result<Stored, Error> {
        if content.len() > LARGEST_BYTES {
            return Err(Error::TooLarge { limit_bytes: LARGEST_BYTES as u64 });
        }
        let digest = match target {
            Target::Digest(expected) => matching(expected, &content)?,
            Target::Tag(_) => Digest::of(&content),
        };
        let pushed = pushed::read(media_type, &content)
            .map_err(|reason| Error::ManifestInvalid { reason })?;
        let mut all_tags = tags.to_vec();
        all_tags.extend(match target {
            Target::Tag(tag) => Some(tag.clone()),
            Target::Digest(_) => None,
        });
        let account = self.account(repository).await?;
        let stored = Stored { digest: digest.clone(), subject: pushed.subject.clone() };
        let storing = Storing {
            local: self.clone(),
            repository: repository.clone(),
            digest,
            media_type: media_type.to_owned(),
            content,
            pushed,
            tags: all_tags,
            account,
            quota_bytes,
        };
        let changing = self.changing.clone().lock_owned().await;
        let entered = self.gate.enter().await;
        disk::apart(move || {
            let _changing = changing;
            storing.store(&entered)
        })
        .await?;
        Ok(stored)
    }

    /// Removes a tag, or a manifest with all its tags.
    pub async fn delete_manifest(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<(), Error> {
        let account = self.account(repository).await?;
        let changing = self.changing.clone().lock_owned().await;
        let (local, name, target) = (self.clone(), repository.clone(), target.clone());
        disk::apart(move || {
            let _changing = changing;
            local.delete_now(&name, &target, account.as_ref())
        })
        .await
    }

    fn delete_now(
        &self,
        repository: &Repository,
        target: &Target,
        account: Option<&Account>,
    ) -> Result<(), Error> {
        let manifest = self.manifest_now(repository, target)?;
        if let Target::Tag(tag) = target {
            return disk::remove(&self.tag_path(repository, tag)).map(|_| ());
        }
        for tag in self.tags_all(repository)? {
            if self.tagged(repository, &tag)?.as_ref() == Some(&manifest.digest) {
                disk::remove(&self.tag_path(repository, &tag))?;
            }
        }
        let read = pushed::read(&manifest.media_type, &manifest.content).unwrap_or_default();
        if let Some(subject) = read.subject {
            let referrers = self.referrers_of(repository, &subject);
            disk::remove(&referrers.join(manifest.digest.hex()))?;
        }
        let path = self.manifest_path(repository, &manifest.digest);
        Self::let_go(&path, &manifest.digest, account)?;
        disk::flush_removal(&path)
    }

    fn tagged(&self, repository: &Repository, tag: &Tag) -> Result<Option<Digest>, Error> {
        let text = disk::read(&self.tag_path(repository, tag))?;
        Ok(text.and_then(|it| String::from_utf8_lossy(&it).parse().ok()))
    }

    pub(super) fn manifest_path(&self, repository: &Repository, digest: &Digest) -> PathBuf {
        self.folder(repository, "_manifests").join(digest.hex())
    }

    pub(super) fn tag_path(&self, repository: &Repository, tag: &Tag) -> PathBuf {
        // A tag may not begin with a dot, so it is never taken for an unfinished file.
        self.folder(repository, "_tags").join(tag.as_str())
    }
}

fn matching(expected: &Digest, content: &[u8]) -> Result<Digest, Error> {
    let actual = expected.algorithm().digest(content);
    if actual == *expected {
        Ok(actual)
    } else {
        Err(Error::DigestMismatch { expected: expected.clone(), actual })
    }
}

/// A manifest on its way to the disk.
struct Storing {
    local: Local,
    repository: Repository,
    digest: Digest,
    media_type: String,
    content: Vec<u8>,
    pushed: Pushed,
    tags: Vec<Tag>,
    account: Option<Account>,
    quota_bytes: Option<u64>,
}

impl Storing {
    /// In an order in which each step may be the last: content, who refers, the manifest, its tags.
    fn store(self, entered: &Entered) -> Result<(), Error> {
        let Self { local, repository, digest, .. } = &self;
        self.require(entered)?;
        let size = self.content.len() as u64;
        if let Some(account) = &self.account {
            account.allow_content(digest, size, self.quota_bytes)?;
        }
        entered.rely_on(digest);
        disk::write(&local.content(digest), &self.content)?;
        if let Some(subject) = &self.pushed.subject {
            disk::mark(&local.referrers_of(repository, subject).join(digest.hex()))?;
        }
        let path = local.manifest_path(repository, digest);
        let is_new = disk::size(&path)?.is_none();
        disk::write(&path, self.media_type.as_bytes())?;
        if let Some(account) = self.account.as_ref().filter(|_| is_new) {
            account.hold(digest, size);
        }
        for tag in &self.tags {
            disk::write(&local.tag_path(repository, tag), digest.as_str().as_bytes())?;
        }
        Ok(())
    }

    fn require(&self, entered: &Entered) -> Result<(), Error> {
        let missing = |digest: &Digest| Error::ManifestBlobUnknown {
            repository: self.repository.clone(),
            digest: digest.clone(),
        };
        for digest in &self.pushed.blobs {
            entered.rely_on(digest);
            self.local.size_held(&self.repository, digest).map_err(|error| match error {
                Error::BlobUnknown { .. } => missing(digest),
                error => error,
            })?;
        }
        for digest in &self.pushed.manifests {
            let path = self.local.manifest_path(&self.repository, digest);
            if disk::size(&path)?.is_none() {
                return Err(missing(digest));
            }
        }
        Ok(())
    }
}
