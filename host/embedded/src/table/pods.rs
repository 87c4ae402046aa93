//! The columns of pods: the one word that says how a pod is.

use serde_json::{Value, json};

use super::{age_of, items, name, number, or};
use crate::meta;

pub(super) const COLUMNS: &[&str] = &[
    "Name",
    "Ready",
    "Status",
    "Restarts",
    "Age",
    "IP+",
    "Node+",
    "Nominated Node+",
    "Readiness Gates+",
];

pub(super) fn cells(pod: &Value) -> Vec<Value> {
    let status = &pod["status"];
    let all = items(&pod["spec"], "containers").count();
    let ready = items(status, "containerStatuses").filter(|it| it["ready"] == true).count();
    let restarts: i64 =
        items(status, "containerStatuses").map(|it| number(&it["restartCount"])).sum();
    vec![
        name(pod),
        json!(format!("{ready}/{all}")),
        json!(word(pod)),
        json!(restarts.to_string()),
        age_of(pod),
        or(&status["podIP"], "<none>"),
        or(&pod["spec"]["nodeName"], "<none>"),
        or(&status["nominatedNodeName"], "<none>"),
        json!("<none>"),
    ]
}

fn word(pod: &Value) -> String {
    let status = &pod["status"];
    if meta::is_deleting(pod) {
        return "Terminating".into();
    }
    let mut word = status["reason"].as_str().or(status["phase"].as_str()).unwrap_or("Unknown");
    let mut running = false;
    for container in items(status, "containerStatuses") {
        let state = &container["state"];
        let reason = |kind: &str| state[kind]["reason"].as_str().filter(|it| !it.is_empty());
        if let Some(reason) = reason("waiting").or_else(|| reason("terminated")) {
            word = reason;
        } else if state["running"].is_object() && container["ready"] == true {
            running = true;
        }
    }
    if word == "Completed" && running { "Running".into() } else { word.to_owned() }
}
