//! What happens to an object on its way in: read by its kind, defaulted, checked.

use serde_json::{Value, json};
use slipway_model::quantity;

use crate::decode;
use crate::kinds::{Kind, Make};
use crate::managers::Operation;
use crate::names;
use crate::refusal::{Cause, Refusal};
use crate::request::Options;
use crate::store::Txn;

/// The object as its kind has it, with defaults.
pub(crate) fn incoming(
    kind: &Kind,
    object: Value,
    options: &Options,
    operation: Operation,
) -> Result<Value, Refusal> {
    let strict = options.text("fieldValidation") == Some("Strict");
    match &kind.make {
        Make::BuiltIn(row) => {
            let mut object = object;
            (row.rules.defaults)(&mut object);
            let known = (row.decode)(&object).map_err(|it| {
                Refusal::bad_request(format!(
                    "{} in version {:?} cannot be handled as a {}: {}: {}",
                    kind.kind, kind.version, kind.kind, it.field, it.why
                ))
            })?;
            if strict {
                refuse_unknown(&decode::unknown(&object, &known))?;
            }
            Ok(known)
        }
        Make::Custom(custom) => {
            let mut object = object;
            let pruned = custom.prune(&mut object);
            if strict {
                refuse_unknown(&pruned)?;
            }
            match operation {
                Operation::Update => custom.drop_nulls(&mut object),
                // What is applied has no nulls taken out, and is refused for them.
                Operation::Apply => drop_null_metadata(&mut object),
            }
            custom.default(&mut object);
            Ok(object)
        }
    }
}

/// Metadata is read as every object's is, where null is as good as nothing.
fn drop_null_metadata(object: &mut Value) {
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.retain(|_, value| !value.is_null());
    }
}

/// An applied configuration as its kind has it, without what the kind does not know and without defaults.
pub(crate) fn configuration(kind: &Kind, applied: &Value) -> Value {
    let mut config = applied.clone();
    match &kind.make {
        Make::Custom(custom) => {
            custom.prune(&mut config);
        }
        Make::BuiltIn(row) => {
            quantity::canonicalise(&mut config);
            // A wrong shape is refused when the merged object is read; here it is left alone.
            if let Ok(known) = (row.decode)(&config) {
                decode::keep_known(&mut config, &known);
            }
        }
    }
    config
}

fn refuse_unknown(fields: &[String]) -> Result<(), Refusal> {
    if fields.is_empty() {
        return Ok(());
    }
    let list: Vec<_> = fields.iter().map(|it| format!("unknown field {it:?}")).collect();
    Err(Refusal::bad_request(format!("strict decoding error: {}", list.join(", "))))
}

/// What a new object begins with: its own status, not the sender's.
pub(crate) fn first(kind: &Kind, object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    // A node registers itself together with its status.
    if kind.status && kind.plural != "nodes" {
        fields.remove("status");
    }
    if let Make::BuiltIn(row) = &kind.make
        && let Some(status) = (row.rules.first)(object)
    {
        object["status"] = status;
    }
    if !counts_generations(kind, object) {
        crate::meta::set(object, "generation", Value::Null);
    }
}

/// Whether a kind's wishes are counted.
pub(crate) fn counts_generations(kind: &Kind, object: &Value) -> bool {
    match &kind.make {
        Make::Custom(_) => true,
        Make::BuiltIn(_) => {
            object.get("spec").is_some()
                && !matches!(
                    kind.plural.as_str(),
                    "namespaces"
                        | "services"
                        | "nodes"
                        | "leases"
                        | "persistentvolumes"
                        | "persistentvolumeclaims"
                        | "resourcequotas"
                        | "limitranges"
                        | "horizontalpodautoscalers"
                )
        }
    }
}

/// Says what is wrong with an object, beside the one that it replaces.
pub(crate) fn check(kind: &Kind, object: &Value, old: Option<&Value>) -> Result<(), Refusal> {
    let mut causes = Vec::new();
    names::check(kind, object, &mut causes);
    match &kind.make {
        Make::BuiltIn(row) => (row.rules.check)(object, old, &mut causes),
        Make::Custom(custom) => custom.check(object, old, &mut causes),
    }
    if causes.is_empty() {
        return Ok(());
    }
    Err(Refusal::invalid(&kind.group, &kind.kind, crate::meta::name(object), causes))
}

/// Fills in what only the cluster can say, such as the address of a service.
pub(crate) fn allocate(
    txn: &Txn<'_>,
    kind: &Kind,
    object: &mut Value,
    old: Option<&Value>,
) -> Result<(), Refusal> {
    if kind.plural == "services" && kind.group.is_empty() {
        return crate::addresses::allocate(txn, object, old);
    }
    Ok(())
}

/// A cause that says that a field must be there.
pub(crate) fn required(field: &str, what: &str) -> Cause {
    let message =
        if what.is_empty() { "Required value".into() } else { format!("Required value: {what}") };
    Cause { reason: "FieldValueRequired", field: field.into(), message }
}

/// A cause that says why a value is wrong.
pub(crate) fn invalid(field: &str, value: &Value, why: &str) -> Cause {
    let message = format!("Invalid value: {}: {why}", shown(value));
    Cause { reason: "FieldValueInvalid", field: field.into(), message }
}

fn shown(value: &Value) -> Value {
    match value {
        Value::Object(_) | Value::Array(_) => json!(value.to_string()),
        other => other.clone(),
    }
}
