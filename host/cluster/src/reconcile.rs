//! One reconcile: fetch, plan, vet, apply, report.
//!
//! `fetch` and `vet` only read; `plan` talks to plugins only; `apply` and `report` talk to the
//! cluster and decide nothing. Each may be run again at any time.

mod apply;
mod believed;
mod compare;
mod decorate;
mod fetch;
mod judge;
mod plan;
mod replicas;
mod report;
mod words;

pub use compare::is_within;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use serde_json::Value;
use slipway_model::health::Health;
use slipway_model::name::ClusterName;
use slipway_model::plan::{Failure, Outcome, Planner, Stepped};
use slipway_model::recording::Recorder;
use slipway_model::vet::{self, Beside};
use slipway_queue::Queue;

use crate::cache::Cache;
use crate::own_writes::OwnWrites;
use crate::ownership::Owner;
use crate::resource::{Key, Rollout};

/// What a reconcile works with.
#[derive(Clone)]
pub struct Context {
    pub cluster: ClusterName,
    pub client: kube::Client,
    pub cache: Arc<Cache>,
    pub own_writes: Arc<OwnWrites>,
    pub queue: Arc<Queue<Key>>,
    pub planner: Arc<dyn Planner>,
    pub recorder: Arc<dyn Recorder>,
    pub facts: Value,
    /// Milliseconds since 1970.
    pub clock: fn() -> u64,
}

/// When the rollout wants to be looked at again, if nothing changes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Rest,
    After(Duration),
}

/// Why a reconcile did not get to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{what} cannot be read")]
    Fetch { what: String, source: kube::Error },
    #[error("the plan cannot be made")]
    Plan(#[source] slipway_model::plan::Error),
    #[error("the plan asks for what is not granted")]
    Vet(#[source] vet::Refusal),
    #[error("{what} cannot be applied")]
    Apply { what: String, source: kube::Error },
    #[error("{what} is there already and belongs to somebody else")]
    Taken { what: String, owner: Owner },
    /// The rollout was changed or deleted while we worked on it.
    #[error("the rollout has changed meanwhile")]
    Outdated,
    #[error("the reconciler itself has a bug and panicked; see the log")]
    Panicked,
    #[error("the status cannot be written")]
    Report(#[source] kube::Error),
}

/// When objects that are on their way are judged again though nothing has changed.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// When a final error is looked at once more: a right, a quota or a webhook may have been mended, which no watch of ours
/// tells.
const ASK_ONCE_MORE: Duration = Duration::from_secs(300);

/// Brings one rollout a step further.
pub async fn reconcile(ctx: &Context, key: &Key) -> Result<Next, Error> {
    let Some(seen) = fetch::fetch(ctx, key).await? else {
        return Ok(Next::Rest);
    };
    let mut advanced = try_to_advance(ctx, &seen).await;
    if advanced.as_ref().is_err_and(believed::is_forbidden) {
        if !believed::is_ready(ctx, &seen.rollout).await {
            return advanced;
        }
        // It may have got ready only after it had refused.
        advanced = try_to_advance(ctx, &seen).await;
    }
    match advanced {
        Ok(next) => Ok(next),
        Err(error) => match lesson(&error) {
            Lesson::Final(failure) => {
                tracing::info!(rollout = %key, failure = failure.message, "an operation failed");
                report::failed(ctx, &seen, failure).await?;
                Ok(Next::After(ASK_ONCE_MORE))
            }
            Lesson::Again => Err(error),
        },
    }
}

/// A panic is a bug of ours, and would most likely come again: it is told like an error that only a change can mend.
async fn try_to_advance(ctx: &Context, seen: &fetch::Seen) -> Result<Next, Error> {
    let advanced = AssertUnwindSafe(advance(ctx, seen)).catch_unwind().await;
    advanced.unwrap_or(Err(Error::Panicked))
}

async fn advance(ctx: &Context, seen: &fetch::Seen) -> Result<Next, Error> {
    let plan = plan::plan(ctx, seen).await.map_err(Error::Plan)?;
    let rules = decorate::rules(&seen.rollout, &plan.grant);
    let beside = Beside {
        own: seen.children.iter().map(|it| it.object.reference()).collect(),
        others: ctx.cache.of_namesakes(&seen.rollout.key),
    };
    let vetted = vet::vet_beside(plan.stepped.apply.clone(), &beside, &rules);
    let vetted = vetted.map_err(Error::Vet)?;
    let removals = vet::vet_removal(plan.stepped.remove.clone(), &rules).map_err(Error::Vet)?;
    let wanted = decorate::decorate(vetted, &seen.rollout);
    let differing = apply::differing(seen, &wanted);
    if !differing.is_empty() {
        let applied = apply::apply(ctx, seen, &wanted, &differing).await;
        if let Err(error) = applied {
            if matches!(lesson(&error), Lesson::Again) {
                report::begun(ctx, seen, &plan, &wanted).await?;
            }
            return Err(error);
        }
    }
    apply::remove(ctx, seen, &removals).await?;
    if matches!(plan.stepped.outcome, Outcome::Done) && differing.is_empty() {
        apply::prune(ctx, seen, &wanted, &plan.stepped.keep).await?;
    }
    let unsaid = report::report(ctx, seen, &plan, &wanted, differing.len()).await?;
    Ok(next(seen, &plan.stepped, differing.len(), unsaid))
}

/// Changes in the cluster wake us; this is for what comes without one.
fn next(seen: &fetch::Seen, stepped: &Stepped, written: usize, unsaid: Option<Duration>) -> Next {
    // A plugin that asks for 0 must not keep a core busy.
    let asked = stepped.recheck_after_milliseconds.map(|it| it.max(100).into());
    let asked = asked.map(Duration::from_millis);
    let own = match stepped.outcome {
        // The watch brings what was written and wakes us; where writing changed nothing, it has nothing to bring.
        Outcome::Done if written > 0 => Some(Duration::from_secs(1)),
        Outcome::Wait { .. } => Some(LOOK_AGAIN),
        // A deadline that runs out is told by no watch.
        Outcome::Done | Outcome::Failed(_) => is_on_its_way(seen).then_some(LOOK_AGAIN),
    };
    asked.into_iter().chain(own).chain(unsaid).min().map_or(Next::Rest, Next::After)
}

fn is_on_its_way(seen: &fetch::Seen) -> bool {
    seen.observed.iter().any(|it| it.verdict.health == Health::Progressing)
}

/// What to do about an error.
enum Lesson {
    /// Only a change of what is wanted, or of the plugin, can mend it.
    Final(Failure),
    /// It may go by itself.
    Again,
}

fn lesson(error: &Error) -> Lesson {
    use slipway_model::plan::Error as Plan;
    let fail = |code: &str, message: String, hint: &str| {
        let hint = Some(hint.to_owned());
        Lesson::Final(Failure { code: code.into(), message, field: None, hint })
    };
    let author = "Roll back to the last good revision, and tell the plugin's author.";
    match error {
        Error::Plan(Plan::Refused(failure)) => Lesson::Final(failure.clone()),
        Error::Plan(error @ Plan::NotInstalled(_)) => fail(
            "plugin-not-installed",
            error.to_string(),
            "Install the plugin again, or roll back to a revision whose plugin is installed.",
        ),
        Error::Plan(error @ Plan::Barred(_)) => fail(
            "plugin-barred",
            error.to_string(),
            "Ask whoever runs this instance: `slipway trust list` says whose plugins may run here.",
        ),
        Error::Plan(error @ Plan::Unfit(_)) => fail("plugin-unfit", error.to_string(), author),
        Error::Plan(error @ Plan::Trapped { .. }) => {
            fail("plugin-crashed", error.to_string(), author)
        }
        Error::Plan(error @ Plan::OutOfTime { .. }) => {
            fail("plugin-out-of-time", error.to_string(), author)
        }
        Error::Plan(error @ Plan::OutOfMemory { .. }) => {
            fail("plugin-out-of-memory", error.to_string(), author)
        }
        Error::Plan(error @ Plan::TooMuch { .. }) => {
            fail("plugin-too-much", error.to_string(), author)
        }
        Error::Plan(error @ Plan::Nonsense { .. }) => {
            fail("plugin-nonsense", error.to_string(), author)
        }
        Error::Vet(refusal) => fail(
            "not-granted",
            refusal.to_string(),
            "Nothing was applied. Ask whoever runs this instance for the grant, or use another blueprint.",
        ),
        Error::Taken { what, owner } => fail(
            "name-taken",
            match owner {
                Owner::Rollout(name) => {
                    format!("{what} is there already, and belongs to the deployment {name}.")
                }
                Owner::Us | Owner::Stranger => {
                    format!("{what} is there already, and is not Slipway's.")
                }
            },
            "It was left as it is. Give this deployment another name, or remove the object; to hand it over to this \
             deployment, label it slipway.dev/rollout with the deployment's name.",
        ),
        Error::Apply { what, source: kube::Error::Api(status) } if is_final(status) => fail(
            "refused-by-cluster",
            format!("The cluster refused {what}: {}", status.message),
            "Change the values that lead to it, or roll back.",
        ),
        Error::Panicked => fail(
            "bug",
            "Slipway itself has a bug that keeps it from working on this.".to_owned(),
            "The server's log says where; please report it. Another revision may go by it.",
        ),
        Error::Plan(Plan::Compiling(_) | Plan::Resting { .. })
        | Error::Fetch { .. }
        | Error::Apply { .. }
        | Error::Outdated
        | Error::Report(_) => Lesson::Again,
    }
}

/// Answers of an API server that stay the same until somebody changes something.
fn is_final(status: &kube::core::Status) -> bool {
    // A namespace that is on its way out comes again.
    let causes = status.details.as_ref().map(|it| it.causes.as_slice()).unwrap_or_default();
    let is_passing = causes.iter().any(|it| it.reason == "NamespaceTerminating");
    matches!(status.code, 400 | 403 | 405 | 413 | 415 | 422) && !is_passing
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("cluster", &self.cluster).finish_non_exhaustive()
    }
}

/// The state that a rollout's own operation has reached.
fn is_over(rollout: &Rollout) -> bool {
    let progress = rollout.status.progress.as_ref();
    progress.is_some_and(|it| it.operation == rollout.order().id && it.state.is_over())
}
