//! Rendering as a server does it: values filled and checked, secrets taken out, the blueprint asked, its objects vetted.

use std::convert::Infallible;

use serde_json::Value;
use slipway_model::grant::PodSecurity;
use slipway_model::object::Object;
use slipway_model::plan::{Error as PlanError, Failure, Planner, RenderInput};
use slipway_model::secret::{self, Keeper, Text};
use slipway_model::values;
use slipway_model::vet::{self, Rules};

use crate::bench::Bench;
use crate::error::Error;

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Rendering {
    Objects(Vec<Object>),
    /// What the form would show.
    Wrong(Vec<Failure>),
    /// What a server would refuse of the objects.
    Refused(String),
}

/// Renders `input`, whose values are laid over the defaults. Secrets that `before` has stay as they are.
pub async fn render(
    bench: &Bench,
    input: RenderInput,
    before: &Value,
    level: PodSecurity,
) -> Result<(Rendering, Vec<String>), Error> {
    let quiet = |rendering: Rendering| Ok((rendering, Vec::new()));
    let digest = &bench.installed.digest;
    let about = bench.engine.blueprint(digest).await?;
    let filled = values::fill(&about.default_values, &input.values);
    let keeper = Keeper { app: input.app.name.as_str(), revision: input.app.revision, before };
    // Nobody here knows the text behind a reference, and the schema has seen it when it was set.
    let kept = |_: &str| Ok::<Option<Text>, Infallible>(Some(Text::new(String::new())));
    let Ok(taken) = secret::take(&about.values_schema, filled, &keeper, kept);
    let taken = match taken {
        Ok(taken) => taken,
        Err(failures) => return quiet(Rendering::Wrong(failures)),
    };
    let is_kept = |failure: &Failure| {
        let field = failure.field.as_deref().unwrap_or_default();
        let value = before.pointer(field).filter(|_| !field.is_empty());
        value.and_then(secret::as_reference).is_some()
            && !taken.new.iter().any(|it| it.field == field)
    };
    let failures =
        taken.check(&about.values_schema).map_err(|error| PlanError::Unfit(error.to_string()))?;
    let failures: Vec<Failure> = failures.into_iter().filter(|it| !is_kept(it)).collect();
    if !failures.is_empty() {
        return quiet(Rendering::Wrong(failures));
    }
    let input = RenderInput { values: taken.values, ..input };
    let failures = bench.engine.check(digest, input.clone()).await?;
    if !failures.is_empty() {
        return quiet(Rendering::Wrong(failures));
    }
    let app = input.app.clone();
    let rendered = match bench.engine.render(digest, input).await {
        Ok(rendered) => rendered,
        Err(PlanError::Refused(failure)) => return quiet(Rendering::Wrong(vec![failure])),
        Err(error) => return Err(error.into()),
    };
    let rules = Rules {
        namespace: &app.namespace,
        app: app.name.as_str(),
        hosts: &app.hosts,
        grant: &bench.grant,
        level,
    };
    let rendering = match vet::vet(rendered.objects, &rules) {
        Ok(vetted) => Rendering::Objects(vetted.into_objects()),
        Err(refusal) => Rendering::Refused(refusal.to_string()),
    };
    Ok((rendering, rendered.trace.log))
}
