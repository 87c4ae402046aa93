//! Replay: the calls of an operation again, each with what it was given then, and where the answers differ.

use std::time::Duration;

use slipway_engine::World;
use slipway_model::plan::{Error as PlanError, Planner, RenderInput, StepInput, Stepped};
use slipway_model::recording::{Answer, Recorded};

use crate::bench::Bench;
use crate::differing::differing;
use crate::error::Error;
use crate::said;

/// One call again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Counted from 1.
    pub step: u32,
    /// Since the operation began.
    pub after: Duration,
    /// What was decided then, in a line.
    pub then: String,
    /// The lines in which the answer differs now; none where it is the same.
    pub differs: Option<String>,
}

/// Asks a control plugin what was asked then. With a blueprint, what is wanted is rendered by that one anew.
pub async fn replay(
    control: &Bench,
    blueprint: Option<&Bench>,
    calls: &[Recorded],
) -> Result<Vec<Replayed>, Error> {
    is_of(control, World::Control)?;
    if let Some(blueprint) = blueprint {
        is_of(blueprint, World::Blueprint)?;
    }
    let mut replayed = Vec::new();
    for call in calls {
        let input = match blueprint {
            Some(blueprint) => rendered(blueprint, call).await?,
            None => call.input.clone(),
        };
        let now = match control.engine.step(&control.installed.digest, &input).await {
            Ok(stepped) => Answer::Stepped(Box::new(stepped)),
            Err(error) if error.is_the_plugins() => Answer::Failed(error.to_string()),
            Err(error) => return Err(error.into()),
        };
        let (before, after) = (text(&call.answer), text(&now));
        let StepInput { now_unix_milliseconds, started_unix_milliseconds, attempt, .. } = input;
        let after_milliseconds = now_unix_milliseconds.saturating_sub(started_unix_milliseconds);
        replayed.push(Replayed {
            step: attempt + 1,
            after: Duration::from_millis(after_milliseconds),
            then: in_a_line(&call.answer),
            differs: (before != after).then(|| differing(&before, &after)),
        });
    }
    Ok(replayed)
}

fn is_of(bench: &Bench, world: World) -> Result<(), Error> {
    if bench.installed.world == world {
        return Ok(());
    }
    let (id, is) = (&bench.installed.manifest.id, bench.installed.world.as_str());
    Err(PlanError::Unfit(format!("{id} is of the world {is}, and {} is needed.", world.as_str()))
        .into())
}

async fn rendered(blueprint: &Bench, call: &Recorded) -> Result<StepInput, Error> {
    let Recorded { values, input, .. } = call;
    let (app, facts) = (input.app.clone(), input.facts.clone());
    let given = RenderInput { app, values: values.clone(), facts };
    let rendered = blueprint.engine.render(&blueprint.installed.digest, given).await?;
    Ok(StepInput { desired: rendered.objects, ..input.clone() })
}

fn text(answer: &Answer) -> String {
    let said = match answer {
        Answer::Stepped(stepped) => said::stepped(stepped),
        // Where in the code it crashed differs between builds; that it crashed is what counts.
        Answer::Failed(why) => serde_json::json!({ "noAnswer": named_anew(why) }),
    };
    serde_yaml_ng::to_string(&said).unwrap_or_default()
}

/// Without the digest of the plugin that the host puts into its words.
fn named_anew(why: &str) -> String {
    match (why.find(" ("), why.find(')')) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &why[..from], &why[to + 1..]),
        _ => why.to_owned(),
    }
}

fn in_a_line(answer: &Answer) -> String {
    use slipway_model::plan::Outcome;
    match answer {
        Answer::Failed(why) => format!("no answer: {why}"),
        Answer::Stepped(stepped) => {
            let Stepped { outcome, apply, .. } = &**stepped;
            let applied = apply.len();
            match outcome {
                Outcome::Done => format!("done, {applied} objects"),
                Outcome::Wait { reason } => format!("wait, {applied} objects: {reason}"),
                Outcome::Failed(failure) => format!("failed: {}", failure.message),
            }
        }
    }
}
