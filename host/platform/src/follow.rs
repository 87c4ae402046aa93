//! Following: what a cluster reports becomes the state of deployments and operations.

mod keep;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use slipway_model::cluster::{Change, Cluster};
use slipway_model::name::{AppName, ClusterName, ProjectName};
use slipway_model::rollout::Report;
use slipway_model::transition;
use slipway_store::record::{
    DEPLOYMENTS, OPERATIONS, OutboxEntry, PROJECTS, RECORDINGS, REVISIONS,
};
use slipway_store::{Changes, Reads};

use self::keep::{is_news, keep, last_of_each};
use crate::feed::News;
use crate::{Error, Platform, secrets};

/// What comes while the store writes is written together: it waits for the disk each time.
const AT_ONCE: usize = 256;
/// Waits before a store that could keep nothing is tried again: doubling from the first to the last.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LAST_WAIT: Duration = Duration::from_secs(30);

impl Platform {
    /// Follows one cluster until the platform is let go.
    pub(crate) fn follow(self: &Arc<Self>, name: ClusterName, cluster: Arc<dyn Cluster>) {
        let platform = Arc::clone(self);
        tokio::spawn(async move {
            let cancel = platform.cancel.clone();
            let following = async {
                let mut wait = FIRST_WAIT;
                // The line begins with all that there is: so nothing is lost that the store could not take.
                while let Err(error) = platform.heed_all(&name, &*cluster, &mut wait).await {
                    tracing::error!(cluster = %name, error = %error, seconds = wait.as_secs(),
                        "what the cluster reports cannot be kept; it is asked for again");
                    tokio::time::sleep(wait).await;
                    wait = LAST_WAIT.min(wait * 2);
                }
            };
            cancel.run_until_cancelled(following).await;
        });
    }

    /// Takes in what comes until the cluster is let go, or the store cannot keep it.
    async fn heed_all(
        &self,
        name: &ClusterName,
        cluster: &dyn Cluster,
        wait: &mut Duration,
    ) -> Result<(), Error> {
        let mut changes = cluster.changes().ready_chunks(AT_ONCE);
        while let Some(changes) = changes.next().await {
            self.heed(name, changes).await?;
            *wait = FIRST_WAIT;
        }
        Ok(())
    }

    /// Takes changes in, in their order, but for reports, of which only the last of each app counts.
    async fn heed(&self, cluster: &ClusterName, changes: Vec<Change>) -> Result<(), Error> {
        let mut reports = Vec::new();
        for change in changes {
            match change {
                Change::Reported(report) => reports.push(report),
                Change::Touched { project, app } => {
                    self.feed.tell(News::Touched { project, name: app });
                }
                Change::Regained => self.regained.notify_waiters(),
                Change::Reset(all) => {
                    told(cluster, self.reported(cluster, &std::mem::take(&mut reports)).await)?;
                    told(cluster, self.catch_up(cluster, &all).await)?;
                }
                Change::Gone { project, app } => {
                    told(cluster, self.reported(cluster, &std::mem::take(&mut reports)).await)?;
                    told(cluster, self.gone(vec![(project, app)]).await)?;
                }
            }
        }
        told(cluster, self.reported(cluster, &reports).await)
    }

    /// After a (re)connection, or where more came than could be followed: take all reports in, and mend what the cluster does not have.
    async fn catch_up(&self, cluster: &ClusterName, reports: &[Report]) -> Result<(), Error> {
        let here: HashSet<(ProjectName, AppName)> =
            reports.iter().map(|it| (it.project.clone(), it.app.clone())).collect();
        for some in reports.chunks(AT_ONCE) {
            self.reported(cluster, some).await?;
        }
        let reached = self.clusters.get(cluster)?;
        let projects = self.store.read()?.all(&PROJECTS, "")?;
        for (_, project) in projects.into_iter().filter(|(_, it)| it.cluster == *cluster) {
            let deployments =
                self.store.read()?.all(&DEPLOYMENTS, &format!("{}/", project.name))?;
            let names = deployments.into_iter().map(|(_, it)| (it.project, it.name));
            self.gone(names.filter(|it| !here.contains(it)).collect()).await?;
            if let Err(error) = reached.project_ensure(&project.name, &project.fence()).await {
                tracing::warn!(cluster = %cluster, project = %project.name, error = %error,
                    "a project's fence could not be looked at");
            }
        }
        Ok(())
    }

    /// Keeps what reports say, in one write, and tells of what is new.
    async fn reported(&self, cluster: &ClusterName, reports: &[Report]) -> Result<(), Error> {
        let (reader, now) = (self.store.read()?, self.now());
        let mut news = Vec::new();
        for (key, report) in last_of_each(reports) {
            if is_news(&reader, &key, report, now)? {
                news.push((key, report.clone()));
            }
        }
        drop(reader);
        if news.is_empty() {
            return Ok(());
        }
        let cluster = cluster.clone();
        let kept = self.store.note(move |changes| {
            let kept = news.iter().map(|(key, report)| keep(changes, &cluster, key, report));
            kept.collect::<Result<Vec<_>, Error>>()
        });
        for both in kept.await?.into_iter().flatten() {
            if transition::is_leaving(both.0.last()) {
                self.posted.notify_waiters();
            }
            self.admit(&both.0);
            self.feed.tell(News::Deployment(Box::new(both)));
        }
        Ok(())
    }

    /// Rollouts that are not in the cluster: either that was the wish, or they are to be put there again, or for the first time.
    async fn gone(&self, apps: Vec<(ProjectName, AppName)>) -> Result<(), Error> {
        let reader = self.store.read()?;
        let (mut left, mut missing) = (Vec::new(), Vec::new());
        for (project, app) in apps {
            let key = format!("{project}/{app}");
            let Some(deployment) = reader.get(&DEPLOYMENTS, &key)? else { continue };
            if transition::is_leaving(deployment.last()) {
                left.push((key, deployment));
                continue;
            }
            let Some(found) = reader.get(&PROJECTS, project.as_str())? else { continue };
            // Told twice is as good as told once, where it was on its way.
            missing.push(OutboxEntry::Rollout { cluster: found.cluster, project, app });
        }
        drop(reader);
        for (key, deployment) in left {
            let id = deployment.id.clone();
            self.store.note(move |changes| forget(changes, &key, &id)).await?;
            self.feed.tell(News::Gone { project: deployment.project, name: deployment.name });
        }
        if !missing.is_empty() {
            let again = move |changes: &Changes| {
                missing.iter().try_for_each(|it| changes.outbox(it)).map_err(Error::from)
            };
            self.store.note(again).await?;
            self.posted.notify_waiters();
        }
        Ok(())
    }
}

/// Lets through what may be kept later, and tells of what never will be: that must not stop what comes after it.
fn told(cluster: &ClusterName, kept: Result<(), Error>) -> Result<(), Error> {
    match kept {
        Err(Error::Store(error)) if error.may_pass() => Err(Error::Store(error)),
        Err(error) => {
            tracing::error!(cluster = %cluster, error = %error, "a report could not be kept");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

fn forget(changes: &Changes, key: &str, id: &str) -> Result<(), Error> {
    changes.remove(&DEPLOYMENTS, key)?;
    let below = format!("{id}/");
    changes.remove_all(&REVISIONS, &below)?;
    changes.remove_all(&OPERATIONS, &below)?;
    changes.remove_all(&RECORDINGS, &below)?;
    secrets::forget(changes, id)
}
