//! Operations: one change that makes a revision wanted, records what was asked, and tells the cluster.

use slipway_model::access::Action;
use slipway_model::healing::Course;
use slipway_model::name::{AppName, UserName};
use slipway_model::operation::{OperationKind, OperationState};
use slipway_model::phase::Phase;
use slipway_model::transition;
use slipway_store::record::{
    DEPLOYMENTS, Deployment, OPERATIONS, Operation, OutboxEntry, Project, REVISIONS, Revision,
};
use slipway_store::{Changes, Reads};

use crate::deployments::Accepted;
use crate::feed::News;
use crate::history::revision_key;
use crate::plan_change::Draft;
use crate::secrets::{self, NewSecret};
use crate::{Caller, Error, Platform};

/// A revision with the secrets that it sets.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub revision: Revision,
    secrets: Vec<NewSecret>,
}

impl Platform {
    /// Makes a draft the wanted revision.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is another thing, named where it is called"
    )]
    pub(crate) async fn revise(
        &self,
        caller: &Caller,
        project: &Project,
        deployment: &Deployment,
        kind: OperationKind,
        draft: Draft,
        message: String,
        expected: u64,
    ) -> Result<Accepted, Error> {
        let now = self.now();
        let number = deployment.revision + 1;
        let operation = begin(caller, project, &deployment.name, &deployment.id, kind, number, now);
        let (id, author) = (&deployment.id, &caller.user);
        let revision = self.snapshot(id, author, number, draft, message, now)?;
        let changed = Deployment {
            revision: number,
            blueprint: revision.revision.blueprint.clone(),
            ..deployment.clone()
        };
        self.start(caller, project, changed, operation, Some(revision), expected).await
    }

    /// Begins an operation on the revision that is wanted.
    pub(crate) async fn operate(
        &self,
        caller: &Caller,
        project: &Project,
        deployment: &Deployment,
        kind: OperationKind,
    ) -> Result<Accepted, Error> {
        self.operate_because(caller, project, deployment, kind, String::new()).await
    }

    /// The same for a deployment that somebody names.
    pub(crate) async fn operate_named(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        kind: OperationKind,
    ) -> Result<Accepted, Error> {
        let (project, deployment) = self.deployment(caller, Action::Deploy, project, name)?;
        self.operate(caller, &project, &deployment, kind).await
    }

    /// The same, with the reason why.
    pub(crate) async fn operate_because(
        &self,
        caller: &Caller,
        project: &Project,
        deployment: &Deployment,
        kind: OperationKind,
        reason: String,
    ) -> Result<Accepted, Error> {
        let (name, id, revision) = (&deployment.name, &deployment.id, deployment.revision);
        let operation = begin(caller, project, name, id, kind, revision, self.now());
        let operation = Operation { reason, ..operation };
        self.start(caller, project, deployment.clone(), operation, None, revision).await
    }

    async fn start(
        &self,
        caller: &Caller,
        project: &Project,
        mut deployment: Deployment,
        operation: Operation,
        revision: Option<Snapshot>,
        expected: u64,
    ) -> Result<Accepted, Error> {
        let known = std::mem::replace(&mut deployment.operation, operation.id.clone());
        deployment.operation_kind = operation.kind;
        deployment.control = self.control_for(&deployment, operation.kind)?;
        deployment.operation_state = OperationState::Pending;
        deployment.phase = Phase::after(operation.kind, OperationState::Pending);
        deployment.message.clone_from(&operation.message);
        let is_healing = *caller == Caller::healing();
        if !is_healing {
            // Somebody is at it: what was tried before is not held against what they do.
            deployment.course = Course::default();
        }
        if matches!(operation.kind, OperationKind::Rollback | OperationKind::Abort) {
            deployment.former_good = None;
            if !is_healing {
                deployment.brought_back = Some(deployment.revision);
            }
        }
        deployment.updated_unix_milliseconds = operation.started_unix_milliseconds;
        let accepted = Accepted { deployment, operation };
        let (kept, project) = (accepted.clone(), project.clone());
        let action = action(kept.operation.kind);
        let subject = key(&kept.deployment);
        self.store
            .change(caller.actor(), action, subject, move |changes| {
                let before = changes.get(&DEPLOYMENTS, &key(&kept.deployment))?;
                let before =
                    before.ok_or_else(|| Error::no("deployment", &kept.deployment.name))?;
                if is_healing && before.operation != known {
                    // Somebody came first, and knows better.
                    return Err(Error::Conflict("somebody began another operation".into()));
                }
                if before.revision != expected {
                    return Err(Error::Conflict(format!(
                        "somebody else made revision {} meanwhile; look at it and try again",
                        before.revision
                    )));
                }
                may_begin(&before, kept.operation.kind)?;
                supersede(changes, &before)?;
                write(changes, &project, &kept, revision.as_ref())
            })
            .await?;
        self.announce(&accepted);
        Ok(accepted)
    }

    /// A draft as it is to be kept, its secrets sealed.
    pub(crate) fn snapshot(
        &self,
        deployment: &str,
        author: &UserName,
        number: u64,
        draft: Draft,
        message: String,
        now: u64,
    ) -> Result<Snapshot, Error> {
        let revision = Revision {
            number,
            blueprint: draft.blueprint,
            values: draft.values,
            author: author.clone(),
            message,
            created_unix_milliseconds: now,
        };
        Ok(Snapshot { revision, secrets: self.seal_secrets(deployment, draft.secrets)? })
    }

    pub(crate) fn announce(&self, accepted: &Accepted) {
        let both = (accepted.deployment.clone(), accepted.operation.clone());
        self.feed.tell(News::Deployment(Box::new(both)));
        self.posted.notify_waiters();
    }
}

/// Whether an operation may follow what was asked of the deployment last.
pub(crate) fn may_begin(deployment: &Deployment, kind: OperationKind) -> Result<(), Error> {
    transition::may_follow(deployment.last(), kind)
        .map_err(|why| Error::Conflict(format!("{}: {why}", deployment.name)))
}

pub(crate) fn key(deployment: &Deployment) -> String {
    format!("{}/{}", deployment.project, deployment.name)
}

/// The audit's word.
fn action(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Create => "deployment.create",
        OperationKind::Rollback => "deployment.rollback",
        OperationKind::Restart => "deployment.restart",
        OperationKind::Delete => "deployment.delete",
        OperationKind::Promote => "deployment.promote",
        OperationKind::Abort => "deployment.abort",
        OperationKind::Pause => "deployment.pause",
        OperationKind::Resume => "deployment.resume",
        OperationKind::Archive => "deployment.archive",
        OperationKind::Restore => "deployment.restore",
        OperationKind::Cleanup => "deployment.cleanup",
        OperationKind::Update | OperationKind::Heal => "deployment.update",
    }
}

pub(crate) fn begin(
    caller: &Caller,
    project: &Project,
    app: &AppName,
    deployment: &str,
    kind: OperationKind,
    revision: u64,
    now: u64,
) -> Operation {
    Operation {
        id: uuid::Uuid::now_v7().to_string(),
        deployment: deployment.to_owned(),
        project: project.name.clone(),
        app: app.clone(),
        kind,
        state: OperationState::Pending,
        actor: caller.user.to_string(),
        revision,
        message: "Waiting for the cluster.".to_owned(),
        reason: String::new(),
        failure: None,
        started_unix_milliseconds: now,
        finished_unix_milliseconds: None,
        steps: Vec::new(),
    }
}

/// An operation that is not over ends where the next one begins.
fn supersede(changes: &Changes, before: &Deployment) -> Result<(), Error> {
    let key = before.operation_key();
    if let Some(mut operation) = changes.get(&OPERATIONS, &key)?.filter(|it| !it.state.is_over()) {
        operation.state = OperationState::Superseded;
        operation.message = "A later operation took its place.".to_owned();
        operation.finished_unix_milliseconds = Some(changes.now());
        changes.put(&OPERATIONS, &key, &operation)?;
    }
    Ok(())
}

pub(crate) fn write(
    changes: &Changes,
    project: &Project,
    accepted: &Accepted,
    revision: Option<&Snapshot>,
) -> Result<(), Error> {
    let Accepted { deployment, operation } = accepted;
    changes.put(&DEPLOYMENTS, &key(deployment), deployment)?;
    changes.put(&OPERATIONS, &format!("{}/{}", deployment.id, operation.id), operation)?;
    if let Some(Snapshot { revision, secrets }) = revision {
        changes.put(&REVISIONS, &revision_key(&deployment.id, revision.number), revision)?;
        secrets::keep(changes, &deployment.id, secrets)?;
    }
    let (cluster, app) = (project.cluster.clone(), deployment.name.clone());
    let project = project.name.clone();
    let entry = match operation.kind {
        OperationKind::Delete => OutboxEntry::RolloutGone { cluster, project, app },
        _ => OutboxEntry::Rollout { cluster, project, app },
    };
    changes.outbox(&entry).map_err(Error::from)
}
