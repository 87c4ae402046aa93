//! Components in registries, ours or others, fetched over HTTP.

mod attached;
mod blob;
mod credentials;
mod failure;
mod index;
mod listing;
mod push;
mod reference;
mod signed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use oci_client::Reference;
use oci_client::client::{Certificate, CertificateEncoding, Client, ClientConfig, ClientProtocol};
use oci_client::errors::OciDistributionError;
use slipway_model::digest::Digest;

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

/// How long a manifest or a list may take to come.
const WHOLE_ANSWER: Duration = Duration::from_secs(20);
const ACCEPTED: &[&str] =
    &[layout::MANIFEST, layout::INDEX, layout::DOCKER_MANIFEST, layout::DOCKER_LIST];

/// A client of registries. It keeps connections and tokens, so make one and share it.
pub struct Remote {
    settings: Settings,
    clients: Mutex<BTreeMap<bool, Client>>,
    /// What docker's configuration said, by registry: a helper may ask a person, so it is run once.
    looked_up: Mutex<BTreeMap<String, Option<(String, String)>>>,
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
        Self { settings, clients: Mutex::default(), looked_up: Mutex::default() }
    }

    /// Finds what a reference such as `host/name:tag` or `host/name@sha256:…` names.
    pub async fn resolve(&self, reference: &str) -> Result<Resolved, Error> {
        let place = reference::place(reference, &self.settings)?;
        let client = self.client(place.plain_http);
        let (manifest, digest) = self.manifest(&client, &place.reference, reference).await?;
        let refused = |refusal| Error::refused(reference, refusal);
        let component = if manifest.manifests.is_empty() {
            manifest
        } else {
            let entry = layout::wasm_entry(&manifest).map_err(refused)?;
            let inner = place.reference.clone_with_digest(entry.digest.clone());
            self.manifest(&client, &inner, reference).await?.0
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
        let client = self.client(place.plain_http);
        blob::download(&client, &place.reference, reference, resolved).await
    }

    async fn manifest(
        &self,
        client: &Client,
        place: &Reference,
        reference: &str,
    ) -> Result<(layout::Manifest, Digest), Error> {
        let (content, digest) = self.raw_manifest(client, place, reference).await?;
        let manifest = serde_json::from_slice(&content).map_err(|error| Error::Malformed {
            reference: reference.into(),
            reason: error.to_string(),
        })?;
        Ok((manifest, digest))
    }

    async fn raw_manifest(
        &self,
        client: &Client,
        place: &Reference,
        reference: &str,
    ) -> Result<(Vec<u8>, Digest), Error> {
        let auth = self.auth(place).await?;
        let pulled = client.pull_manifest_raw(place, &auth, ACCEPTED);
        let (content, _) = in_time(reference, pulled).await?;
        // The header of a registry is not taken at its word.
        let digest = Digest::of(&content);
        if place.digest().is_some_and(|it| it != digest.as_str()) {
            return Err(Error::Altered { reference: reference.into(), actual: digest });
        }
        Ok((content.to_vec(), digest))
    }

    fn limit(&self) -> u64 {
        match self.settings.largest_component_bytes {
            0 => layout::LARGEST_COMPONENT_BYTES,
            limit => limit,
        }
    }

    fn client(&self, plain_http: bool) -> Client {
        let mut clients = self.clients.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
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

/// An answer that the client reads whole, however long it is (manifests, lists; oci-client has no bound): what does not end is cut off.
async fn in_time<T>(
    reference: &str,
    answer: impl Future<Output = Result<T, OciDistributionError>>,
) -> Result<T, Error> {
    match tokio::time::timeout(WHOLE_ANSWER, answer).await {
        Ok(answer) => answer.map_err(|it| failure::told(reference, it)),
        Err(_) => {
            let seconds = WHOLE_ANSWER.as_secs();
            let reason = format!("the answer had not ended after {seconds} s");
            let source = std::io::Error::new(std::io::ErrorKind::TimedOut, reason);
            Err(Error::BrokeOff { reference: reference.into(), source })
        }
    }
}

/// One entry for each certificate of a PEM file; the client takes them one by one.
fn certificates(pem: &[u8]) -> Vec<Certificate> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    let text = String::from_utf8_lossy(pem);
    let parts = text.split(BEGIN).skip(1).map(|it| format!("{BEGIN}{it}").into_bytes());
    parts.map(|data| Certificate { encoding: CertificateEncoding::Pem, data }).collect()
}
