//! Restarts: a mark on the pod template makes the workload replace its pods.

use serde_json::Value;

use super::Step;

/// The host lets plugins set this one of its annotations, on pod templates only.
const RESTARTED_AT: &str = "slipway.dev/restarted-at";

impl<O> Step<O> {
    /// The object with the mark that it needs: a new one for a restart, otherwise the one that it has, because
    /// taking it away would restart the pods as well.
    pub fn marked(&self, mut object: Value) -> Value {
        if !object["spec"]["template"]["spec"].is_object() || object["kind"] == "Job" {
            return object;
        }
        let mark = if matches!(self.operation.as_str(), "restart" | "heal") {
            Some(Value::from(self.started_unix_milliseconds.to_string()))
        } else {
            let live = self.observed_of(&object);
            live.and_then(|it| {
                it.object["spec"]["template"]["metadata"]["annotations"].get(RESTARTED_AT).cloned()
            })
        };
        if let Some(mark) = mark {
            object["spec"]["template"]["metadata"]["annotations"][RESTARTED_AT] = mark;
        }
        object
    }
}
