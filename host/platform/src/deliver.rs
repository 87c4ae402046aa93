//! Delivering: what the outbox holds for a cluster is told to it, at least once, in order.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::stream::{self, StreamExt};
use slipway_model::cluster::{Error as ClusterError, Tie};
use slipway_model::name::{AppName, ClusterName, ProjectName};
use slipway_model::operation::OperationState;
use slipway_model::project::Fence;
use slipway_model::rollout::{Control, Order, Revision, Wish};
use slipway_model::secret::Texts;
use slipway_model::transition;
use slipway_store::record::{
    CLUSTERS, DEPLOYMENTS, Deployment, OPERATIONS, OUTBOX, Operation, OutboxEntry, PROJECTS,
};
use slipway_store::{Changes, Reads};

use crate::feed::News;
use crate::plan_change::hosts;
use crate::{Error, Platform};

/// Waits after a delivery that failed: doubling from the first to the last.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How many rollouts are told at once.
const AT_ONCE: usize = 16;
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
            let regained = self.regained.notified();
            match self.deliver_all(cluster).await {
                Ok(()) => {
                    wait = FIRST_WAIT;
                    let _ = tokio::time::timeout(LOOK_AGAIN, posted).await;
                }
                failed @ Err(_) if is_unreachable(&failed) => {
                    tracing::warn!(cluster = %cluster, "the cluster does not answer, or not to us; what it is to hear is kept");
                    // What is posted meanwhile makes it answer no sooner.
                    let is_back = tokio::time::timeout(wait, regained).await.is_ok();
                    wait = if is_back { FIRST_WAIT } else { (wait * 2).min(LONGEST_WAIT) };
                }
                Err(error) => {
                    tracing::warn!(cluster = %cluster, error = %error, "a delivery failed and is tried again");
                    let _ = tokio::time::timeout(wait, posted).await;
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

    /// Delivers what there is. What a cluster refuses holds nobody else up: it stays, and is tried again.
    async fn deliver_all(&self, cluster: &ClusterName) -> Result<(), Error> {
        let entries = self.store.read()?.all(&OUTBOX, "")?;
        let mut subjects: HashMap<OutboxEntry, Vec<String>> = HashMap::new();
        for (key, entry) in entries.into_iter().filter(|(_, it)| it.cluster() == cluster) {
            // What is told is read when it is told, so telling it once is enough.
            subjects.entry(entry).or_default().push(key);
        }
        let (projects, rollouts): (Vec<_>, Vec<_>) =
            subjects.into_iter().partition(|(it, _)| it.is_of_a_project());
        let first = self.deliver_some(projects, 1).await;
        if is_unreachable(&first) {
            return first;
        }
        first.and(self.deliver_some(rollouts, AT_ONCE).await)
    }

    async fn deliver_some(
        &self,
        entries: Vec<(OutboxEntry, Vec<String>)>,
        at_once: usize,
    ) -> Result<(), Error> {
        let deliveries = entries.into_iter().map(|(entry, keys)| async move {
            match self.deliver_one(&entry).await {
                Ok(()) => Ok(keys),
                Err(error) => Err(self.undelivered(&entry, error).await),
            }
        });
        let mut delivered = stream::iter(deliveries).buffer_unordered(at_once).ready_chunks(256);
        let mut first = Ok(());
        while let Some(chunk) = delivered.next().await {
            let (done, failed): (Vec<_>, Vec<_>) = chunk.into_iter().partition(Result::is_ok);
            let keys: Vec<String> = done.into_iter().flatten().flatten().collect();
            if !keys.is_empty() {
                self.store
                    .note(move |changes| {
                        keys.iter()
                            .try_for_each(|key| changes.remove(&OUTBOX, key))
                            .map_err(Error::from)
                    })
                    .await?;
            }
            for error in failed.into_iter().filter_map(Result::err) {
                // Nobody who waits for a cluster that does not answer gets further by asking as well.
                first = first.and(Err(error));
                if is_unreachable(&first) {
                    return first;
                }
            }
        }
        first
    }

    /// Whoever waits for a deployment reads why it does not come.
    async fn undelivered(&self, entry: &OutboxEntry, error: Error) -> Error {
        if let OutboxEntry::Rollout { project, app, .. } = entry {
            let (key, message) = (format!("{project}/{app}"), error.to_string());
            let noted = self.store.note(move |changes| waits(changes, &key, &message)).await;
            match noted {
                Ok(Some(both)) => self.feed.tell(News::Deployment(Box::new(both))),
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(error = %error, "a delivery's failure could not be kept");
                }
            }
        }
        error
    }

    async fn deliver_one(&self, entry: &OutboxEntry) -> Result<(), Error> {
        let cluster = self.clusters.get(entry.cluster())?;
        match entry {
            OutboxEntry::Project { project, .. } => {
                // One that was deleted meanwhile has its own entry further on.
                if let Some(project) = self.store.read()?.get(&PROJECTS, project.as_str())? {
                    cluster.project_ensure(&project.name, &project.fence()).await?;
                }
            }
            OutboxEntry::ProjectGone { project, .. } => {
                // One of the same name that was made meanwhile keeps its namespace.
                if self.store.read()?.get(&PROJECTS, project.as_str())?.is_none() {
                    cluster.project_delete(project).await?;
                }
            }
            OutboxEntry::Rollout { project, app, .. } => {
                if let Some(Telling { fence, wish, texts }) = self.telling(project, app)? {
                    cluster.project_ensure(project, &fence).await?;
                    let tie = match &texts {
                        Some(texts) => cluster.secrets_put(project, app, texts).await?,
                        None => Tie::Tied,
                    };
                    cluster.rollout_put(&wish).await?;
                    if let (Some(texts), Tie::Loose) = (&texts, tie) {
                        cluster.secrets_put(project, app, texts).await?;
                    }
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
        Ok(found.is_none_or(|it| transition::is_leaving(it.last())))
    }

    /// What a cluster is to be told of a deployment now; none for one that is gone or going.
    fn telling(&self, project: &ProjectName, app: &AppName) -> Result<Option<Telling>, Error> {
        let reader = self.store.read()?;
        let Some(project) = reader.get(&PROJECTS, project.as_str())? else { return Ok(None) };
        let deployment = reader.get(&DEPLOYMENTS, &format!("{}/{app}", project.name))?;
        let deployment = deployment.filter(|it| !transition::is_leaving(it.last()));
        let Some(deployment) = deployment else { return Ok(None) };
        let cluster = self.cluster_of(&project)?;
        let key = deployment.operation_key();
        let operation = reader.get(&OPERATIONS, &key)?;
        let operation = operation.ok_or_else(|| Error::no("operation", &deployment.operation))?;
        let good = deployment.good_revision.filter(|it| *it != deployment.revision);
        let wish = Wish {
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
                // An operation has its time on the cluster: what went by before it could be told is no part of it.
                started_unix_milliseconds: self.now(),
            },
            pod_security: project.pod_security,
        };
        Ok(Some(Telling { fence: project.fence(), wish, texts: self.texts(&deployment)? }))
    }

    fn told(&self, deployment: &Deployment, number: u64) -> Result<Revision, Error> {
        let revision = self.revision_of(deployment, number)?;
        Ok(Revision { number, blueprint: revision.blueprint.digest, values: revision.values })
    }
}

/// What a cluster is told of a deployment, in this order.
struct Telling {
    fence: Fence,
    /// None where there never was a secret.
    texts: Option<Texts>,
    wish: Wish,
}

fn is_unreachable(outcome: &Result<(), Error>) -> bool {
    use ClusterError::{Held, Unreachable};
    matches!(outcome, Err(Error::Cluster(Unreachable { .. } | Held { .. })))
}

/// Notes on a deployment why the cluster does not hear of it; nothing where that is known already.
fn waits(
    changes: &Changes,
    key: &str,
    message: &str,
) -> Result<Option<(Deployment, Operation)>, Error> {
    let Some(deployment) = changes.get(&DEPLOYMENTS, key)? else { return Ok(None) };
    let at = deployment.operation_key();
    let Some(operation) = changes.get(&OPERATIONS, &at)? else { return Ok(None) };
    if operation.state != OperationState::Pending || operation.message == message {
        return Ok(None);
    }
    let operation = Operation { message: message.to_owned(), ..operation };
    let deployment = Deployment { message: message.to_owned(), ..deployment };
    changes.put(&OPERATIONS, &at, &operation)?;
    changes.put(&DEPLOYMENTS, key, &deployment)?;
    Ok(Some((deployment, operation)))
}
