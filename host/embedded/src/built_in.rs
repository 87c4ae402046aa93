//! What the built-in kinds fill in and what they insist on.

use serde_json::Value;

use crate::refusal::Cause;

/// The rules of one kind.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    /// Fills in what clients rely on being there; runs on every write.
    pub(crate) defaults: fn(&mut Value),
    /// The status that a new object begins with.
    pub(crate) first: fn(&Value) -> Option<Value>,
    /// Says what is wrong with an object, beside the one that it replaces.
    pub(crate) check: fn(&Value, Option<&Value>, &mut Vec<Cause>),
}

/// No rules of its own.
pub(crate) const NONE: Rules = Rules { defaults: |_| (), first: |_| None, check: |_, _, _| () };
pub(crate) use NONE as NAMESPACE;
pub(crate) use NONE as POD;
pub(crate) use NONE as SERVICE;
pub(crate) use NONE as CONFIG_MAP;
pub(crate) use NONE as SECRET;
pub(crate) use NONE as CLAIM;
pub(crate) use NONE as VOLUME;
pub(crate) use NONE as DEPLOYMENT;
pub(crate) use NONE as REPLICA_SET;
pub(crate) use NONE as JOB;
pub(crate) use NONE as INGRESS;
pub(crate) use NONE as INGRESS_CLASS;
pub(crate) use NONE as NETWORK_POLICY;
pub(crate) use NONE as AUTOSCALER;
pub(crate) use NONE as BINDING;
pub(crate) use NONE as DEFINITION;

/// Writes quantities that came as numbers as the texts that they are.
pub(crate) fn quantities(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let holds = matches!(
                    key.as_str(),
                    "limits" | "requests" | "capacity" | "hard" | "allocatable"
                );
                match value {
                    Value::Object(map) if holds => {
                        for quantity in map.values_mut().filter(|it| it.is_number()) {
                            *quantity = Value::String(quantity.to_string());
                        }
                    }
                    value => quantities(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(quantities),
        _ => {}
    }
}
