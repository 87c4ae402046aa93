//! Restarts: a mark on the pod template makes the workload replace its pods.

use slipway_sdk::control::Step;
use slipway_sdk::prelude::Value;

use crate::Options;

/// The host lets plugins set this one of its annotations, on pod templates only.
const RESTARTED_AT: &str = "slipway.dev/restarted-at";

/// The wanted objects, each workload with the mark that it needs: a new one for a restart, otherwise the one that
/// it has, because taking it away would restart the pods as well.
pub fn mark(step: &Step<Options>) -> Vec<Value> {
    step.desired.iter().map(|wanted| marked(step, wanted)).collect()
}

fn marked(step: &Step<Options>, wanted: &Value) -> Value {
    let mut object = wanted.clone();
    if !object["spec"]["template"]["spec"].is_object() || object["kind"] == "Job" {
        return object;
    }
    let mark = if step.operation == "restart" {
        Some(Value::from(step.started_unix_milliseconds.to_string()))
    } else {
        let live = step.observed_of(wanted);
        live.and_then(|it| {
            it.object["spec"]["template"]["metadata"]["annotations"].get(RESTARTED_AT).cloned()
        })
    };
    if let Some(mark) = mark {
        object["spec"]["template"]["metadata"]["annotations"][RESTARTED_AT] = mark;
    }
    object
}
