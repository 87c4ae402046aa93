//! Deployments, replica sets and jobs.

use serde_json::{Value, json};
use slipway_model::quantity::canonicalise;

use super::{NONE, Rules, empty, fill, immutable, pods};
use crate::admission::{invalid, required};
use crate::meta;
use crate::refusal::Cause;

/// The rules for deployments.
pub(crate) const DEPLOYMENT: Rules =
    Rules { defaults: deployment_defaults, check: check_deployment, ..NONE };
/// The rules for replica sets.
pub(crate) const REPLICA_SET: Rules = Rules {
    defaults: replica_set_defaults,
    first: |_| Some(json!({"replicas": 0})),
    check: check_selected,
};
/// The rules for jobs.
pub(crate) const JOB: Rules = Rules { defaults: job_defaults, check: check_job, ..NONE };

/// The spec with its template defaulted, if there is one.
fn spec(object: &mut Value) -> Option<&mut Value> {
    canonicalise(object);
    let spec = object.get_mut("spec").filter(|it| it.is_object())?;
    if let Some(template) = spec.pointer_mut("/template/spec").filter(|it| it.is_object()) {
        pods::spec_defaults(template);
    }
    Some(spec)
}

fn deployment_defaults(deployment: &mut Value) {
    let Some(spec) = spec(deployment) else { return };
    fill(spec, "replicas", json!(1));
    fill(spec, "revisionHistoryLimit", json!(10));
    fill(spec, "progressDeadlineSeconds", json!(600));
    fill(spec, "strategy", json!({}));
    fill(&mut spec["strategy"], "type", json!("RollingUpdate"));
    if spec["strategy"]["type"] == "RollingUpdate" {
        fill(&mut spec["strategy"], "rollingUpdate", json!({}));
        let rolling = &mut spec["strategy"]["rollingUpdate"];
        fill(rolling, "maxUnavailable", json!("25%"));
        fill(rolling, "maxSurge", json!("25%"));
    }
}

fn check_deployment(deployment: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    check_selected(deployment, old, causes);
    let strategy = &deployment["spec"]["strategy"];
    super::one_of("spec.strategy.type", &strategy["type"], &["Recreate", "RollingUpdate"], causes);
    if strategy["type"] == "Recreate" && strategy["rollingUpdate"].is_object() {
        let message = "Forbidden: may not be specified when strategy `type` is 'Recreate'";
        let field = "spec.strategy.rollingUpdate".to_owned();
        causes.push(Cause { reason: "FieldValueForbidden", field, message: message.into() });
    }
    let none = |it: &Value| *it == json!(0) || *it == json!("0%");
    let rolling = &strategy["rollingUpdate"];
    if none(&rolling["maxSurge"]) && none(&rolling["maxUnavailable"]) {
        let why = "may not be 0 when `maxSurge` is 0";
        causes.push(invalid("spec.strategy.rollingUpdate.maxUnavailable", &json!(0), why));
    }
}

fn replica_set_defaults(set: &mut Value) {
    let Some(spec) = spec(set) else { return };
    fill(spec, "replicas", json!(1));
}

/// What holds for everything that finds its pods by a selector.
fn check_selected(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &object["spec"];
    let selector = &spec["selector"];
    let has = |field: &str| match &selector[field] {
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => false,
    };
    if !has("matchLabels") && !has("matchExpressions") {
        causes.push(required("spec.selector", ""));
    } else if !selects(selector, &spec["template"]["metadata"]["labels"]) {
        let why = "`selector` does not match template `labels`";
        causes.push(invalid(
            "spec.template.metadata.labels",
            &spec["template"]["metadata"]["labels"],
            why,
        ));
    }
    if let Some(old) = old {
        immutable("spec.selector", selector, &old["spec"]["selector"], causes);
    }
    if spec["replicas"].as_i64().is_some_and(|it| it < 0) {
        causes.push(invalid(
            "spec.replicas",
            &spec["replicas"],
            "must be greater than or equal to 0",
        ));
    }
    let template = &spec["template"]["spec"];
    pods::check_spec(template, "spec.template.spec", causes);
    if template["restartPolicy"] != "Always" {
        super::one_of(
            "spec.template.spec.restartPolicy",
            &template["restartPolicy"],
            &["Always"],
            causes,
        );
    }
}

/// Whether a label selector takes these labels.
fn selects(selector: &Value, labels: &Value) -> bool {
    let label = |key: &str| labels.get(key).and_then(Value::as_str);
    let pairs = selector["matchLabels"].as_object();
    let equal = pairs.into_iter().flatten().all(|(key, value)| label(key) == value.as_str());
    let holds = |one: &Value| {
        let value = label(one["key"].as_str().unwrap_or_default());
        let among = || super::items(one, "values").any(|it| it.as_str() == value);
        match one["operator"].as_str().unwrap_or_default() {
            "In" => value.is_some() && among(),
            "NotIn" => value.is_none() || !among(),
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            _ => false,
        }
    };
    equal && super::items(selector, "matchExpressions").all(holds)
}

fn job_defaults(job: &mut Value) {
    let (uid, name) = (meta::uid(job).to_owned(), meta::name(job).to_owned());
    let Some(spec) = spec(job) else { return };
    let parallel = spec.get("parallelism").is_none() && spec.get("completions").is_none();
    if parallel {
        fill(spec, "completions", json!(1));
    }
    fill(spec, "parallelism", json!(1));
    fill(spec, "backoffLimit", json!(6));
    fill(spec, "completionMode", json!("NonIndexed"));
    fill(spec, "suspend", json!(false));
    fill(spec, "manualSelector", json!(false));
    fill(spec, "podReplacementPolicy", json!("TerminatingOrFailed"));
    if spec["manualSelector"] == true || uid.is_empty() || spec["selector"].is_object() {
        return;
    }
    // A job finds its pods by a label with its own identity.
    spec["selector"] = json!({"matchLabels": {"batch.kubernetes.io/controller-uid": uid}});
    if spec["template"].is_object() {
        fill(&mut spec["template"], "metadata", json!({}));
        let metadata = &mut spec["template"]["metadata"];
        fill(metadata, "labels", json!({}));
        for (key, value) in [
            ("batch.kubernetes.io/controller-uid", &uid),
            ("batch.kubernetes.io/job-name", &name),
            ("controller-uid", &uid),
            ("job-name", &name),
        ] {
            metadata["labels"][key] = json!(value);
        }
    }
}

fn check_job(job: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &job["spec"];
    pods::check_spec(&spec["template"]["spec"], "spec.template.spec", causes);
    let policy = &spec["template"]["spec"]["restartPolicy"];
    if empty(policy) || policy == "Always" {
        let field = "spec.template.spec.restartPolicy";
        super::one_of(field, policy, &["OnFailure", "Never"], causes);
    }
    for field in ["parallelism", "completions", "backoffLimit"] {
        if spec[field].as_i64().is_some_and(|it| it < 0) {
            let field = format!("spec.{field}");
            causes.push(invalid(&field, &json!(-1), "must be greater than or equal to 0"));
        }
    }
    if let Some(old) = old {
        immutable("spec.selector", &spec["selector"], &old["spec"]["selector"], causes);
        immutable("spec.template", &spec["template"], &old["spec"]["template"], causes);
    }
}
