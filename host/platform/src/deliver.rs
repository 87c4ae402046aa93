//! Delivering: what the outbox holds for a cluster is told to it, at least once, in order.

use std::sync::Arc;
use std::time::Duration;

use slipway_model::name::{AppName, ClusterName, ProjectName};
use slipway_model::operation::OperationKind;
use slipway_model::rollout::{Control, Order, Revision, Wish};
use slipway_store::Reads;
use slipway_store::record::{
    CLUSTERS, DEPLOYMENTS, Deployment, OPERATIONS, OUTBOX, OutboxEntry, PROJECTS,
};

use crate::plan_change::hosts;
use crate::{Error, Platform};

/// Waits after a delivery that failed: doubling from the first to the last.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Looks at the outbox at the latest after this, whether or not something was posted.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

impl Platform {
    /// Delivers to one cluster until the platform is let go. Clusters do not wait for each other.
    pub(crate) fn deliver(self: &Arc<Self>, cluster: ClusterName) {
        let platform = Arc::clone(self);
        tokio::spawn(async move {
            let cancel = platform.cancel.clone();
            cancel.run_until_cancelled(platform.deliver_to(&cluster)).await;
        });
    }

    async fn deliver_to(&self, cluster: &ClusterName) {
        let mut wait = FIRST_WAIT;
        loop {
            let posted = self.posted.notified();
            match self.deliver_all(cluster).await {
                Ok(()) => {
                    wait = FIRST_WAIT;
                    let _ = tokio::time::timeout(LOOK_AGAIN, posted).await;
                }
                Err(error) => {
                    tracing::warn!(cluster = %cluster, error = %error, "a delivery failed and is tried again");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
            // A cluster that was removed is told nothing more.
            if matches!(
                self.store.read().and_then(|it| it.get(&CLUSTERS, cluster.as_str())),
                Ok(None)
            ) {
                return;
            }
        }
    }

    async fn deliver_all(&self, cluster: &ClusterName) -> Result<(), Error> {
        let entries = self.store.read()?.all(&OUTBOX, "")?;
        for (key, entry) in entries.into_iter().filter(|(_, it)| it.cluster() == cluster) {
            self.deliver_one(&entry).await?;
            self.store
                .note(move |changes| changes.remove(&OUTBOX, &key).map_err(Error::from))
                .await?;
        }
        Ok(())
    }

    async fn deliver_one(&self, entry: &OutboxEntry) -> Result<(), Error> {
        let cluster = self.clusters.get(entry.cluster())?;
        match entry {
            OutboxEntry::Project { project, .. } => {
                // One that was deleted meanwhile has its own entry further on.
                if let Some(project) = self.store.read()?.get(&PROJECTS, project.as_str())? {
                    cluster.project_ensure(&project.name, project.pod_security).await?;
                }
            }
            OutboxEntry::ProjectGone { project, .. } => {
                // One of the same name that was made meanwhile keeps its namespace.
                if self.store.read()?.get(&PROJECTS, project.as_str())?.is_none() {
                    cluster.project_delete(project).await?;
                }
            }
            OutboxEntry::Rollout { project, app, .. } => {
                if let Some(wish) = self.wish(project, app)? {
                    cluster.project_ensure(project, wish.pod_security).await?;
                    cluster.rollout_put(&wish).await?;
                }
            }
            OutboxEntry::RolloutGone { project, app, .. } => {
                if self.is_to_go(project, app)? {
                    cluster.rollout_delete(project, app).await?;
                }
            }
        }
        Ok(())
    }

    fn is_to_go(&self, project: &ProjectName, app: &AppName) -> Result<bool, Error> {
        let found = self.store.read()?.get(&DEPLOYMENTS, &format!("{project}/{app}"))?;
        Ok(found.is_none_or(|it| it.operation_kind == OperationKind::Delete))
    }

    /// What a cluster is to be told of a deployment now; none for one that is gone or going.
    fn wish(&self, project: &ProjectName, app: &AppName) -> Result<Option<Wish>, Error> {
        let reader = self.store.read()?;
        let Some(project) = reader.get(&PROJECTS, project.as_str())? else { return Ok(None) };
        let deployment = reader.get(&DEPLOYMENTS, &format!("{}/{app}", project.name))?;
        let deployment = deployment.filter(|it| it.operation_kind != OperationKind::Delete);
        let Some(deployment) = deployment else { return Ok(None) };
        let cluster = self.cluster_of(&project)?;
        let key = format!("{}/{}", deployment.id, deployment.operation);
        let operation = reader.get(&OPERATIONS, &key)?;
        let operation = operation.ok_or_else(|| Error::no("operation", &deployment.operation))?;
        let good = deployment.good_revision.filter(|it| *it != deployment.revision);
        Ok(Some(Wish {
            project: project.name.clone(),
            app: app.clone(),
            namespace: project.name.to_string(),
            deployment: Some(deployment.id.clone()),
            hosts: hosts(&project, app, &cluster),
            revision: self.told(&deployment, deployment.revision)?,
            previous: good.map(|it| self.told(&deployment, it)).transpose()?,
            control: Control {
                plugin: deployment.control.clone(),
                options: deployment.control_options.clone(),
            },
            operation: Order {
                id: operation.id,
                kind: operation.kind,
                arguments: serde_json::json!({}),
                started_unix_milliseconds: operation.started_unix_milliseconds,
            },
            pod_security: project.pod_security,
        }))
    }

    fn told(&self, deployment: &Deployment, number: u64) -> Result<Revision, Error> {
        let revision = self.revision_of(deployment, number)?;
        Ok(Revision { number, blueprint: revision.blueprint.digest, values: revision.values })
    }
}
