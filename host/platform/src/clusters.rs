//! Clusters: which there are, and how they are doing.

mod reach;

use std::sync::Arc;

use serde_json::{Value, json};
use slipway_model::access::InstanceAction;
use slipway_model::cluster::Contact;
use slipway_model::name::ClusterName;
use slipway_store::record::{CLUSTERS, ClusterKind, ClusterRecord, PROJECTS};
use slipway_store::{Actor, Reads};

use crate::error::{found, named};
use crate::{Caller, Error, Platform};

pub(crate) use reach::Clusters;

/// A cluster as it is now.
#[derive(Clone, Debug)]
pub struct ClusterState {
    pub record: ClusterRecord,
    pub contact: Contact,
    /// Where it was ever reached since this host began.
    pub version: Option<String>,
}

/// A cluster that is to be added.
#[derive(Clone)]
pub struct NewCluster {
    pub name: String,
    pub kubeconfig: String,
    pub base_domain: String,
    pub ingress_port: u16,
    /// Whether it is taken from another Slipway that works with it.
    pub take_over: bool,
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
        new: NewCluster,
    ) -> Result<ClusterState, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let NewCluster { name, kubeconfig, base_domain, ingress_port, take_over } = new;
        let name: ClusterName = named("name", &name)?;
        self.connector
            .check(&kubeconfig)
            .await
            .map_err(|message| Error::Invalid { field: "kubeconfig", message })?;
        if base_domain.is_empty() || base_domain.contains(['/', ' ', ':']) {
            let message = format!("{base_domain:?} is no domain; an example is apps.example.org");
            return Err(Error::Invalid { field: "baseDomain", message });
        }
        let taken = || Error::Exists { what: "cluster", name: name.to_string() };
        // Before it is reached: reaching it claims it for this Slipway.
        if self.store.read()?.get(&CLUSTERS, name.as_str())?.is_some() {
            return Err(taken());
        }
        let place = format!("clusters/{name}");
        let record = ClusterRecord {
            name: name.clone(),
            kind: ClusterKind::Kubeconfig,
            kubeconfig: Some(self.store.sealer().seal(&place, &kubeconfig)?),
            base_domain,
            ingress_port,
            control: None,
            created_unix_milliseconds: self.now(),
        };
        // Reached before it is kept: a cluster that does not answer now was most likely mistyped.
        let settings = self.cluster_settings(&record)?;
        if take_over {
            self.connector.take_over(settings.clone()).await?;
        }
        let cluster = self.connector.connect(settings).await?;
        let (kept, taken) = (record.clone(), taken());
        self.store
            .change(caller.actor(), "cluster.add", name.to_string(), move |changes| {
                let key = kept.name.as_str();
                if changes.get(&CLUSTERS, key)?.is_some() {
                    return Err(taken);
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
        if let Ok(cluster) = self.clusters.get(&name)
            && let Err(error) = cluster.release().await
        {
            tracing::warn!(cluster = %name, error = %error, "another Slipway will have to take it over");
        }
        self.clusters.remove(&name);
        Ok(())
    }

    /// Takes a cluster that another Slipway works with, which ends that one's work there.
    pub async fn cluster_take_over(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<ClusterState, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let name: ClusterName = found("cluster", name)?;
        let record = self.store.read()?.get(&CLUSTERS, name.as_str())?;
        let record = record.ok_or_else(|| Error::no("cluster", &name))?;
        self.connector.take_over(self.cluster_settings(&record)?).await?;
        self.store
            .change(caller.actor(), "cluster.take-over", name.to_string(), |_| Ok::<_, Error>(()))
            .await?;
        // Whoever waits for it need not wait longer.
        self.regained.notify_waiters();
        Ok(self.cluster_state(record).await)
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
