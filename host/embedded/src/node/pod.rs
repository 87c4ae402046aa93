//! One pod: from being bound to this node to being gone.

mod backoff;
mod container;
mod environment;
mod fit;
mod listen;
mod probe;
mod state;
mod status;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::{DeleteParams, Preconditions};
use kube::{Api, ResourceExt as _};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Node, pods};
use state::State;

/// How long endpoints may take to hear that a pod goes, before it stops taking requests.
const ENDPOINTS_WITHIN: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_secs(1);

/// A pod that runs here.
pub(super) struct Run {
    node: Arc<Node>,
    pod: Arc<Pod>,
    uid: String,
    ip: Ipv4Addr,
    pub(super) state: State,
    /// The grace that it was given, once it is to stop; the shortest counts.
    stopping: watch::Sender<Option<Duration>>,
    /// Ends the containers.
    end: CancellationToken,
    /// Set when all is over.
    over: watch::Sender<bool>,
}

impl Run {
    pub fn begin(node: &Arc<Node>, pod: &Arc<Pod>) -> Arc<Self> {
        let uid = pod.uid().unwrap_or_default();
        let had = pod.status.as_ref().and_then(|it| it.pod_ip.as_deref());
        let run = Arc::new(Self {
            ip: node.addresses.take(&uid, had),
            node: node.clone(),
            state: State::of(pod),
            pod: pod.clone(),
            uid,
            stopping: watch::Sender::new(None),
            end: CancellationToken::new(),
            over: watch::Sender::new(false),
        });
        tokio::spawn(run.clone().live());
        run
    }

    pub fn is_named(&self, namespace: &str, name: &str) -> bool {
        self.pod.name_any() == name && self.pod.namespace().as_deref() == Some(namespace)
    }

    pub fn name(&self) -> (String, String) {
        (self.pod.namespace().unwrap_or_default(), self.pod.name_any())
    }

    pub fn folder(&self) -> PathBuf {
        pods::folder(&self.node, &self.uid)
    }

    /// Asks it to go within this time.
    pub fn stop(&self, grace: Duration) {
        self.stopping.send_if_modified(|it| {
            let sooner = it.is_none_or(|had| grace < had);
            if sooner {
                *it = Some(grace);
            }
            sooner
        });
    }

    /// Ends it at once, and says nothing to the API.
    pub async fn abandon(&self) {
        self.end.cancel();
        // The sender lives in `self`, so the wait cannot be cut off.
        drop(self.over.subscribe().wait_for(|it| *it).await);
    }

    async fn live(self: Arc<Self>) {
        let mut containers = JoinSet::new();
        containers.spawn(container::run_all(self.clone()));
        let told = tokio::spawn(status::keep_telling(self.clone()));
        let mut stopping = self.stopping.subscribe();
        let abandoned = tokio::select! {
            _ = stopping.wait_for(Option::is_some) => false,
            () = self.end.cancelled() => true,
        };
        if !abandoned {
            self.let_go().await;
        }
        self.end.cancel();
        while containers.join_next().await.is_some() {}
        told.abort();
        if !abandoned {
            status::tell_last(&self).await;
            remove(&self.node, &self.pod).await;
            self.clean_up().await;
        }
        self.over.send_replace(true);
    }

    /// Lets requests go elsewhere, and finish here.
    async fn let_go(&self) {
        let mut stopping = self.stopping.subscribe();
        let began = tokio::time::Instant::now();
        let work = async {
            self.wait_until_unlisted().await;
            for server in self.state.servers() {
                server.leave().await;
            }
        };
        // The grace may be cut short while waiting.
        let grace_over = async {
            loop {
                let grace = stopping.borrow_and_update().unwrap_or(Duration::ZERO);
                tokio::select! {
                    () = tokio::time::sleep_until(began + grace) => return,
                    _ = stopping.changed() => {}
                }
            }
        };
        tokio::select! {
            () = work => {}
            () = grace_over => {}
        }
    }

    async fn wait_until_unlisted(&self) {
        let address = self.ip.to_string();
        let namespace = self.pod.namespace().unwrap_or_default();
        let unlisted = async {
            let mut changes = self.node.table.changes();
            loop {
                changes.mark_unchanged();
                let listed = self.node.slices.in_namespace(&namespace).iter().any(|slice| {
                    slice.endpoints.iter().flatten().any(|it| {
                        it.addresses.contains(&address)
                            && it.conditions.as_ref().and_then(|it| it.ready) != Some(false)
                    })
                });
                if !listed || changes.changed().await.is_err() {
                    return;
                }
            }
        };
        drop(tokio::time::timeout(ENDPOINTS_WITHIN, unlisted).await);
    }

    async fn clean_up(&self) {
        self.node.addresses.give_back(self.ip);
        if let Err(error) = tokio::fs::remove_dir_all(self.folder()).await
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::debug!(%error, pod = self.pod.name_any(), "its logs could not be removed");
        }
        self.node.runs.forget(&self.uid);
    }
}

/// Takes a pod that has ended off the API, however long that takes.
pub(super) async fn remove(node: &Node, pod: &Pod) {
    let api: Api<Pod> = Api::namespaced(node.client.clone(), &pod.namespace().unwrap_or_default());
    let preconditions = Some(Preconditions { uid: pod.uid(), resource_version: None });
    let params = DeleteParams { preconditions, ..DeleteParams::default().grace_period(0) };
    loop {
        match api.delete(&pod.name_any(), &params).await {
            Ok(_) => return,
            Err(kube::Error::Api(status)) if status.is_not_found() || status.is_conflict() => {
                return;
            }
            Err(error) => {
                tracing::debug!(%error, pod = pod.name_any(), "it could not be taken off the api yet");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}
