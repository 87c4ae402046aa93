//! What a control plugin decided, as people read it in golden files and replays.

use serde_json::{Map, Value, json};
use slipway_model::object::ObjectRef;
use slipway_model::plan::{Outcome, Stepped};

/// Without what is empty: most steps say little.
pub fn stepped(stepped: &Stepped) -> Value {
    let outcome = match &stepped.outcome {
        Outcome::Done => json!("done"),
        Outcome::Wait { reason } => json!({ "wait": reason }),
        Outcome::Failed(failure) => json!({ "failed": failure }),
    };
    let names =
        |references: &[ObjectRef]| references.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rest = [
        ("recheckAfterMilliseconds", json!(stepped.recheck_after_milliseconds)),
        ("notes", json!(stepped.notes)),
        ("links", json!(stepped.links)),
        ("memory", stepped.memory.clone()),
        ("remove", json!(names(&stepped.remove))),
        ("keep", json!(names(&stepped.keep))),
        ("apply", json!(stepped.apply)),
    ];
    let is_empty = |it: &Value| it.is_null() || it.as_array().is_some_and(Vec::is_empty);
    let mut said = Map::new();
    said.insert("outcome".into(), outcome);
    let told = rest.into_iter().filter(|(_, it)| !is_empty(it));
    said.extend(told.map(|(key, it)| (key.to_owned(), it)));
    said.into()
}
