//! Following: what a cluster reports becomes the state of deployments and operations.

use std::collections::HashSet;
use std::sync::Arc;

use futures::StreamExt;
use slipway_model::cluster::{Change, Cluster};
use slipway_model::name::{AppName, ClusterName, ProjectName};
use slipway_model::operation::{OperationKind, OperationState};
use slipway_model::phase::Phase;
use slipway_model::rollout::{Progress, Report};
use slipway_model::transition;
use slipway_store::record::{
    DEPLOYMENTS, Deployment, OPERATIONS, Operation, OutboxEntry, PROJECTS, RECORDINGS, REVISIONS,
};
use slipway_store::{Changes, Reads};

use crate::feed::News;
use crate::{Error, Platform, secrets};

/// What is said of a deployment that is archived.
const ARCHIVED: &str = "Archived: nothing of it runs. Its volumes, settings and history are kept.";
/// Steps that the store keeps of one operation.
const MOST_STEPS: usize = 500;

impl Platform {
    /// Follows one cluster until the platform is let go.
    pub(crate) fn follow(self: &Arc<Self>, name: ClusterName, cluster: Arc<dyn Cluster>) {
        let platform = Arc::clone(self);
        tokio::spawn(async move {
            let cancel = platform.cancel.clone();
            let following = async {
                let mut changes = cluster.changes();
                while let Some(change) = changes.next().await {
                    if let Err(error) = platform.heed(&name, change).await {
                        tracing::error!(cluster = %name, error = %error, "a report could not be kept");
                    }
                }
            };
            cancel.run_until_cancelled(following).await;
        });
    }

    async fn heed(&self, cluster: &ClusterName, change: Change) -> Result<(), Error> {
        match change {
            Change::Reset(reports) => self.catch_up(cluster, reports).await,
            Change::Reported(report) => self.reported(cluster, report).await,
            Change::Gone { project, app } => self.gone(&project, &app).await,
            Change::Regained => {
                self.regained.notify_waiters();
                Ok(())
            }
            Change::Touched { project, app } => {
                self.feed.tell(News::Touched { project, name: app });
                Ok(())
            }
        }
    }

    /// After a (re)connection: take all reports in, and mend what the cluster does not have.
    async fn catch_up(&self, cluster: &ClusterName, reports: Vec<Report>) -> Result<(), Error> {
        let here: HashSet<(ProjectName, AppName)> =
            reports.iter().map(|it| (it.project.clone(), it.app.clone())).collect();
        for report in reports {
            self.reported(cluster, report).await?;
        }
        let reached = self.clusters.get(cluster)?;
        let projects = self.store.read()?.all(&PROJECTS, "")?;
        for (_, project) in projects.into_iter().filter(|(_, it)| it.cluster == *cluster) {
            for (_, deployment) in
                self.store.read()?.all(&DEPLOYMENTS, &format!("{}/", project.name))?
            {
                if !here.contains(&(deployment.project.clone(), deployment.name.clone())) {
                    self.gone(&deployment.project, &deployment.name).await?;
                }
            }
            if let Err(error) = reached.project_ensure(&project.name, &project.fence()).await {
                tracing::warn!(cluster = %cluster, project = %project.name, error = %error,
                    "a project's fence could not be looked at");
            }
        }
        Ok(())
    }

    async fn reported(&self, cluster: &ClusterName, report: Report) -> Result<(), Error> {
        // Somebody else's rollout: it is the cluster's business.
        let Some(id) = report.deployment.clone() else { return Ok(()) };
        let key = format!("{}/{}", report.project, report.app);
        let Some(known) = self.store.read()?.get(&DEPLOYMENTS, &key)? else { return Ok(()) };
        let seen = judged(&known, &report, self.now());
        if known.id != id || seen == known && !self.has_news(&known, &report)? {
            return Ok(());
        }
        let cluster = cluster.clone();
        let news = self.store.note(move |changes| keep(changes, &cluster, &key, &report)).await?;
        if let Some(both) = news {
            if transition::is_leaving(both.0.last()) {
                self.posted.notify_waiters();
            }
            self.admit(&both.0);
            self.feed.tell(News::Deployment(Box::new(both)));
        }
        Ok(())
    }

    fn has_news(&self, known: &Deployment, report: &Report) -> Result<bool, Error> {
        let Some(progress) = report.progress.as_ref().filter(|it| it.operation == known.operation)
        else {
            return Ok(false);
        };
        let key = format!("{}/{}", known.id, known.operation);
        let operation = self.store.read()?.get(&OPERATIONS, &key)?;
        Ok(operation.is_some_and(|it| advanced(&it, progress) != it))
    }

    /// The rollout is not in the cluster: either that was the wish, or it is to be put there again.
    async fn gone(&self, project: &ProjectName, app: &AppName) -> Result<(), Error> {
        let key = format!("{project}/{app}");
        let known = self.store.read()?.get(&DEPLOYMENTS, &key)?;
        let Some(deployment) = known else { return Ok(()) };
        if transition::is_leaving(deployment.last()) {
            let id = deployment.id.clone();
            self.store.note(move |changes| forget(changes, &key, &id)).await?;
            let gone = News::Gone { project: project.clone(), name: app.clone() };
            self.feed.tell(gone);
        } else {
            let project = project.clone();
            let app = app.clone();
            self.store
                .note(move |changes| {
                    let found = changes.get(&PROJECTS, project.as_str())?;
                    let Some(found) = found else { return Ok(()) };
                    let cluster = found.cluster;
                    let entry = OutboxEntry::Rollout { cluster, project, app };
                    changes.outbox(&entry).map_err(Error::from)
                })
                .await?;
            self.posted.notify_waiters();
        }
        Ok(())
    }
}

/// Takes a report in; what changed, or nothing if nothing did.
fn keep(
    changes: &Changes,
    cluster: &ClusterName,
    key: &str,
    report: &Report,
) -> Result<Option<(Deployment, Operation)>, Error> {
    let Some(known) = changes.get(&DEPLOYMENTS, key)? else { return Ok(None) };
    let operation_key = format!("{}/{}", known.id, known.operation);
    let Some(before) = changes.get(&OPERATIONS, &operation_key)? else { return Ok(None) };
    let progress = report.progress.as_ref().filter(|it| it.operation == known.operation);
    let operation = progress.map_or_else(|| before.clone(), |it| advanced(&before, it));
    let deployment =
        Deployment { operation_state: operation.state, ..judged(&known, report, changes.now()) };
    if operation != before {
        changes.put(&OPERATIONS, &operation_key, &operation)?;
    }
    if deployment != known {
        changes.put(&DEPLOYMENTS, key, &deployment)?;
        if transition::is_leaving(deployment.last()) && !transition::is_leaving(known.last()) {
            // Its volumes are deleted, and now the rest of it.
            changes.outbox(&OutboxEntry::RolloutGone {
                cluster: cluster.clone(),
                project: deployment.project.clone(),
                app: deployment.name.clone(),
            })?;
        }
    }
    Ok((operation != before || deployment != known).then_some((deployment, operation)))
}

/// The deployment as the report shows it.
fn judged(known: &Deployment, report: &Report, now: u64) -> Deployment {
    let progress = report.progress.as_ref().filter(|it| it.operation == known.operation);
    let state = progress.map_or(known.operation_state, |it| it.state);
    let kind = known.operation_kind;
    let deleting = transition::is_leaving((kind, state));
    let phase = if deleting { Phase::DeletePending } else { Phase::after(kind, state) };
    let good = progress.is_some_and(|it| it.state == OperationState::Succeeded);
    let message = match progress {
        Some(progress) if progress.state != OperationState::Succeeded => progress.message.clone(),
        Some(_) if phase == Phase::Archived => ARCHIVED.to_owned(),
        _ => report.verdict.message.clone(),
    };
    let good_revision = if good { report.good_revision } else { known.good_revision };
    let is_way_back =
        matches!(known.operation_kind, OperationKind::Rollback | OperationKind::Abort);
    let is_new = good_revision != known.good_revision && !is_way_back;
    Deployment {
        course: known.course.seen(known.healing, report.verdict.health, state, now),
        former_good: if is_new { known.good_revision } else { known.former_good },
        operation_state: state,
        phase,
        health: report.verdict.health,
        message: if deleting { "It is being deleted.".to_owned() } else { message },
        links: report.links.clone(),
        good_revision,
        ..known.clone()
    }
}

/// The operation as the report shows it. What is over stays as it ended; steps are only added.
fn advanced(known: &Operation, progress: &Progress) -> Operation {
    if known.state.is_over() {
        return known.clone();
    }
    let mut operation = known.clone();
    operation.state = progress.state;
    operation.message.clone_from(&progress.message);
    operation.failure.clone_from(&progress.failure);
    operation.finished_unix_milliseconds = progress.finished_unix_milliseconds;
    // By place and not by time: a clock that was set back would hide what comes after.
    let last = known.steps.last();
    let seen = progress.steps.iter().rposition(|it| Some(it) == last).map_or(0, |it| it + 1);
    operation.steps.extend(progress.steps[seen..].iter().cloned());
    operation.steps.truncate(MOST_STEPS);
    operation
}

fn forget(changes: &Changes, key: &str, id: &str) -> Result<(), Error> {
    changes.remove(&DEPLOYMENTS, key)?;
    let below = format!("{id}/");
    changes.remove_all(&REVISIONS, &below)?;
    changes.remove_all(&OPERATIONS, &below)?;
    changes.remove_all(&RECORDINGS, &below)?;
    secrets::forget(changes, id)
}

#[cfg(test)]
mod tests {
    use slipway_model::digest::Digest;
    use slipway_model::rollout::Step;

    use super::*;

    /// Steps by their letters; the clock was set back between b and c.
    fn steps(letters: &str) -> Vec<Step> {
        let step = |letter: char| Step {
            at_unix_milliseconds: if letter < 'c' { 9_000 } else { 20 },
            plugin: Digest::of(b"any"),
            input: Digest::of(b"any"),
            output: Digest::of(b"any"),
            microseconds: 0,
            outcome: "wait".to_owned(),
            notes: vec![letter.to_string()],
        };
        letters.chars().map(step).collect()
    }

    fn check(known: &str, reported: &str, expected: &str) {
        let operation = Operation {
            id: "o".into(),
            project: "shop".parse().unwrap(),
            deployment: "d".into(),
            app: "web".parse().unwrap(),
            kind: OperationKind::Update,
            state: OperationState::Running,
            actor: "ada".into(),
            revision: 1,
            message: String::new(),
            reason: String::new(),
            failure: None,
            started_unix_milliseconds: 1,
            finished_unix_milliseconds: None,
            steps: steps(known),
        };
        let progress = Progress {
            operation: "o".into(),
            kind: OperationKind::Update,
            state: OperationState::Running,
            message: String::new(),
            failure: None,
            started_unix_milliseconds: 1,
            finished_unix_milliseconds: None,
            steps: steps(reported),
            attempt: 0,
        };
        assert_eq!(advanced(&operation, &progress).steps, steps(expected));
    }

    #[test]
    fn steps_are_added_once_and_none_is_lost_when_the_clock_is_set_back() {
        check("", "a", "a");
        check("a", "a", "a");
        check("a", "ab", "ab");
        check("ab", "abcd", "abcd");
        // The report holds the last steps only.
        check("abc", "cd", "abcd");
        check("ab", "de", "abde");
    }
}
