//! What the controllers see, and who is to look when something changes.

use std::sync::Arc;

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Namespace, Node, Pod, Service};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kube::runtime::watcher;
use kube::{Api, Client, ResourceExt as _};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::queue::{Key, Queue};
use super::watched::{Kind, Name, Watched, name_of};
use super::{endpoints, owner};

/// The namespace in which nodes say that they are alive.
pub(crate) const LEASES: &str = "kube-node-lease";

pub(crate) struct World {
    pub client: Client,
    pub deployments: Arc<Watched<Deployment>>,
    pub replica_sets: Arc<Watched<ReplicaSet>>,
    pub jobs: Arc<Watched<Job>>,
    pub pods: Arc<Watched<Pod>>,
    pub services: Arc<Watched<Service>>,
    pub slices: Arc<Watched<EndpointSlice>>,
    pub nodes: Arc<Watched<Node>>,
    pub leases: Arc<Watched<Lease>>,
    pub namespaces: Arc<Watched<Namespace>>,
}

impl World {
    pub fn new(client: Client) -> Self {
        fn watched<K: Kind>(client: &Client) -> Arc<Watched<K>> {
            Arc::new(Watched::new(client.clone()))
        }
        Self {
            deployments: watched(&client),
            replica_sets: watched(&client),
            jobs: watched(&client),
            pods: watched(&client),
            services: watched(&client),
            slices: watched(&client),
            nodes: watched(&client),
            leases: watched(&client),
            namespaces: watched(&client),
            client,
        }
    }

    pub async fn wait_until_seen(&self) {
        self.deployments.wait_until_seen().await;
        self.replica_sets.wait_until_seen().await;
        self.jobs.wait_until_seen().await;
        self.pods.wait_until_seen().await;
        self.services.wait_until_seen().await;
        self.slices.wait_until_seen().await;
        self.nodes.wait_until_seen().await;
        self.leases.wait_until_seen().await;
        self.namespaces.wait_until_seen().await;
    }

    /// Starts one watch for each kind.
    pub fn watch(&self, queue: &Arc<Queue>, cancel: &CancellationToken, tasks: &mut JoinSet<()>) {
        let mut watching = Watching { client: &self.client, queue, cancel, tasks };
        watching.follow(&self.deployments, |queue, it| queue.add(Key::Deployment(name_of(it))));
        watching.follow(&self.replica_sets, |queue, it| {
            queue.add(Key::ReplicaSet(name_of(it)));
            add_owner(queue, it);
        });
        watching.follow(&self.jobs, |queue, it| queue.add(Key::Job(name_of(it))));
        let services = self.services.clone();
        let replica_sets = self.replica_sets.clone();
        watching.follow(&self.pods, move |queue, it| {
            add_owner(queue, it);
            if owner::of(it).is_none() {
                // An orphan may be anybody's to adopt.
                let namespace = it.namespace().unwrap_or_default();
                for set in replica_sets.in_namespace(&namespace) {
                    queue.add(Key::ReplicaSet(name_of(&*set)));
                }
            }
            for service in endpoints::of_pod(&services, it) {
                queue.add(Key::Service(service));
            }
            if it.spec.as_ref().is_some_and(|spec| spec.node_name.is_none()) {
                queue.add(Key::Pod(name_of(it)));
            }
        });
        watching.follow(&self.services, |queue, it| queue.add(Key::Service(name_of(it))));
        watching.follow(&self.slices, |queue, it| {
            if let Some(service) = endpoints::service_of(it) {
                queue.add(Key::Service(service));
            }
        });
        let pods = self.pods.clone();
        watching.follow(&self.nodes, move |queue, it| {
            queue.add(Key::Node(it.name_any()));
            for pod in pods.all() {
                if pod.spec.as_ref().is_some_and(|spec| spec.node_name.is_none()) {
                    queue.add(Key::Pod(name_of(&*pod)));
                }
            }
        });
        watching.follow(&self.leases, |queue, it| {
            if it.namespace().as_deref() == Some(LEASES) {
                queue.add(Key::Node(it.name_any()));
            }
        });
        watching.follow(&self.namespaces, |queue, _| queue.add(Key::Namespaces));
    }
}

fn add_owner<K: Kind>(queue: &Queue, object: &K) {
    let Some(owner) = owner::of(object) else { return };
    let name: Name = (object.namespace().unwrap_or_default(), owner.name.clone());
    match owner.kind.as_str() {
        "Deployment" => queue.add(Key::Deployment(name)),
        "ReplicaSet" => queue.add(Key::ReplicaSet(name)),
        "Job" => queue.add(Key::Job(name)),
        _ => {}
    }
}

struct Watching<'a> {
    client: &'a Client,
    queue: &'a Arc<Queue>,
    cancel: &'a CancellationToken,
    tasks: &'a mut JoinSet<()>,
}

impl Watching<'_> {
    fn follow<K: Kind>(
        &mut self,
        kind: &Arc<Watched<K>>,
        changed: impl Fn(&Queue, &K) + Send + Sync + 'static,
    ) {
        let (kind, queue, cancel) = (kind.clone(), self.queue.clone(), self.cancel.clone());
        let api = Api::all(self.client.clone());
        self.tasks.spawn(async move {
            let follow = kind.follow(api, watcher::Config::default(), |it| changed(&queue, it));
            tokio::select! {
                () = cancel.cancelled() => {}
                () = follow => {}
            }
        });
    }
}
