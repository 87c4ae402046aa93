//! Clusters: which there are, how they are reached, and how they are doing.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::{Value, json};
use slipway_model::access::InstanceAction;
use slipway_model::cluster::{Cluster, Contact, Error as ClusterError};
use slipway_model::name::ClusterName;
use slipway_store::record::{CLUSTERS, ClusterKind, ClusterRecord, PROJECTS};
use slipway_store::{Actor, Reads};

use crate::error::{found, named};
use crate::ports::ClusterSettings;
use crate::{Caller, Error, Platform};

/// Waits between two tries to reach a cluster: doubling from the first to the last.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Why a cluster is not reached while it is tried for the first time.
const CONNECTING: &str = "it is being connected";

/// Clusters that are reached, and why the others are not.
#[derive(Default)]
pub(crate) struct Clusters(RwLock<HashMap<ClusterName, Reached>>);

/// The cluster; or, where it was never reached since this host began, since when and why not.
type Reached = Result<Arc<dyn Cluster>, Contact>;

impl std::fmt::Debug for Clusters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clusters")
    }
}

/// A cluster as it is now.
#[derive(Clone, Debug)]
pub struct ClusterState {
    pub record: ClusterRecord,
    pub contact: Contact,
    /// Where it was ever reached since this host began.
    pub version: Option<String>,
}

impl Clusters {
    pub(crate) fn get(&self, name: &ClusterName) -> Result<Arc<dyn Cluster>, ClusterError> {
        let reason = match self.0.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            Some(Ok(cluster)) => return Ok(Arc::clone(cluster)),
            Some(Err(Contact::Lost { reason, .. })) => reason.clone(),
            Some(Err(Contact::Held)) | None => CONNECTING.to_owned(),
        };
        Err(ClusterError::Unreachable { cluster: name.clone(), reason })
    }

    pub(crate) fn contact(&self, name: &ClusterName) -> Contact {
        match self.0.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            Some(Ok(cluster)) => cluster.contact(),
            Some(Err(lost)) => lost.clone(),
            // One that is being removed.
            None => Contact::Held,
        }
    }

    /// Notes why a cluster was not reached; since when, stays.
    fn missed(&self, name: &ClusterName, reason: &str, now: u64) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(name).and_then(|it| it.as_ref().err()?.lost_since());
        let since_unix_milliseconds = known.unwrap_or(now);
        let lost = Contact::Lost { since_unix_milliseconds, reason: reason.to_owned() };
        all.insert(name.clone(), Err(lost));
    }

    fn set(&self, name: &ClusterName, cluster: Reached) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), cluster);
    }

    fn remove(&self, name: &ClusterName) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

impl Platform {
    /// Makes sure that the embedded cluster has its record. Called at every start.
    pub async fn cluster_embedded(
        &self,
        base_domain: &str,
        ingress_port: u16,
    ) -> Result<(), Error> {
        let name: ClusterName = named("cluster", "embedded")?;
        let record = ClusterRecord {
            name: name.clone(),
            kind: ClusterKind::Embedded,
            kubeconfig: None,
            base_domain: base_domain.to_owned(),
            ingress_port,
            control: None,
            created_unix_milliseconds: self.now(),
        };
        let known = self.store.read()?.get(&CLUSTERS, name.as_str())?;
        let record = match known {
            Some(it) if it.base_domain == base_domain && it.ingress_port == ingress_port => {
                return Ok(());
            }
            Some(it) => ClusterRecord { control: it.control, ..record },
            None => record,
        };
        self.store
            .change(Actor::host(), "cluster.add", name.to_string(), move |changes| {
                changes.put(&CLUSTERS, name.as_str(), &record).map_err(Error::from)
            })
            .await
    }

    /// All clusters, with how they are doing.
    pub async fn cluster_list(&self, caller: &Caller) -> Result<Vec<ClusterState>, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let mut states = Vec::new();
        for (_, record) in self.store.read()?.all(&CLUSTERS, "")? {
            states.push(self.cluster_state(record).await);
        }
        Ok(states)
    }

    /// Adds a cluster by its kubeconfig, which is kept sealed.
    pub async fn cluster_add(
        self: &Arc<Self>,
        caller: &Caller,
        name: &str,
        kubeconfig: &str,
        base_domain: &str,
        ingress_port: u16,
    ) -> Result<ClusterState, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let name: ClusterName = named("name", name)?;
        self.connector
            .check(kubeconfig)
            .await
            .map_err(|message| Error::Invalid { field: "kubeconfig", message })?;
        if base_domain.is_empty() || base_domain.contains(['/', ' ', ':']) {
            let message = format!("{base_domain:?} is no domain; an example is apps.example.org");
            return Err(Error::Invalid { field: "baseDomain", message });
        }
        let place = format!("clusters/{name}");
        let record = ClusterRecord {
            name: name.clone(),
            kind: ClusterKind::Kubeconfig,
            kubeconfig: Some(self.store.sealer().seal(&place, kubeconfig)?),
            base_domain: base_domain.to_owned(),
            ingress_port,
            control: None,
            created_unix_milliseconds: self.now(),
        };
        // Reached before it is kept: a cluster that does not answer now was most likely mistyped.
        let settings = self.cluster_settings(&record)?;
        let cluster = self.connector.connect(settings).await?;
        let kept = record.clone();
        self.store
            .change(caller.actor(), "cluster.add", name.to_string(), move |changes| {
                let key = kept.name.as_str();
                if changes.get(&CLUSTERS, key)?.is_some() {
                    return Err(Error::Exists { what: "cluster", name: key.to_owned() });
                }
                changes.put(&CLUSTERS, key, &kept).map_err(Error::from)
            })
            .await?;
        self.attach(&name, cluster);
        Ok(self.cluster_state(record).await)
    }

    /// Lets a cluster go that no project uses. What runs there stays.
    pub async fn cluster_remove(&self, caller: &Caller, name: &str) -> Result<(), Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let name: ClusterName = found("cluster", name)?;
        let key = name.clone();
        self.store
            .change(caller.actor(), "cluster.remove", name.to_string(), move |changes| {
                let record = changes.get(&CLUSTERS, key.as_str())?;
                let record = record.ok_or_else(|| Error::no("cluster", &key))?;
                if record.kind == ClusterKind::Embedded {
                    return Err(Error::Conflict(
                        "the embedded cluster belongs to this instance".into(),
                    ));
                }
                let projects = changes.all(&PROJECTS, "")?;
                if let Some((project, _)) = projects.iter().find(|(_, it)| it.cluster == key) {
                    return Err(Error::Conflict(format!(
                        "project {project:?} runs on cluster {key}; delete or move it first"
                    )));
                }
                changes.remove(&CLUSTERS, key.as_str()).map_err(Error::from)
            })
            .await?;
        self.clusters.remove(&name);
        Ok(())
    }

    /// Reaches every cluster, each in its own time, and goes on with what was left undone.
    pub fn clusters_connect(self: &Arc<Self>) -> Result<(), Error> {
        for (_, record) in self.store.read()?.all(&CLUSTERS, "")? {
            self.clusters.missed(&record.name, CONNECTING, self.now());
            let platform = Arc::clone(self);
            tokio::spawn(async move {
                let cancel = platform.cancel.clone();
                cancel.run_until_cancelled(platform.connect(record)).await;
            });
        }
        Ok(())
    }

    async fn connect(self: Arc<Self>, record: ClusterRecord) {
        let mut wait = FIRST_WAIT;
        loop {
            match self.connect_once(&record).await {
                Ok(cluster) => return self.attach(&record.name, cluster),
                Err(error) => {
                    tracing::warn!(cluster = %record.name, error = %error, "a cluster is not reached");
                    let reason = match &error {
                        Error::Cluster(ClusterError::Unreachable { reason, .. }) => reason.clone(),
                        error => error.to_string(),
                    };
                    self.clusters.missed(&record.name, &reason, self.now());
                }
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
            // It may have been removed meanwhile.
            let known = self.store.read().and_then(|it| it.get(&CLUSTERS, record.name.as_str()));
            if matches!(known, Ok(None)) {
                return self.clusters.remove(&record.name);
            }
        }
    }

    async fn connect_once(&self, record: &ClusterRecord) -> Result<Arc<dyn Cluster>, Error> {
        let settings = self.cluster_settings(record)?;
        Ok(self.connector.connect(settings).await?)
    }

    fn cluster_settings(&self, record: &ClusterRecord) -> Result<ClusterSettings, Error> {
        let place = format!("clusters/{}", record.name);
        let open = |sealed| self.store.sealer().open(&place, sealed);
        Ok(ClusterSettings {
            name: record.name.clone(),
            kubeconfig: record.kubeconfig.as_ref().map(open).transpose()?,
            facts: facts(record),
        })
    }

    fn attach(self: &Arc<Self>, name: &ClusterName, cluster: Arc<dyn Cluster>) {
        self.clusters.set(name, Ok(Arc::clone(&cluster)));
        tracing::info!(cluster = %name, "a cluster is reached");
        self.follow(name.clone(), cluster);
        self.deliver(name.clone());
    }

    pub(crate) async fn cluster_state(&self, record: ClusterRecord) -> ClusterState {
        let facts = match self.clusters.get(&record.name) {
            Ok(cluster) => cluster.facts().await.ok(),
            Err(_) => None,
        };
        let contact = self.clusters.contact(&record.name);
        ClusterState { record, contact, version: facts.map(|it| version(&it)) }
    }
}

fn version(facts: &Value) -> String {
    facts["kubernetesVersion"].as_str().unwrap_or_default().to_owned()
}

/// What blueprints and control plugins are told of a cluster.
pub(crate) fn facts(record: &ClusterRecord) -> Value {
    let runtime = match record.kind {
        ClusterKind::Embedded => "wasm",
        ClusterKind::Kubeconfig => "containers",
    };
    json!({
        "cluster": record.name,
        "runtime": runtime,
        "baseDomain": record.base_domain,
        "ingressPort": record.ingress_port,
        "ingressScheme": "http",
    })
}
