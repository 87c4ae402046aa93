//! Plan: ask the blueprint for the objects and the control plugin for the step.

use serde_json::Value;
use slipway_model::grant::Grant;
use slipway_model::name::{AppName, ProjectName};
use slipway_model::plan::{App, Error, RenderInput, StepInput, Stepped};
use slipway_model::recording::{Answer, Recorded};
use slipway_model::rollout::Revision;

use super::Context;
use super::fetch::Seen;
use crate::resource::Rollout;

/// What the plugins decided.
#[derive(Debug)]
pub struct Plan {
    pub input: StepInput,
    pub stepped: Stepped,
    /// What the blueprint and the control plugin may ask for, together.
    pub grant: Grant,
}

pub async fn plan(ctx: &Context, seen: &Seen) -> Result<Plan, Error> {
    let rollout = &seen.rollout;
    let desired = render(ctx, rollout, &rollout.spec.revision).await?;
    let previous = match &rollout.spec.previous {
        // What cannot be rendered any more cannot be fallen back on; that must not stop the new revision.
        Some(previous) => render(ctx, rollout, previous).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let order = rollout.order();
    let progress = rollout.status.progress.as_ref().filter(|it| it.operation == order.id);
    let now = (ctx.clock)();
    let started =
        progress.map_or(order.started_unix_milliseconds, |it| it.started_unix_milliseconds);
    let input = StepInput {
        operation: order.kind,
        operation_id: order.id.clone(),
        arguments: object_or_empty(&order.arguments),
        options: object_or_empty(&rollout.spec.control.options),
        app: app(rollout, rollout.spec.revision.number)?,
        desired,
        previous,
        observed: seen.observed.clone(),
        facts: ctx.facts.clone(),
        memory: if progress.is_some() { rollout.status.memory.clone() } else { Value::Null },
        now_unix_milliseconds: now,
        started_unix_milliseconds: if started == 0 { now } else { started },
        attempt: progress.map_or(0, |it| it.attempt),
    };
    match ctx.planner.step(&rollout.spec.control.plugin, &input).await {
        Ok(stepped) => Ok(Plan { input, stepped, grant: grant(ctx, rollout).await? }),
        Err(error) => {
            if error.is_the_plugins() {
                keep(ctx, rollout, &input, Answer::Failed(error.to_string()));
            }
            Err(error)
        }
    }
}

/// Gives a call to the recorder. Rollouts that somebody else applied have no history of ours that it could be part of.
pub fn keep(ctx: &Context, rollout: &Rollout, input: &StepInput, answer: Answer) {
    let Some(deployment) = rollout.spec.deployment.clone() else { return };
    let Revision { blueprint, values, .. } = rollout.spec.revision.clone();
    let control = rollout.spec.control.plugin.clone();
    let input = input.clone();
    ctx.recorder.record(Recorded { deployment, control, blueprint, values, input, answer });
}

async fn render(
    ctx: &Context,
    rollout: &Rollout,
    revision: &Revision,
) -> Result<Vec<slipway_model::object::Object>, Error> {
    let input = RenderInput {
        app: app(rollout, revision.number)?,
        values: revision.values.clone(),
        facts: ctx.facts.clone(),
    };
    ctx.planner.render(&revision.blueprint, input).await.map(|it| it.objects)
}

fn app(rollout: &Rollout, revision: u64) -> Result<App, Error> {
    let unfit = |error: slipway_model::name::Malformed| Error::Unfit(error.to_string());
    let project: ProjectName = rollout.key.namespace.parse().map_err(unfit)?;
    let name: AppName = rollout.key.name.parse().map_err(unfit)?;
    Ok(App {
        project,
        name,
        namespace: rollout.key.namespace.clone(),
        hosts: rollout.spec.hosts.clone(),
        revision,
    })
}

/// A control plugin may pass on what the blueprint may make, and may add what it was granted itself.
async fn grant(ctx: &Context, rollout: &Rollout) -> Result<Grant, Error> {
    let mut grant = ctx.planner.grant(&rollout.spec.revision.blueprint).await?;
    let control = ctx.planner.grant(&rollout.spec.control.plugin).await?;
    grant.kinds.extend(control.kinds);
    Ok(grant)
}

fn object_or_empty(json: &Value) -> Value {
    if json.is_null() { Value::Object(serde_json::Map::new()) } else { json.clone() }
}
