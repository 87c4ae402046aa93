//! Pulling from the instance's own registry.

use bytes::Bytes;
use slipway_model::digest::Digest;
use slipway_registry::name::{Malformed, Repository, Target};
use tokio::io::AsyncReadExt as _;

use crate::{Error, Platform};

/// A manifest or a blob.
#[derive(Clone, Debug)]
pub struct Content {
    pub digest: Digest,
    pub media_type: String,
    pub bytes: Bytes,
}

impl Platform {
    /// A manifest by tag or digest.
    pub async fn registry_manifest(&self, name: &str, reference: &str) -> Result<Content, Error> {
        let repository: Repository =
            name.parse().map_err(|_: Malformed| Error::no("repository", name))?;
        let target: Target =
            reference.parse().map_err(|_: Malformed| Error::no("manifest", reference))?;
        let found = self.registry.manifest(&repository, &target).await;
        let found = found.map_err(|_| Error::no("manifest", format!("{name}:{reference}")))?;
        Ok(Content {
            digest: found.digest,
            media_type: found.media_type,
            bytes: found.content.into(),
        })
    }

    /// A blob by digest.
    pub async fn registry_blob(&self, name: &str, digest: &str) -> Result<Content, Error> {
        let repository: Repository =
            name.parse().map_err(|_: Malformed| Error::no("repository", name))?;
        let digest: Digest = digest.parse().map_err(|_| Error::no("blob", digest))?;
        let unknown = || Error::no("blob", &digest);
        let mut blob = self.registry.blob(&repository, &digest).await.map_err(|_| unknown())?;
        let mut bytes = Vec::with_capacity(usize::try_from(blob.size).unwrap_or_default());
        let read = blob.file.read_to_end(&mut bytes).await;
        read.map_err(|error| Error::Registry(error.to_string()))?;
        let media_type = "application/octet-stream".to_owned();
        Ok(Content { media_type, bytes: bytes.into(), digest })
    }

    /// Puts an image that comes with the host into its registry. Doing it again changes nothing.
    pub async fn image_bundled(
        &self,
        name: &str,
        tag: &str,
        component: &[u8],
    ) -> Result<(), Error> {
        let unfit = |error: Malformed| Error::Registry(error.to_string());
        let repository: Repository = name.parse().map_err(unfit)?;
        let tag = tag.parse().map_err(unfit)?;
        let words = std::collections::BTreeMap::new();
        let put = self.registry.put_component(&repository, &tag, component, &words).await;
        put.map(drop).map_err(|error| Error::Registry(error.to_string()))
    }
}
