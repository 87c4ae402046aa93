//! The node: runs the pods of the embedded cluster as WebAssembly, and brings requests to them.
//!
//! It runs in a process of its own, so that an app can neither starve nor end the host, and a restart of the host
//! leaves apps running. A guest gets its arguments, its environment and its log; it gets no files, no sockets and
//! nothing of the node's own environment. Outgoing HTTP is off unless the pod asks for it with
//! `slipway.dev/allow-outgoing`, and then reaches the named public hosts only.
//!
//! While the Kubernetes API is away the node serves on with what it knows. After a restart of its own it starts
//! the pods that are bound to it again.

mod address;
mod connection;
mod http;
mod image;
mod ingress;
mod log;
mod meter;
mod outgoing;
mod pod;
mod pods;
mod program;
mod registration;
mod server;
mod socket;
mod stats;
mod table;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kube::Api;
use kube::runtime::watcher;
use slipway_database::whole;
use slipway_registry::remote;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::controllers::Watched;

/// What a node needs to know.
#[derive(Clone, Debug)]
pub struct NodeConfig {
    /// How to reach the Kubernetes API. The file is read again when the API cannot be reached.
    pub kubeconfig: PathBuf,
    /// Where the node keeps images, compiled code, logs and its socket. Nobody else may read it.
    pub dir: PathBuf,
    /// Where requests from outside come in.
    pub ingress: SocketAddr,
    /// Registries that live elsewhere than their name says: `slipway.local` at `http://127.0.0.1:7474`.
    pub mirrors: BTreeMap<String, String>,
    /// User and password by registry, as it is reached: a mirror has its own.
    pub credentials: BTreeMap<String, (String, String)>,
    /// The node's name in the cluster.
    pub name: String,
}

/// Why a node could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A directory of the node.
    #[error("the node cannot use its directory {}", path.display())]
    Directory {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The access to the Kubernetes API.
    #[error("the node cannot use the kubeconfig {}", path.display())]
    Kubeconfig {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The address for requests from outside.
    #[error("the node cannot listen at {address} for requests to apps; is another one running?")]
    Ingress {
        /// Which one.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The socket for logs and figures.
    #[error("the node cannot listen at its socket {}", path.display())]
    Socket {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The WebAssembly engine.
    #[error("the webassembly engine did not start")]
    Engine(#[source] program::Error),
}

/// What the parts of a node share.
pub(crate) struct Node {
    name: String,
    dir: PathBuf,
    host_ip: String,
    client: kube::Client,
    images: image::Images,
    addresses: address::Addresses,
    table: table::Table,
    pods: Arc<Watched<Pod>>,
    slices: Arc<Watched<EndpointSlice>>,
    runs: pods::Runs,
}

/// Runs a node until it is cancelled. Its pods end with it, and start again with the next one.
pub async fn run(config: NodeConfig, cancel: CancellationToken) -> Result<(), Error> {
    make_private(&config.dir)?;
    let connection = connection::Connection::open(&config.kubeconfig).await?;
    let client = connection.client();
    let settings = remote::Settings {
        mirrors: config.mirrors,
        credentials: config.credentials,
        ..remote::Settings::default()
    };
    let engine = program::Engine::new(&config.dir).map_err(Error::Engine)?;
    let listener = ingress::listen(config.ingress).await?;
    let socket = socket::listen(&config.dir)?;
    let node = Arc::new(Node {
        name: config.name,
        host_ip: config.ingress.ip().to_string(),
        images: image::Images::new(&config.dir, remote::Remote::new(settings), engine),
        addresses: address::Addresses::default(),
        table: table::Table::default(),
        pods: Arc::new(Watched::new(client.clone())),
        slices: Arc::new(Watched::new(client.clone())),
        runs: pods::Runs::default(),
        dir: config.dir,
        client,
    });
    tracing::info!(node = node.name, ingress = %config.ingress, "the node is up");

    let mut tasks = JoinSet::new();
    let until = |cancel: &CancellationToken| cancel.clone().cancelled_owned();
    tasks.spawn(unless(until(&cancel), registration::keep(node.clone(), connection)));
    tasks.spawn(unless(until(&cancel), pods::follow(node.clone())));
    tasks.spawn(unless(until(&cancel), follow_slices(node.clone())));
    tasks.spawn(unless(until(&cancel), ingress::serve(node.clone(), listener)));
    tasks.spawn(unless(until(&cancel), socket::serve(node.clone(), socket)));
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a part of the node ended early");
        }
    }
    node.runs.abandon().await;
    Ok(())
}

async fn unless(cancelled: impl Future<Output = ()>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = cancelled => {}
        () = work => {}
    }
}

async fn follow_slices(node: Arc<Node>) {
    let api = Api::all(node.client.clone());
    let changed = |_: &EndpointSlice| node.table.note_change();
    node.slices.follow(api, watcher::Config::default(), changed).await;
}

/// Removes what an earlier node was still writing when it ended.
fn sweep(folder: &Path) {
    if let Err(error) = whole::sweep(folder) {
        let folder = folder.display();
        tracing::warn!(%folder, %error, "what was left unfinished could not be removed");
    }
}

fn make_private(dir: &Path) -> Result<(), Error> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    let failed = |source| Error::Directory { path: dir.into(), source };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed)?;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700)).map_err(failed)
}
