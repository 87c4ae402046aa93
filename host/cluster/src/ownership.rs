//! Whose object it is, and how one that we created becomes one that we apply.
//!
//! What is not there yet is created, not applied: that costs the API server two thirds of an apply, and fails
//! where somebody was first, which an apply with force would overwrite. A creation is booked in `managedFields` as
//! an `Update`, though, and an apply takes away only what earlier applies have set. So the first change hands the
//! entry over, as `kubectl` does for objects of `kubectl create` (KEP-555, client-go `util/csaupgrade`).

use serde_json::{Value, json};
use slipway_model::object::Object;

use crate::labels;
use crate::resource::Rollout;

/// Where in `managedFields` our creation is booked, until it is handed over.
pub fn created_entry(object: &Value) -> Option<usize> {
    object["metadata"]["managedFields"].as_array()?.iter().position(|it| {
        it["manager"] == labels::FIELD_MANAGER
            && it["operation"] == "Update"
            && it["subresource"].as_str().unwrap_or_default().is_empty()
    })
}

/// The JSON patch that makes the entry one of an apply. It fails if the entry is no longer there.
pub fn handover(entry: usize) -> Value {
    let at = |field: &str| format!("/metadata/managedFields/{entry}/{field}");
    json!([
        {"op": "test", "path": at("manager"), "value": labels::FIELD_MANAGER},
        {"op": "test", "path": at("operation"), "value": "Update"},
        {"op": "replace", "path": at("operation"), "value": "Apply"},
    ])
}

/// Who an object belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The rollout that was asked about.
    Us,
    /// Another rollout of the namespace, by name.
    Rollout(String),
    /// Somebody who is not Slipway.
    Stranger,
}

/// Who an object belongs to, as seen from a rollout: by label, or by owner where somebody took the label off.
pub fn of(object: &Value, rollout: &Rollout) -> Owner {
    let metadata = &object["metadata"];
    match metadata["labels"][labels::ROLLOUT].as_str() {
        Some(name) if name == rollout.key.name => Owner::Us,
        Some(name) => Owner::Rollout(name.to_owned()),
        None => {
            let owners = metadata["ownerReferences"].as_array();
            let is_ours = owners.into_iter().flatten().any(|it| it["uid"] == rollout.uid);
            if is_ours { Owner::Us } else { Owner::Stranger }
        }
    }
}

/// Whether an object with a rollout's label is one that we have applied for just this rollout, whether or not a report
/// came to say so: it is ours by field manager and the rollout's by owner. A label alone makes nothing ours to prune,
/// and what is on its way out is gone as far as we are concerned.
pub fn is_applied_for(object: &Object, rollout: &Rollout) -> bool {
    let any = |pointer: &str, is_it: fn(&Value, &str) -> bool, word: &str| {
        let found = object.at(pointer).and_then(Value::as_array);
        found.is_some_and(|it| it.iter().any(|it| is_it(it, word)))
    };
    let is_owner = |it: &Value, uid: &str| it["uid"] == uid;
    let is_manager = |it: &Value, name: &str| it["manager"] == name && it["subresource"].is_null();
    !rollout.uid.is_empty()
        && object.at("/metadata/deletionTimestamp").is_none()
        && any("/metadata/ownerReferences", is_owner, &rollout.uid)
        && any("/metadata/managedFields", is_manager, labels::FIELD_MANAGER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ours(change: impl Fn(&mut Value)) -> bool {
        let mut json = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a",
            "ownerReferences": [{"uid": "other"}, {"uid": "one"}],
            "managedFields": [{"manager": "kubectl", "operation": "Update"},
                {"manager": "slipway", "operation": "Apply"}]}});
        change(&mut json["metadata"]);
        let rollout = Rollout::example(|it| it["metadata"]["uid"] = "one".into());
        is_applied_for(&Object::new(json).unwrap(), &rollout)
    }

    #[test]
    fn only_what_we_applied_for_a_rollout_is_its_own() {
        assert!(is_ours(|_| ()));
        assert!(!is_ours(|it| it["ownerReferences"] = json!([{"uid": "other"}])), "another's");
        assert!(!is_ours(|it| it["ownerReferences"] = Value::Null), "a label is not enough");
        assert!(
            !is_ours(|it| it["managedFields"] = json!([{"manager": "kubectl"}])),
            "made by hand"
        );
        let status = json!([{"manager": "slipway", "subresource": "status"}]);
        assert!(!is_ours(|it| it["managedFields"] = status.clone()), "only its status is ours");
        assert!(!is_ours(|it| it["deletionTimestamp"] = json!("2026-01-01T00:00:00Z")), "leaving");
    }
}
