//! Rehearsing: what a plugin would do to an app that runs, without doing it.

use serde_json::{Value, json};
use slipway_engine::World;
use slipway_model::diff::{self, ObjectChange};
use slipway_model::operation::OperationKind;
use slipway_model::plan::{Error as PlanError, Failure, Planner, RenderInput, StepInput};
use slipway_model::situation::Situation;
use slipway_model::values;

use crate::bench::Bench;
use crate::error::Error;
use crate::render::{Rendering, render};
use crate::said;

/// What would happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Rehearsed {
    /// Of a blueprint: how the objects would differ from those that are wanted now.
    Changes(Vec<ObjectChange>),
    /// Of a control plugin: the first step of an update to what is wanted now, as in golden files.
    Step(Value),
    /// What the form would show.
    Wrong(Vec<Failure>),
    /// What a server would refuse of the objects.
    Refused(String),
}

/// Asks the plugin with what is there; `set` is laid over the values of a blueprint, or the options of a control plugin.
pub async fn rehearse(
    bench: &Bench,
    situation: Situation,
    set: &Value,
    now_unix_milliseconds: u64,
) -> Result<Rehearsed, Error> {
    match bench.installed.world {
        World::Blueprint => changes(bench, situation, set).await,
        World::Control => first_step(bench, situation, set, now_unix_milliseconds).await,
        World::UpdateChecker => Err(PlanError::Unfit(
            "an update checker looks at registries and not at apps; try it with `slipway plugin test`".into(),
        )
        .into()),
    }
}

async fn changes(bench: &Bench, situation: Situation, set: &Value) -> Result<Rehearsed, Error> {
    let Situation { app, facts, pod_security, values: now, desired, .. } = situation;
    let before = now.unwrap_or_else(|| json!({}));
    let input = RenderInput { app, values: values::fill(&before, set), facts };
    let (rendering, _) = render(bench, input, &before, pod_security).await?;
    Ok(match rendering {
        Rendering::Objects(objects) => Rehearsed::Changes(diff::objects(&desired, &objects)),
        Rendering::Wrong(failures) => Rehearsed::Wrong(failures),
        Rendering::Refused(refusal) => Rehearsed::Refused(refusal),
    })
}

async fn first_step(
    bench: &Bench,
    situation: Situation,
    set: &Value,
    now_unix_milliseconds: u64,
) -> Result<Rehearsed, Error> {
    let digest = &bench.installed.digest;
    let about = bench.engine.control(digest).await?;
    // Options of another plugin mean nothing to this one, unless it knows them.
    let own = |options: &Value| {
        let known = about.options_schema["properties"].as_object();
        let options = options.as_object().into_iter().flatten();
        let options = options.filter(|(name, _)| known.is_some_and(|it| it.contains_key(*name)));
        options.map(|(name, it)| (name.clone(), it.clone())).collect::<serde_json::Map<_, _>>()
    };
    let below = values::fill(&about.default_options, &own(&situation.options).into());
    let options = values::fill(&below, set);
    let failures = values::check(&about.options_schema, &options)
        .map_err(|error| PlanError::Unfit(error.to_string()))?;
    if !failures.is_empty() {
        return Ok(Rehearsed::Wrong(failures));
    }
    let Situation { app, facts, desired, observed, .. } = situation;
    let input = StepInput {
        operation: OperationKind::Update,
        operation_id: "rehearsal".into(),
        arguments: json!({}),
        options,
        app,
        previous: desired.clone(),
        desired,
        observed,
        facts,
        memory: Value::Null,
        now_unix_milliseconds,
        started_unix_milliseconds: now_unix_milliseconds,
        attempt: 0,
    };
    match bench.engine.step(digest, &input).await {
        Ok(stepped) => Ok(Rehearsed::Step(said::stepped(&stepped))),
        Err(PlanError::Refused(failure)) => Ok(Rehearsed::Wrong(vec![failure])),
        Err(error) => Err(error.into()),
    }
}
