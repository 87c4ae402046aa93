//! Pushing and deleting, with an audit line wherever a tag changes what it names.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures::Stream;
use slipway_registry::digest::Digest;
use slipway_registry::local::{Stored, UploadId};
use slipway_registry::name::{Repository, Tag, Target};
use slipway_registry::owner::Owner;
use slipway_registry::range::Part;

use super::Visitor;
use crate::error::named;
use crate::{Error, Platform};

impl Platform {
    /// Begins an upload.
    pub async fn upload_start(
        &self,
        visitor: &Visitor,
        repository: &Repository,
    ) -> Result<UploadId, Error> {
        self.permit_push(visitor, repository)?;
        Ok(self.registry.start_upload(repository).await?)
    }

    /// How much of an upload is here.
    pub async fn upload_size(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        id: UploadId,
    ) -> Result<u64, Error> {
        self.permit_push(visitor, repository)?;
        Ok(self.registry.upload_size(repository, id).await?)
    }

    /// Adds a part to an upload; answers with its size then.
    pub async fn upload_append<E>(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        id: UploadId,
        range: Option<Part>,
        part: impl Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
    ) -> Result<u64, Error>
    where
        E: Into<std::io::Error> + Send + 'static,
    {
        let quota_bytes = self.permit_push(visitor, repository)?.quota_bytes;
        Ok(self.registry.append(repository, id, range, quota_bytes, part).await?)
    }

    /// Ends an upload.
    pub async fn upload_finish(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        id: UploadId,
        digest: &Digest,
    ) -> Result<(), Error> {
        self.permit_push(visitor, repository)?;
        Ok(self.registry.finish_upload(repository, id, digest).await?)
    }

    /// Drops an upload.
    pub async fn upload_cancel(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        id: UploadId,
    ) -> Result<(), Error> {
        self.permit_push(visitor, repository)?;
        Ok(self.registry.cancel_upload(repository, id).await?)
    }

    /// Lets a repository hold what another one holds; says whether it does now. Without a name, the other repositories
    /// of the same project are looked through. What the visitor may not see counts as not there.
    pub async fn blob_mount(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        from: Option<&Repository>,
        digest: &Digest,
    ) -> Result<bool, Error> {
        let quota_bytes = self.permit_push(visitor, repository)?.quota_bytes;
        let sources = match (from, Owner::of(repository)) {
            (Some(from), _) => vec![from.clone()],
            (None, Owner::Project(project)) => {
                self.registry.list_repositories(Some(&project)).await?
            }
            (None, Owner::Instance | Owner::Nobody) => Vec::new(),
        };
        for source in sources {
            match self.permit_pull(visitor, &source) {
                Ok(()) => {}
                Err(Error::NotFound { .. } | Error::Forbidden(_)) => continue,
                Err(error) => return Err(error),
            }
            if self.registry.mount_blob(repository, &source, digest, quota_bytes).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes content out of a repository.
    pub async fn blob_delete(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        digest: &Digest,
    ) -> Result<(), Error> {
        self.permit_push(visitor, repository)?;
        Ok(self.registry.delete_blob(repository, digest).await?)
    }

    /// Stores a manifest under a tag or its digest, and under more tags.
    pub async fn manifest_push(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        target: &Target,
        tags: &[Tag],
        media_type: &str,
        content: Vec<u8>,
    ) -> Result<Stored, Error> {
        let pusher = self.permit_push(visitor, repository)?;
        let pushed = self
            .registry
            .push_manifest(repository, target, tags, media_type, content, pusher.quota_bytes)
            .await?;
        let named = match target {
            Target::Tag(tag) => Some(tag),
            Target::Digest(_) => None,
        };
        for tag in tags.iter().chain(named) {
            let subject = format!("{repository}:{tag}@{}", pushed.digest);
            self.write_down(pusher.actor.clone(), "registry.push", subject).await?;
        }
        self.offer_here(repository, &pusher.actor).await?;
        Ok(pushed)
    }

    /// Removes a tag, or a manifest with all its tags.
    pub async fn manifest_delete(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        target: &Target,
    ) -> Result<(), Error> {
        let pusher = self.permit_push(visitor, repository)?;
        self.registry.delete_manifest(repository, target).await?;
        let subject = match target {
            Target::Tag(tag) => format!("{repository}:{tag}"),
            Target::Digest(digest) => format!("{repository}@{digest}"),
        };
        self.write_down(pusher.actor.clone(), "registry.delete", subject).await?;
        self.offer_here(repository, &pusher.actor).await
    }

    /// Puts an image that comes with the host into its registry. Doing it again changes nothing.
    pub async fn image_bundled(
        &self,
        name: &str,
        tag: &str,
        component: &[u8],
    ) -> Result<(), Error> {
        let (repository, tag) = (named("name", name)?, named("name", tag)?);
        self.registry.put_component(&repository, &tag, component, &BTreeMap::new()).await?;
        Ok(())
    }
}
