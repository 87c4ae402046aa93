//! JSON Pointers into values and into the schema that speaks of them.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json_alloc::{Map, Value};

/// The steps of a pointer, unescaped.
pub(crate) fn steps(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|it| it.replace("~1", "/").replace("~0", "~")).collect()
}

/// The schema of the value at a pointer: by name, or what a map says of all its entries. None where the form knows no such
/// field.
pub fn schema_at<'s>(schema: &'s Value, pointer: &str) -> Option<&'s Value> {
    steps(pointer).iter().try_fold(schema, |schema, step| below(schema, step))
}

/// Whether something is at a pointer.
pub fn leads(values: &Value, pointer: &str) -> bool {
    values.pointer(pointer).is_some_and(|it| !it.is_null())
}

fn below<'s>(schema: &'s Value, step: &str) -> Option<&'s Value> {
    let named = schema.get("properties").and_then(|it| it.get(step));
    named.or_else(|| schema.get("additionalProperties").filter(|it| it.is_object()))
}

/// Sets the value, making objects on the way.
pub(crate) fn set(values: &mut Value, pointer: &str, new: Value) {
    let mut place = values;
    for step in steps(pointer) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(object) = place else { return };
        place = object.entry(step).or_insert(Value::Null);
    }
    *place = new;
}

/// Takes the value away, if it is there.
pub(crate) fn remove(values: &mut Value, pointer: &str) {
    let Some((owner, last)) = pointer.rsplit_once('/') else { return };
    if let Some(Value::Object(owner)) = values.pointer_mut(owner) {
        owner.remove(&last.replace("~1", "/").replace("~0", "~"));
    }
}
