//! Whose object it is, and how one that we created becomes one that we apply.
//!
//! What is not there yet is created, not applied: that costs the API server two thirds of an apply, and fails
//! where somebody was first, which an apply with force would overwrite. A creation is booked in `managedFields` as
//! an `Update`, though, and an apply takes away only what earlier applies have set. So the first change hands the
//! entry over, as `kubectl` does for objects of `kubectl create` (KEP-555, client-go `util/csaupgrade`).

use kube::api::DynamicObject;
use serde_json::{Value, json};

use crate::labels;
use crate::resource::Rollout;

/// Where in `managedFields` our creation is booked, until it is handed over.
pub fn created_entry(object: &DynamicObject) -> Option<usize> {
    let entries = object.metadata.managed_fields.as_deref().unwrap_or_default();
    entries.iter().position(|it| {
        it.manager.as_deref() == Some(labels::FIELD_MANAGER)
            && it.operation.as_deref() == Some("Update")
            && it.subresource.as_deref().unwrap_or_default().is_empty()
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
pub fn of(object: &DynamicObject, rollout: &Rollout) -> Owner {
    let label = object.metadata.labels.as_ref().and_then(|it| it.get(labels::ROLLOUT));
    match label {
        Some(name) if *name == rollout.key.name => Owner::Us,
        Some(name) => Owner::Rollout(name.clone()),
        None => {
            let owners = object.metadata.owner_references.as_deref().unwrap_or_default();
            let is_ours = owners.iter().any(|it| it.uid == rollout.uid);
            if is_ours { Owner::Us } else { Owner::Stranger }
        }
    }
}
