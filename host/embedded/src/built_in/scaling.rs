//! Horizontal pod autoscalers. Nothing here scales: their status stays as it was sent.

use serde_json::{Value, json};

use super::{NONE, Rules, empty, fill};
use crate::admission::{invalid, required};
use crate::refusal::Cause;

/// The rules for autoscalers.
pub(crate) const AUTOSCALER: Rules = Rules { defaults, check, ..NONE };

fn defaults(scaler: &mut Value) {
    let Some(spec) = scaler.get_mut("spec").filter(|it| it.is_object()) else { return };
    fill(spec, "minReplicas", json!(1));
    let usual = json!([{
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
    }]);
    fill(spec, "metrics", usual);
}

fn check(scaler: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &scaler["spec"];
    for field in ["kind", "name"] {
        if empty(&spec["scaleTargetRef"][field]) {
            causes.push(required(&format!("spec.scaleTargetRef.{field}"), ""));
        }
    }
    let (least, most) = (spec["minReplicas"].as_i64(), spec["maxReplicas"].as_i64().unwrap_or(0));
    if most < 1 {
        causes.push(invalid("spec.maxReplicas", &spec["maxReplicas"], "must be greater than 0"));
    } else if least.is_some_and(|it| it > most) {
        let why = "must be greater than or equal to `minReplicas`";
        causes.push(invalid("spec.maxReplicas", &spec["maxReplicas"], why));
    }
}
