//! Reading questions: every field may be left out, and none may be misspelt.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use slipway_model::health;
use slipway_model::object::Object;
use slipway_model::operation::OperationKind;
use slipway_model::plan::{App, Observed, RenderInput, StepInput};
use slipway_model::update::{CheckInput, Subject};

use super::registries::Paper;

/// When a step happens: any time will do, and the same each time.
const NOW_UNIX_MILLISECONDS: u64 = 1_700_000_000_000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Blueprint {
    app: Whom,
    values: Option<Value>,
    facts: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Step {
    app: Whom,
    facts: Option<Value>,
    operation: Option<OperationKind>,
    arguments: Option<Value>,
    options: Option<Value>,
    desired: Vec<Value>,
    previous: Vec<Value>,
    observed: Vec<Value>,
    memory: Value,
    attempt: u32,
    elapsed_milliseconds: u64,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Check {
    subject: Subject,
    current: Option<String>,
    current_digest: Option<String>,
    policy: Option<Value>,
    skipped: Vec<String>,
    registry: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Whom {
    project: String,
    name: String,
    hosts: Option<Vec<String>>,
    revision: u64,
}

impl Default for Whom {
    fn default() -> Self {
        Self { project: "shop".into(), name: "web".into(), hosts: None, revision: 1 }
    }
}

/// What a blueprint is asked.
pub fn blueprint(text: &str) -> Result<RenderInput, String> {
    let Blueprint { app, values, facts } = read(text)?;
    Ok(RenderInput {
        app: whom(app)?,
        values: values.unwrap_or_else(|| json!({})),
        facts: facts.unwrap_or_else(cluster),
    })
}

/// What a control plugin is asked.
pub fn step(text: &str) -> Result<StepInput, String> {
    let given: Step = read(text)?;
    let observed = objects("observed", given.observed)?.into_iter().map(|object| Observed {
        verdict: health::assess_at(&object, NOW_UNIX_MILLISECONDS),
        object,
    });
    Ok(StepInput {
        operation: given.operation.unwrap_or(OperationKind::Create),
        operation_id: "operation-1".into(),
        arguments: given.arguments.unwrap_or_else(|| json!({})),
        options: given.options.unwrap_or_else(|| json!({})),
        app: whom(given.app)?,
        observed: observed.collect(),
        desired: objects("desired", given.desired)?,
        previous: objects("previous", given.previous)?,
        facts: given.facts.unwrap_or_else(cluster),
        memory: given.memory,
        now_unix_milliseconds: NOW_UNIX_MILLISECONDS,
        started_unix_milliseconds: NOW_UNIX_MILLISECONDS.saturating_sub(given.elapsed_milliseconds),
        attempt: given.attempt,
    })
}

/// What an update checker is asked, and what registries will tell it.
pub fn check(text: &str) -> Result<(CheckInput, Paper), String> {
    let given: Check = read(text)?;
    let input = CheckInput {
        subject: given.subject,
        current: given.current.unwrap_or_else(|| "registry.example/team/app:1.0.0".into()),
        current_digest: given.current_digest,
        policy: given.policy.unwrap_or_else(|| json!({})),
        skipped: given.skipped,
        now_unix_milliseconds: NOW_UNIX_MILLISECONDS,
    };
    Ok((input, Paper::read(given.registry)?))
}

fn read<T: Default + for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
    // A file of comments only asks for the defaults.
    let given: Option<T> = serde_yaml_ng::from_str(text).map_err(|error| error.to_string())?;
    Ok(given.unwrap_or_default())
}

fn whom(whom: Whom) -> Result<App, String> {
    let Whom { project, name, hosts, revision } = whom;
    let wrong = |error: slipway_model::name::Malformed| format!("app: {error}");
    let hosts = hosts.unwrap_or_else(|| vec![format!("{name}.{project}.localhost")]);
    Ok(App {
        namespace: project.clone(),
        project: project.parse().map_err(wrong)?,
        name: name.parse().map_err(wrong)?,
        hosts,
        revision,
    })
}

fn objects(field: &str, given: Vec<Value>) -> Result<Vec<Object>, String> {
    let read = |(at, it)| Object::new(it).map_err(|error| format!("{field}[{at}]: {error}"));
    given.into_iter().enumerate().map(read).collect()
}

/// What the embedded cluster tells.
fn cluster() -> Value {
    json!({"runtime": "wasm", "ingressPort": 8080})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_may_be_left_out() {
        let input = blueprint("# nothing\n").unwrap();
        assert_eq!((input.app.name.as_str(), input.app.revision), ("web", 1));
        assert_eq!(input.app.hosts, ["web.shop.localhost"]);
        assert_eq!(step("").unwrap().operation, OperationKind::Create);
    }

    #[test]
    fn what_is_misspelt_is_named() {
        let wrong = blueprint("valeus: {}").unwrap_err();
        assert!(wrong.contains("valeus"), "{wrong}");
        let wrong = step("desired: [{kind: Service}]").unwrap_err();
        assert!(wrong.contains("desired[0]"), "{wrong}");
        let wrong = check("registry: {a.example/b: {'1.0': {digset: x}}}").unwrap_err();
        assert!(
            wrong.starts_with("registry.a.example/b.1.0: ") && wrong.contains("digset"),
            "{wrong}"
        );
        let wrong = blueprint("app: {name: Not A Name}").unwrap_err();
        assert!(wrong.starts_with("app: "), "{wrong}");
    }

    #[test]
    fn what_the_cluster_shows_is_judged_by_the_hosts_rules() {
        let input =
            step("observed: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]").unwrap();
        assert_eq!(input.observed[0].verdict.health, health::Health::Healthy);
    }
}
