//! Reaching clusters: each in its own time, again and again, and known to be away meanwhile.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use slipway_model::cluster::{Cluster, Contact, Error as ClusterError};
use slipway_model::name::ClusterName;
use slipway_store::Reads;
use slipway_store::record::{CLUSTERS, ClusterRecord};

use super::facts;
use crate::ports::ClusterSettings;
use crate::{Error, Platform};

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

impl Clusters {
    pub(crate) fn get(&self, name: &ClusterName) -> Result<Arc<dyn Cluster>, ClusterError> {
        match self.0.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            Some(Ok(cluster)) => Ok(Arc::clone(cluster)),
            Some(Err(Contact::Lost { reason, .. })) => Err(away(name, reason)),
            Some(Err(Contact::Taken { by, .. })) => {
                Err(ClusterError::Held { cluster: name.clone(), by: by.clone() })
            }
            Some(Err(Contact::Held)) | None => Err(away(name, CONNECTING)),
        }
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
    fn missed(&self, name: &ClusterName, error: &ClusterError, now: u64) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(name).and_then(|it| it.as_ref().err()?.lost_since());
        let since_unix_milliseconds = known.unwrap_or(now);
        let contact = match error {
            ClusterError::Held { by, .. } => {
                Contact::Taken { since_unix_milliseconds, by: by.clone() }
            }
            ClusterError::Unreachable { reason, .. } => {
                Contact::Lost { since_unix_milliseconds, reason: reason.clone() }
            }
            error => Contact::Lost { since_unix_milliseconds, reason: error.to_string() },
        };
        all.insert(name.clone(), Err(contact));
    }

    fn set(&self, name: &ClusterName, cluster: Arc<dyn Cluster>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), Ok(cluster));
    }

    pub(super) fn remove(&self, name: &ClusterName) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

impl Platform {
    /// Reaches every cluster, and goes on with what was left undone.
    pub fn clusters_connect(self: &Arc<Self>) -> Result<(), Error> {
        for (_, record) in self.store.read()?.all(&CLUSTERS, "")? {
            self.clusters.missed(&record.name, &away(&record.name, CONNECTING), self.now());
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
            // Before the try, so that a take-over during it is not missed.
            let regained = self.regained.notified();
            let reached = match self.cluster_settings(&record) {
                Ok(settings) => self.connector.connect(settings).await,
                Err(error) => Err(away(&record.name, &error.to_string())),
            };
            match reached {
                Ok(cluster) => return self.attach(&record.name, cluster),
                Err(error) => {
                    tracing::warn!(cluster = %record.name, error = %error, "a cluster is not reached");
                    self.clusters.missed(&record.name, &error, self.now());
                }
            }
            let _ = tokio::time::timeout(wait, regained).await;
            wait = (wait * 2).min(LONGEST_WAIT);
            // It may have been removed meanwhile.
            let known = self.store.read().and_then(|it| it.get(&CLUSTERS, record.name.as_str()));
            if matches!(known, Ok(None)) {
                return self.clusters.remove(&record.name);
            }
        }
    }

    pub(super) fn cluster_settings(
        &self,
        record: &ClusterRecord,
    ) -> Result<ClusterSettings, Error> {
        let place = format!("clusters/{}", record.name);
        let open = |sealed| self.store.sealer().open(&place, sealed);
        Ok(ClusterSettings {
            name: record.name.clone(),
            kubeconfig: record.kubeconfig.as_ref().map(open).transpose()?,
            facts: facts(record),
            instance: self.instance.clone(),
            recorder: Arc::clone(&self.recordings) as _,
        })
    }

    pub(super) fn attach(self: &Arc<Self>, name: &ClusterName, cluster: Arc<dyn Cluster>) {
        self.clusters.set(name, Arc::clone(&cluster));
        tracing::info!(cluster = %name, "a cluster is reached");
        self.follow(name.clone(), cluster);
        self.deliver(name.clone());
    }
}

fn away(cluster: &ClusterName, reason: &str) -> ClusterError {
    ClusterError::Unreachable { cluster: cluster.clone(), reason: reason.to_owned() }
}
