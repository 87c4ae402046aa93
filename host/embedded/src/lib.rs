//! The embedded cluster: a Kubernetes API in the process, with its state in one file.
//!
//! It does not know the reconciler nor the routes of Slipway; everything here is plain Kubernetes.

mod addresses;
mod admission;
mod answer;
mod body;
mod built_in;
mod collector;
pub mod controllers;
mod convert;
mod custom;
mod decode;
mod discovery;
mod fields;
mod form;
mod kinds;
mod managers;
mod merge_keys;
mod meta;
mod names;
pub mod node;
mod node_port;
mod openapi;
mod patch;
mod refusal;
mod request;
mod scale;
mod selector;
mod serve;
mod service;
mod shape;
mod start;
mod store;
mod table;
mod verbs;

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use http::Request;
use tokio::net::TcpListener;

pub use crate::serve::Error as ServeError;
pub use crate::store::Error as StoreError;

/// What the embedded cluster needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where its state, keys and the node's socket lie; created where it is missing.
    pub dir: PathBuf,
}

/// Why the embedded cluster cannot be opened or served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The directory is not there and cannot be made.
    #[error("the directory {dir} of the embedded cluster cannot be made")]
    Directory {
        /// The directory.
        dir: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The state cannot be opened.
    #[error("the embedded cluster's state cannot be used")]
    Store(#[source] StoreError),
    /// The first objects of a new cluster cannot be written.
    #[error("the embedded cluster cannot be prepared: {0}")]
    Start(String),
    /// Somebody still holds the cluster.
    #[error("the embedded cluster is still in use and cannot be closed")]
    InUse,
    /// The port cannot be served.
    #[error("the embedded API cannot be served")]
    Serve(#[source] ServeError),
}

/// The open cluster. Clones are the same cluster.
#[derive(Debug, Clone)]
pub struct EmbeddedApi {
    api: Arc<service::Api>,
    background: Arc<start::Background>,
    keys: serve::Keys,
    address: Arc<OnceLock<SocketAddr>>,
}

impl EmbeddedApi {
    /// Opens the cluster in a directory, or makes a new one there.
    pub async fn open(config: Config) -> Result<Self, Error> {
        let Config { dir } = config;
        // Secrets and keys lie in it: it is its owner's alone.
        let private = std::fs::Permissions::from_mode(0o700);
        std::fs::create_dir_all(&dir)
            .and_then(|()| std::fs::set_permissions(&dir, private))
            .map_err(|source| Error::Directory { dir: dir.clone(), source })?;
        let store = store::Store::open(&dir.join("cluster.redb")).map_err(Error::Store)?;
        let keys = serve::Keys::open(&dir).map_err(Error::Serve)?;
        let registry = kinds::Registry::built_in();
        let api =
            Arc::new(service::Api { store, registry, digests: openapi::Digests::default(), dir });
        let background = start::start(&api).await.map_err(|it| Error::Start(it.message))?;
        let background = Arc::new(background);
        Ok(Self { api, background, keys, address: Arc::default() })
    }

    /// Closes the cluster and waits until its file is free. Clients and ports must be dropped first.
    pub async fn close(self) -> Result<(), Error> {
        let Self { api, background, keys: _, address: _ } = self;
        let closed = api.store.closed();
        drop((api, background));
        closed.wait().await.then_some(()).ok_or(Error::InUse)
    }

    /// A client that reaches the cluster without a socket.
    pub fn client(&self) -> kube::Client {
        let api = Arc::clone(&self.api);
        let service = tower::service_fn(move |request: Request<kube::client::Body>| {
            let api = Arc::clone(&api);
            async move { Ok::<_, std::convert::Infallible>(service::answer(api, request).await) }
        });
        kube::Client::new(service, "default")
    }

    /// Serves the cluster on a port until the future is dropped.
    pub async fn serve(&self, listener: TcpListener) -> Result<(), Error> {
        let address = listener.local_addr().map_err(|it| Error::Serve(ServeError::Address(it)))?;
        self.listens_on(address);
        let served = serve::serve(Arc::clone(&self.api), self.keys.clone(), listener);
        served.await.map_err(Error::Serve)
    }

    /// Notes the address that [`EmbeddedApi::kubeconfig`] names; the first one stays.
    pub fn listens_on(&self, address: SocketAddr) {
        let _ = self.address.set(address);
    }

    /// The kubeconfig for kubectl, once the cluster is served on a port.
    pub fn kubeconfig(&self) -> Option<String> {
        self.address.get().map(|it| self.kubeconfig_at(*it))
    }

    /// The kubeconfig for kubectl, for a cluster that is served at an address.
    pub fn kubeconfig_at(&self, address: SocketAddr) -> String {
        use base64::Engine as _;
        let authority = base64::engine::general_purpose::STANDARD.encode(&self.keys.certificate);
        let token = &self.keys.token;
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: slipway\nclusters:\n- name: slipway\n  \
             cluster:\n    server: https://{address}\n    certificate-authority-data: {authority}\n\
             users:\n- name: slipway\n  user:\n    token: {token}\ncontexts:\n- name: slipway\n  \
             context:\n    cluster: slipway\n    user: slipway\n    namespace: default\n"
        )
    }
}
