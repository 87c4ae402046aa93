//! Components in the registry, without HTTP between.

use std::collections::BTreeMap;

use slipway_model::digest::Digest as Canonical;

use super::{Error, Local};
use crate::digest::Digest;
use crate::layout;
use crate::name::{Repository, Tag, Target};

/// A component and what names it.
#[derive(Clone, Debug)]
pub struct Component {
    /// The manifest's digest: what a reference by digest names.
    pub manifest: Digest,
    /// The component's own digest.
    pub digest: Canonical,
    /// The component.
    pub content: Vec<u8>,
    /// Words about it, from the manifest.
    pub annotations: BTreeMap<String, String>,
}

impl Local {
    /// Stores a component in the CNCF's layout, and answers with the digest of its manifest.
    pub async fn put_component(
        &self,
        repository: &Repository,
        tag: &Tag,
        component: &[u8],
        annotations: &BTreeMap<String, String>,
    ) -> Result<Canonical, Error> {
        let packed = layout::pack(component, annotations);
        self.put_blob(repository, component).await?;
        self.put_blob(repository, &packed.config).await?;
        let target = Target::Tag(tag.clone());
        self.put_manifest(repository, &target, layout::MANIFEST, &packed.manifest).await?;
        Ok(Canonical::of(&packed.manifest))
    }

    /// The same within the quota of the repository's project.
    pub async fn push_component(
        &self,
        repository: &Repository,
        tag: &Tag,
        component: &[u8],
        annotations: &BTreeMap<String, String>,
        quota_bytes: Option<u64>,
    ) -> Result<Canonical, Error> {
        if let Some(account) = self.account(repository).await? {
            let digest = Digest::from(&Canonical::of(component));
            let size = u64::try_from(component.len()).unwrap_or(u64::MAX);
            account.allow_content(&digest, size, quota_bytes)?;
        }
        self.put_component(repository, tag, component, annotations).await
    }

    /// Reads a component.
    pub async fn component(
        &self,
        repository: &Repository,
        target: &Target,
    ) -> Result<Component, Error> {
        let stored = self.manifest(repository, target).await?;
        let manifest: layout::Manifest = serde_json::from_slice(&stored.content)
            .map_err(|error| Error::ManifestInvalid { reason: error.to_string() })?;
        let layer = layout::component(&manifest).map_err(|refusal| Error::NotComponent {
            repository: repository.clone(),
            target: target.to_string(),
            refusal,
        })?;
        let expected: Digest = layer.digest.parse().map_err(|it: crate::digest::Malformed| {
            Error::ManifestInvalid { reason: it.to_string() }
        })?;
        // A manifest may name what another repository holds, and anything of any size.
        let content =
            self.read_blob(repository, &expected, layout::LARGEST_COMPONENT_BYTES).await?;
        let content = content.ok_or_else(|| Error::BlobUnknown {
            repository: repository.clone(),
            digest: expected.clone(),
        })?;
        Ok(Component {
            manifest: stored.digest,
            digest: Canonical::of(&content),
            content,
            annotations: manifest.annotations,
        })
    }
}
