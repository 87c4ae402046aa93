//! Pulling: what is in a repository, for whoever may see it.

use serde_json::Value;
use slipway_registry::digest::Digest;
use slipway_registry::local::{Blob, Manifest};
use slipway_registry::name::{Repository, Tag, Target};

use super::Visitor;
use crate::{Error, Platform};

impl Platform {
    /// A manifest by tag or digest.
    pub async fn manifest_get(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        target: &Target,
    ) -> Result<Manifest, Error> {
        self.permit_pull(visitor, repository)?;
        Ok(self.registry.manifest(repository, target).await?)
    }

    /// Content by digest.
    pub async fn blob_get(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        digest: &Digest,
    ) -> Result<Blob, Error> {
        self.permit_pull(visitor, repository)?;
        Ok(self.registry.blob(repository, digest).await?)
    }

    /// The length of content. Whoever asks goes by it: a sweep leaves what was just asked for.
    pub async fn blob_size(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        digest: &Digest,
    ) -> Result<u64, Error> {
        self.permit_pull(visitor, repository)?;
        Ok(self.registry.blob_relied_on(repository, digest).await?)
    }

    /// Tags after `last`, in ASCII order, at most `count`.
    pub async fn tag_list(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        last: Option<&str>,
        count: usize,
    ) -> Result<Vec<Tag>, Error> {
        self.permit_pull(visitor, repository)?;
        Ok(self.registry.list_tags(repository, last, count).await?)
    }

    /// The index of what refers to a manifest.
    pub async fn referrer_list(
        &self,
        visitor: &Visitor,
        repository: &Repository,
        subject: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Value, Error> {
        self.permit_pull(visitor, repository)?;
        Ok(self.registry.referrers(repository, subject, artifact_type).await?)
    }
}
