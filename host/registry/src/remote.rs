//! Components in registries, ours or others, fetched over HTTP.

mod ask;
mod attached;
mod credentials;
mod failure;
mod index;
mod listing;
mod pass;
mod push;
mod reference;
mod signed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;

use serde::de::DeserializeOwned;
use slipway_model::digest::Digest;

use self::ask::What;
use self::pass::{Credentials, Passes};
use self::reference::Place;
use crate::layout;

pub use attached::Attachment;
pub use failure::Error;
pub use index::Error as IndexError;
pub use push::Pushed;
pub use signed::Signed;

/// Where registries are, and how to come in.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Registries that live elsewhere than their name says: `slipway.local` at `http://127.0.0.1:7474`.
    pub mirrors: BTreeMap<String, String>,
    /// Registries to speak plain HTTP with. Those on a loopback address need no entry.
    pub plain_http: BTreeSet<String>,
    /// Registries on a loopback address that speak TLS all the same.
    pub tls: BTreeSet<String>,
    /// User and password by registry.
    pub credentials: BTreeMap<String, (String, String)>,
    /// Docker's `config.json`, in which registries without an entry above are looked up, helpers included.
    pub docker_config: Option<PathBuf>,
    /// Authorities that are believed beside the system's, as PEM.
    pub authorities: Vec<u8>,
    /// The largest component that is fetched; 64 MiB if zero.
    pub largest_component_bytes: u64,
}

/// A client of registries. It keeps connections and tokens, so make one and share it.
pub struct Remote {
    settings: Settings,
    /// The client that reads.
    client: Mutex<Option<reqwest::Client>>,
    /// Those that push, by whether they do it without encryption.
    pushing: Mutex<BTreeMap<bool, oci_client::Client>>,
    passes: Passes,
    /// What docker's configuration said, by registry: a helper may ask a person, so it is run once.
    looked_up: Mutex<BTreeMap<String, Option<Credentials>>>,
}

/// What a reference names right now.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The digest of the manifest (or index) that the reference names.
    pub manifest: Digest,
    /// The component's digest.
    pub component: Digest,
    /// The component's length in bytes.
    pub size: u64,
    /// Words about it, from the manifest.
    pub annotations: BTreeMap<String, String>,
}

/// A component that was fetched and verified.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// What the reference named.
    pub resolved: Resolved,
    /// The component.
    pub content: Vec<u8>,
}

impl Remote {
    /// A client with these settings. It opens no connection yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            client: Mutex::default(),
            pushing: Mutex::default(),
            passes: Passes::default(),
            looked_up: Mutex::default(),
        }
    }

    /// Finds what a reference such as `host/name:tag` or `host/name@sha256:…` names.
    pub async fn resolve(&self, reference: &str) -> Result<Resolved, Error> {
        let place = reference::place(reference, &self.settings)?;
        let (manifest, digest) = self.manifest(&place).await?;
        let refused = |refusal| Error::refused(reference, refusal);
        let component = if manifest.manifests.is_empty() {
            manifest
        } else {
            let entry = layout::wasm_entry(&manifest).map_err(refused)?;
            self.manifest(&place.with_digest(&entry.digest)).await?.0
        };
        let layer = layout::component(&component).map_err(refused)?;
        let limit = self.limit();
        if layer.size > limit {
            return Err(Error::TooLarge { reference: reference.into(), limit_bytes: limit });
        }
        let component_digest = layer.digest.parse().map_err(|_| Error::Malformed {
            reference: reference.into(),
            reason: format!("its layer's digest {:?} is not one of SHA-256", layer.digest),
        })?;
        Ok(Resolved {
            manifest: digest,
            component: component_digest,
            size: layer.size,
            annotations: component.annotations.clone(),
        })
    }

    /// Fetches a component: resolves the reference, downloads, verifies.
    pub async fn pull(&self, reference: &str) -> Result<Pulled, Error> {
        let resolved = self.resolve(reference).await?;
        let content = self.fetch(reference, &resolved).await?;
        Ok(Pulled { resolved, content })
    }

    /// Downloads and verifies what was resolved before.
    pub async fn fetch(&self, reference: &str, resolved: &Resolved) -> Result<Vec<u8>, Error> {
        let place = reference::place(reference, &self.settings)?;
        self.blob(&place, &resolved.component, resolved.size).await
    }

    async fn manifest(&self, place: &Place) -> Result<(layout::Manifest, Digest), Error> {
        let (content, digest) = self.raw_manifest(place).await?;
        Ok((parsed(place, &content)?, digest))
    }

    async fn raw_manifest(&self, place: &Place) -> Result<(Vec<u8>, Digest), Error> {
        let content = self.document(place, What::Manifest).await?;
        // The header of a registry is not taken at its word.
        let digest = Digest::of(&content);
        if place.reference.digest().is_some_and(|it| it != digest.as_str()) {
            return Err(Error::Altered { reference: place.asked.clone(), actual: digest });
        }
        Ok((content, digest))
    }

    /// Content that is held to its length and its digest.
    async fn blob(&self, place: &Place, digest: &Digest, length: u64) -> Result<Vec<u8>, Error> {
        let content = self.read(place, What::Blob(digest), length).await?;
        let actual = Digest::of(&content);
        if actual == *digest {
            Ok(content)
        } else {
            Err(Error::Altered { reference: place.asked.clone(), actual })
        }
    }

    fn limit(&self) -> u64 {
        match self.settings.largest_component_bytes {
            0 => layout::LARGEST_COMPONENT_BYTES,
            limit => limit,
        }
    }

    /// A client that believes the authorities of the settings, too.
    fn client_builder(&self) -> reqwest::Result<reqwest::ClientBuilder> {
        let mut builder = reqwest::Client::builder();
        for certificate in reqwest::Certificate::from_pem_bundle(&self.settings.authorities)? {
            builder = builder.add_root_certificate(certificate);
        }
        Ok(builder)
    }
}

/// What a registry may well not have.
fn if_there<T>(found: Result<T, Error>) -> Result<Option<T>, Error> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

fn parsed<T: DeserializeOwned>(place: &Place, content: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(content).map_err(|error| Error::Malformed {
        reference: place.asked.clone(),
        reason: error.to_string(),
    })
}
