//! A deployment's values: checked against the blueprint's schema, defaults filled in.

mod compiled;

use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value};

use crate::plan::Failure;
use crate::pointer;
use crate::secret::{self, Places};

/// The schema itself cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the blueprint's schema cannot be used: {0}")]
pub struct BadSchema(String);

/// What is wrong with a schema that a plugin brings, or nothing.
pub fn check_schema(schema: &Value) -> Result<(), BadSchema> {
    compiled::validator(schema)?;
    secret::check_schema(schema).map_err(BadSchema)
}

/// Lays `values` over `defaults`, object by object; `null` takes a default away (RFC 7396).
pub fn fill(defaults: &Value, values: &Value) -> Value {
    match (defaults, values) {
        (Value::Object(defaults), Value::Object(values)) => {
            let mut filled = defaults.clone();
            for (key, value) in values {
                if value.is_null() {
                    filled.remove(key);
                } else {
                    let below = filled.get(key).unwrap_or(&Value::Null);
                    let merged = fill(below, value);
                    filled.insert(key.clone(), merged);
                }
            }
            Value::Object(filled)
        }
        (_, value) => value.clone(),
    }
}

/// What of the values a schema knows, where it says that it takes no others: what an earlier version of a form asked for and this one does
/// not is not held against whoever upgrades.
pub fn known(schema: &Value, values: Value) -> Value {
    let (Some(properties), Value::Object(fields)) = (schema["properties"].as_object(), &values)
    else {
        return values;
    };
    let takes_others = schema["additionalProperties"] != Value::Bool(false);
    let kept = fields.iter().filter(|(name, _)| takes_others || properties.contains_key(*name));
    let kept = kept.map(|(name, value)| match properties.get(name) {
        Some(property) => (name.clone(), known(property, value.clone())),
        None => (name.clone(), value.clone()),
    });
    Value::Object(kept.collect())
}

/// All that is wrong with the values, each naming its field; empty when they fit.
pub fn check(schema: &Value, values: &Value) -> Result<Vec<Failure>, BadSchema> {
    check_hiding(schema, values, &Places::default())
}

/// The same, quoting nothing of what is a secret, holds one, or stands where one should.
pub fn check_hiding(
    schema: &Value,
    values: &Value,
    hidden: &Places,
) -> Result<Vec<Failure>, BadSchema> {
    let validator = compiled::validator(schema)?;
    let failures = validator.iter_errors(values).map(|error| {
        let mut place = error.instance_path().to_string();
        let is_in = |secret: &String| format!("{place}/").starts_with(&format!("{secret}/"));
        let hides = hidden.holding.contains(&place) || hidden.secret.iter().any(is_in);
        let message = match error.kind() {
            // What is missing has a place of its own, where a form can say so.
            ValidationErrorKind::Required { property: Value::String(name) } => {
                place = pointer::below(&place, name);
                "it is needed and not set".to_owned()
            }
            // A name is nobody's secret, and the field that has it is the one to change.
            ValidationErrorKind::PropertyNames { error } => {
                place = pointer::below(&place, error.instance().as_str().unwrap_or_default());
                format!("the name {error}")
            }
            _ if hides => error.masked_with("what is given").to_string(),
            _ => error.to_string(),
        };
        let name = if place.is_empty() { "the values".to_owned() } else { readable(&place) };
        Failure {
            code: "invalid-values".into(),
            message: format!("{name}: {message}"),
            field: Some(place),
            hint: None,
        }
    });
    Ok(failures.collect())
}

/// Sets the value at a JSON Pointer, making objects on the way.
pub fn set(values: &mut Value, pointer: &str, new: Value) {
    let mut place = values;
    for part in pointer.split('/').skip(1) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let object = place.as_object_mut().expect("it was made an object above");
        place = object.entry(pointer::name(part)).or_insert(Value::Null);
    }
    *place = new;
}

/// Takes the value at a JSON Pointer away, if it is there.
pub fn take_away(values: &mut Value, pointer: &str) {
    let Some((owner, last)) = pointer.rsplit_once('/') else { return };
    if let Some(Value::Object(owner)) = values.pointer_mut(owner) {
        owner.remove(&pointer::name(last));
    }
}

/// The pointer of the first property whose `x-slipway` role is `role`.
pub fn field_with_role(schema: &Value, role: &str) -> Option<String> {
    let properties = schema.get("properties")?.as_object()?;
    properties.iter().find_map(|(name, property)| {
        let here = pointer::below("", name);
        if property.pointer("/x-slipway/role").and_then(Value::as_str) == Some(role) {
            return Some(here);
        }
        field_with_role(property, role).map(|below| format!("{here}{below}"))
    })
}

/// `/container/ports/0` as people write it: `container.ports[0]`.
pub(crate) fn readable(pointer: &str) -> String {
    let mut text = String::new();
    for part in pointer.split('/').skip(1) {
        if part.bytes().all(|it| it.is_ascii_digit()) {
            text.push_str(&format!("[{part}]"));
        } else {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(&pointer::name(part));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_form_asks_for_no_more_is_left_behind_and_only_where_it_takes_nothing_else() {
        let inner = json!({"properties": {"size": {}}, "additionalProperties": false});
        let schema =
            json!({"properties": {"name": {}, "disk": inner}, "additionalProperties": false});
        let values = json!({"name": "a", "replicas": 2, "disk": {"size": 1, "kind": "ssd"}});
        assert_eq!(known(&schema, values.clone()), json!({"name": "a", "disk": {"size": 1}}));
        let open = json!({"properties": {"name": {}}});
        assert_eq!(known(&open, values.clone()), values);
    }

    #[test]
    fn a_wrong_value_is_named_by_its_field() {
        let schema = json!({"type": "object", "properties": {"replicas": {"type": "integer", "minimum": 1}}});
        let wrong = check(&schema, &json!({"replicas": 0})).unwrap();
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0].field.as_deref(), Some("/replicas"));
        assert!(wrong[0].message.starts_with("replicas: "), "{}", wrong[0].message);
        assert!(check(&schema, &json!({"replicas": 2})).unwrap().is_empty());
    }

    #[test]
    fn what_is_missing_is_named_by_its_own_field() {
        let schema = json!({"properties": {"a": {"required": ["b"]}}});
        let wrong = check(&schema, &json!({"a": {}})).unwrap();
        assert_eq!(wrong[0].field.as_deref(), Some("/a/b"));
        assert_eq!(wrong[0].message, "a.b: it is needed and not set");
    }

    #[test]
    fn a_name_that_may_not_be_is_named_by_its_own_field() {
        let names = json!({"propertyNames": {"pattern": "^[A-Z]+$"}});
        let wrong = check(&json!({"properties": {"a": names}}), &json!({"a": {"b-c": 1}})).unwrap();
        assert_eq!(wrong[0].field.as_deref(), Some("/a/b-c"));
        assert_eq!(wrong[0].message, r#"a.b-c: the name "b-c" does not match "^[A-Z]+$""#);
    }

    #[test]
    fn defaults_stay_where_nothing_is_said() {
        let filled =
            fill(&json!({"a": {"b": 1, "c": 2}, "d": 3}), &json!({"a": {"b": 5}, "d": null}));
        assert_eq!(filled, json!({"a": {"b": 5, "c": 2}}));
    }

    #[test]
    fn a_role_is_found_at_any_depth() {
        let schema = json!({"properties": {"x": {"properties": {"n": {"x-slipway": {"role": "replicas"}}}}}});
        assert_eq!(field_with_role(&schema, "replicas").as_deref(), Some("/x/n"));
        let mut values = json!({});
        set(&mut values, "/x/n", json!(3));
        assert_eq!(values, json!({"x": {"n": 3}}));
    }
}
