//! What a change may touch: preconditions, what is put back, and the count of wishes.

use serde_json::{Value, json};

use crate::admission;
use crate::kinds::Kind;
use crate::meta;
use crate::refusal::{Cause, Refusal};
use crate::service::Call;

/// Who says which object or version they mean gets that one or a conflict.
pub(super) fn preconditions(call: &Call, live: &Value, wanted: &Value) -> Result<(), Refusal> {
    let (group, plural) = (&call.kind.group, &call.kind.plural);
    let (uid, version) = (meta::uid(wanted), meta::text(wanted, "resourceVersion"));
    if !uid.is_empty() && uid != meta::uid(live) {
        let why = format!(
            "Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
            meta::uid(live)
        );
        return Err(Refusal::conflict(group, plural, call.name(), &why));
    }
    if !version.is_empty() && version != "0" && version != meta::text(live, "resourceVersion") {
        return Err(Refusal::stale(group, plural, call.name()));
    }
    Ok(())
}

/// Puts back what this request may not change.
pub(super) fn settle(call: &Call, live: &Value, next: &mut Value) -> Result<(), Refusal> {
    let put = |next: &mut Value, field: &str| {
        let value = live.get(field).cloned();
        if let Some(fields) = next.as_object_mut() {
            match value {
                Some(value) => fields.insert(field.to_owned(), value),
                None => fields.remove(field),
            };
        }
    };
    match call.resource.sub.as_deref() {
        Some("status") => {
            let (status, managed) =
                (next["status"].take(), next["metadata"]["managedFields"].take());
            *next = live.clone();
            meta::set(next, "managedFields", managed);
            if status.is_null() {
                next.as_object_mut().map(|it| it.remove("status"));
            } else {
                next["status"] = status;
            }
        }
        // A node has no keeper of its status but itself.
        None if call.kind.status => put(next, "status"),
        _ => {}
    }
    for field in [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "generateName",
        "resourceVersion",
        "selfLink",
    ] {
        meta::set(next, field, live["metadata"].get(field).cloned().unwrap_or(Value::Null));
    }
    let old = meta::finalizers(live);
    let added = meta::finalizers(next).into_iter().find(|it| !old.contains(it));
    if let (true, Some(added)) = (meta::is_deleting(live), added) {
        let message = format!(
            "Forbidden: no new finalizers can be added if the object is being deleted, found new \
             finalizers [{added:?}]"
        );
        let field = "metadata.finalizers".to_owned();
        let cause = Cause { reason: "FieldValueForbidden", field, message };
        let kind = &call.kind;
        return Err(Refusal::invalid(&kind.group, &kind.kind, call.name(), vec![cause]));
    }
    Ok(())
}

/// A new wish counts the generation up; metadata and status do not.
pub(super) fn count_generation(kind: &Kind, live: &Value, next: &mut Value) {
    if !admission::counts_generations(kind, next) {
        return;
    }
    let fields = |object: &Value| -> Value {
        let mut object = object.clone();
        if let Some(fields) = object.as_object_mut() {
            fields.remove("metadata");
            if kind.status {
                fields.remove("status");
            }
        }
        object
    };
    if fields(live) != fields(next) {
        meta::set(next, "generation", json!(meta::generation(live) + 1));
    }
}
