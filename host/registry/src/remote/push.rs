//! Pushing a component to a registry, so that a tag never silently names something else.

use std::collections::BTreeMap;

use oci_client::Reference;
use oci_client::client::Client;
use slipway_model::digest::Digest;

use super::{Error, Remote, failure, reference};
use crate::layout;

/// What a push did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The digest of the manifest.
    pub manifest: Digest,
    /// Whether it was there already, as it is.
    pub was_there: bool,
}

impl Remote {
    /// What a tag names now; none where it names nothing yet.
    pub async fn named(&self, reference: &str) -> Result<Option<Digest>, Error> {
        let place = reference::place(reference, &self.settings)?;
        let client = self.client(place.plain_http);
        match self.raw_manifest(&client, &place.reference, reference).await {
            Ok((_, digest)) => Ok(Some(digest)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Pushes a component under a tag that is free, or that names the same already.
    pub async fn push(
        &self,
        reference: &str,
        component: &[u8],
        annotations: &BTreeMap<String, String>,
    ) -> Result<Pushed, Error> {
        let packed = layout::pack(component, annotations);
        let here = Digest::of(&packed.manifest);
        match self.named(reference).await? {
            Some(there) if there == here => Ok(Pushed { manifest: here, was_there: true }),
            Some(there) => Err(Error::Taken { reference: reference.into(), there, here }),
            None => self.push_over(reference, component, annotations).await,
        }
    }

    /// Pushes a component; the tag names it from now on, whatever it named before.
    pub async fn push_over(
        &self,
        reference: &str,
        component: &[u8],
        annotations: &BTreeMap<String, String>,
    ) -> Result<Pushed, Error> {
        let place = reference::place(reference, &self.settings)?;
        let client = self.client(place.plain_http);
        let packed = layout::pack(component, annotations);
        let contents = [component, &packed.config];
        self.put(&client, &place.reference, (reference, &contents), &packed.manifest).await?;
        Ok(Pushed { manifest: Digest::of(&packed.manifest), was_there: false })
    }

    /// Pushes contents, and then the manifest that names them; the place says under which tag or digest.
    pub(super) async fn put(
        &self,
        client: &Client,
        place: &Reference,
        (reference, contents): (&str, &[&[u8]]),
        manifest: &[u8],
    ) -> Result<(), Error> {
        let told = |it| failure::told(reference, it);
        let auth = self.auth(place).await?;
        client.store_auth_if_needed(place.resolve_registry(), &auth).await;
        for content in contents {
            let digest = Digest::of(content);
            client.push_blob(place, content.to_vec(), digest.as_str()).await.map_err(told)?;
        }
        let media_type = layout::media_type_of(manifest);
        let media_type = media_type.parse().map_err(|_| Error::Malformed {
            reference: reference.into(),
            reason: format!("its media type {media_type:?} is none"),
        })?;
        client.push_manifest_raw(place, manifest.to_vec(), media_type).await.map_err(told)?;
        Ok(())
    }
}
