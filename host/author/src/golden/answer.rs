//! Asking: the component, and then the host's own rules, as at a deployment.

use std::convert::Infallible;
use std::sync::Arc;

use serde_json::{Value, json};
use slipway_model::grant::PodSecurity;
use slipway_model::object::Object;
use slipway_model::plan::{App, Error as PlanError, Failure, Planner, RenderInput, StepInput};
use slipway_model::secret::{self, Keeper, Text};
use slipway_model::update::{Candidate, CheckInput, UpdateCheckers};
use slipway_model::values;
use slipway_model::vet::{self, Rules};

use super::registries::Paper;
use crate::bench::Bench;
use crate::error::Error;
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
    let digest = &bench.installed.digest;
    let about = bench.engine.blueprint(digest).await?;
    let filled = values::fill(&about.default_values, &given.values);
    let keeper =
        Keeper { app: given.app.name.as_str(), revision: given.app.revision, before: &Value::Null };
    let nobody = |_: &str| Ok::<Option<Text>, Infallible>(None);
    let Ok(taken) = secret::take(&about.values_schema, filled, &keeper, nobody);
    let taken = match taken {
        Ok(taken) => taken,
        Err(failures) => return Ok(Answer::quiet(wrong(&failures))),
    };
    let failures =
        taken.check(&about.values_schema).map_err(|error| PlanError::Unfit(error.to_string()))?;
    if !failures.is_empty() {
        return Ok(Answer::quiet(wrong(&failures)));
    }
    let input = RenderInput { values: taken.values, ..given };
    let failures = bench.engine.check(digest, input.clone()).await?;
    if !failures.is_empty() {
        return Ok(Answer::quiet(wrong(&failures)));
    }
    let app = input.app.clone();
    let rendered = match bench.engine.render(digest, input).await {
        Ok(rendered) => rendered,
        Err(PlanError::Refused(failure)) => return Ok(Answer::quiet(wrong(&[failure]))),
        Err(error) => return Err(error.into()),
    };
    let log = rendered.trace.log.clone();
    let said = match refused(bench, &app, &rendered.objects) {
        Some(refused) => json!({ "refused": refused }),
        None => json!({ "objects": rendered.objects }),
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

/// What a server would refuse of the objects.
fn refused(bench: &Bench, app: &App, rendered: &[Object]) -> Option<String> {
    let rules = Rules {
        namespace: &app.namespace,
        app: app.name.as_str(),
        hosts: &app.hosts,
        grant: &bench.grant,
        level: PodSecurity::Restricted,
    };
    vet::vet(rendered.to_vec(), &rules).err().map(|it| it.to_string())
}
