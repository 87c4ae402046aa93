//! The columns of deployments, replica sets and jobs.

use serde_json::{Value, json};

use super::{age_of, items, joined, name, number, span};
use crate::scale::selector_text;

/// Containers, images and selector, as wide tables end.
fn template(object: &Value) -> [Value; 3] {
    let spec = &object["spec"]["template"]["spec"];
    let selector = selector_text(&object["spec"]["selector"]);
    [joined(spec, "containers", "name"), joined(spec, "containers", "image"), json!(selector)]
}

pub(super) fn deployment(object: &Value) -> Vec<Value> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let ready = format!("{}/{}", number(&status["readyReplicas"]), number(&spec["replicas"]));
    let mut cells = vec![
        name(object),
        json!(ready),
        json!(number(&status["updatedReplicas"])),
        json!(number(&status["availableReplicas"])),
        age_of(object),
    ];
    cells.extend(template(object));
    cells
}

pub(super) fn replica_set(object: &Value) -> Vec<Value> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let mut cells = vec![
        name(object),
        json!(number(&spec["replicas"])),
        json!(number(&status["replicas"])),
        json!(number(&status["readyReplicas"])),
        age_of(object),
    ];
    cells.extend(template(object));
    cells
}

pub(super) fn job(object: &Value) -> Vec<Value> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let said = |kind: &str| {
        items(status, "conditions").any(|it| it["type"] == kind && it["status"] == "True")
    };
    let word = match (said("Complete"), said("Failed"), said("Suspended")) {
        (true, ..) => "Complete",
        (_, true, _) => "Failed",
        (.., true) => "Suspended",
        _ => "Running",
    };
    let time = |value: &Value| value.as_str().and_then(|it| it.parse::<jiff::Timestamp>().ok());
    let duration = time(&status["startTime"]).map_or_else(String::new, |start| {
        let end = time(&status["completionTime"]).unwrap_or_else(jiff::Timestamp::now);
        span(end.duration_since(start).as_secs().max(0))
    });
    let wanted = spec["completions"].as_i64().unwrap_or(1);
    let mut cells = vec![
        name(object),
        json!(word),
        json!(format!("{}/{wanted}", number(&status["succeeded"]))),
        json!(duration),
        age_of(object),
    ];
    cells.extend(template(object));
    cells
}
