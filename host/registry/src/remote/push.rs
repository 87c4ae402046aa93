//! Pushing a component to a registry, so that a tag never silently names something else.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;

use oci_client::client::{Certificate, CertificateEncoding, Client, ClientConfig, ClientProtocol};
use oci_client::secrets::RegistryAuth;
use slipway_model::digest::Digest;

use super::reference::{self, Place};
use super::{Error, Remote, failure, if_there};
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
        Ok(if_there(self.raw_manifest(&place).await)?.map(|(_, digest)| digest))
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
        let packed = layout::pack(component, annotations);
        self.put(&place, &[component, &packed.config], &packed.manifest).await?;
        Ok(Pushed { manifest: Digest::of(&packed.manifest), was_there: false })
    }

    /// Pushes contents, and then the manifest that names them; the place says under which tag or digest.
    pub(super) async fn put(
        &self,
        place: &Place,
        contents: &[&[u8]],
        manifest: &[u8],
    ) -> Result<(), Error> {
        let told = |it| failure::told(&place.asked, it);
        let client = self.pushing(place.plain_http);
        let known = self.credentials(place.registry()).await?;
        let auth = known.map_or(RegistryAuth::Anonymous, |(name, password)| {
            RegistryAuth::Basic(name, password)
        });
        client.store_auth_if_needed(place.reference.resolve_registry(), &auth).await;
        for content in contents {
            let digest = Digest::of(content);
            let pushed = client.push_blob(&place.reference, content.to_vec(), digest.as_str());
            pushed.await.map_err(told)?;
        }
        let media_type = layout::media_type_of(manifest);
        let media_type = media_type.parse().map_err(|_| Error::Malformed {
            reference: place.asked.clone(),
            reason: format!("its media type {media_type:?} is none"),
        })?;
        let pushed = client.push_manifest_raw(&place.reference, manifest.to_vec(), media_type);
        pushed.await.map(drop).map_err(told)
    }

    /// The client that pushes. It keeps connections and tokens.
    fn pushing(&self, plain_http: bool) -> Client {
        let mut clients = self.pushing.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let protocol = if plain_http { ClientProtocol::Http } else { ClientProtocol::Https };
            Client::new(ClientConfig {
                protocol,
                connect_timeout: Some(Duration::from_secs(10)),
                read_timeout: Some(Duration::from_secs(30)),
                extra_root_certificates: certificates(&self.settings.authorities),
                ..ClientConfig::default()
            })
        };
        clients.entry(plain_http).or_insert_with(make).clone()
    }
}

/// One entry for each certificate of a PEM file; the client takes them one by one.
fn certificates(pem: &[u8]) -> Vec<Certificate> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    let text = String::from_utf8_lossy(pem);
    let parts = text.split(BEGIN).skip(1).map(|it| format!("{BEGIN}{it}").into_bytes());
    parts.map(|data| Certificate { encoding: CertificateEncoding::Pem, data }).collect()
}
