//! Asking: the component, and then the host's own rules, as at a deployment.

use std::sync::Arc;

use serde_json::{Value, json};
use slipway_model::grant::PodSecurity;
use slipway_model::plan::{Error as PlanError, Failure, Planner, RenderInput, StepInput};
use slipway_model::update::{Candidate, CheckInput, UpdateCheckers};
use slipway_model::values;

use super::registries::Paper;
use crate::bench::Bench;
use crate::error::Error;
use crate::render::{Rendering, render};
use crate::said;

/// What a component said, as it stands in a golden file.
pub struct Answer {
    pub said: Value,
    pub log: Vec<String>,
}

impl Answer {
    fn quiet(said: Value) -> Self {
        Self { said, log: Vec::new() }
    }
}

/// The objects of a blueprint, or why there are none.
pub async fn rendered(bench: &Bench, given: RenderInput) -> Result<Answer, Error> {
    let (rendering, log) = render(bench, given, &Value::Null, PodSecurity::Restricted).await?;
    let said = match rendering {
        Rendering::Objects(objects) => json!({ "objects": objects }),
        Rendering::Wrong(failures) => wrong(&failures),
        Rendering::Refused(refused) => json!({ "refused": refused }),
    };
    Ok(Answer { said, log })
}

/// What a control plugin decided.
pub async fn stepped(bench: &Bench, given: StepInput) -> Result<Answer, Error> {
    let digest = &bench.installed.digest;
    let about = bench.engine.control(digest).await?;
    let options = values::fill(&about.default_options, &given.options);
    let failures = values::check(&about.options_schema, &options)
        .map_err(|error| PlanError::Unfit(error.to_string()))?;
    if !failures.is_empty() {
        return Ok(Answer::quiet(wrong(&failures)));
    }
    let stepped = match bench.engine.step(digest, &StepInput { options, ..given }).await {
        Ok(stepped) => stepped,
        Err(PlanError::Refused(failure)) => return Ok(Answer::quiet(wrong(&[failure]))),
        Err(error) => return Err(error.into()),
    };
    let log = stepped.trace.log.clone();
    Ok(Answer { said: said::stepped(&stepped), log })
}

/// What an update checker found, with registries on paper.
pub async fn checked(bench: &Bench, given: CheckInput, paper: Paper) -> Result<Answer, Error> {
    let digest = &bench.installed.digest;
    let about = bench.engine.update_checker(digest).await?;
    let policy = values::fill(&about.default_policy, &given.policy);
    let failures = values::check(&about.policy_schema, &policy)
        .map_err(|error| PlanError::Unfit(error.to_string()))?;
    if !failures.is_empty() {
        return Ok(Answer::quiet(wrong(&failures)));
    }
    let input = CheckInput { policy, ..given };
    let checked = match bench.engine.look_for_update(digest, input, Arc::new(paper)).await {
        Ok(checked) => checked,
        Err(PlanError::Refused(failure)) => return Ok(Answer::quiet(wrong(&[failure]))),
        Err(error) => return Err(error.into()),
    };
    let candidate = checked.candidate.map(|it| {
        let Candidate { reference, digest, reason, changelog } = it;
        let mut told = json!({"reference": reference, "digest": digest, "reason": reason});
        if let Some(changelog) = changelog {
            told["changelog"] = changelog.into();
        }
        told
    });
    Ok(Answer { said: json!({ "candidate": candidate }), log: checked.trace.log })
}

/// What the form would show.
fn wrong(failures: &[Failure]) -> Value {
    json!({ "wrong": failures })
}
