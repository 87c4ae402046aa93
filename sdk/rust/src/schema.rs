//! JSON Schema (2020-12) of a Rust type, as forms want it: no references, properties in the order of the fields.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

pub(crate) fn of<T: JsonSchema>() -> String {
    let settings = SchemaSettings::draft2020_12().with(|it| {
        it.inline_subschemas = true;
        it.meta_schema = None;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut schema = Value::from(schema);
    number(&mut schema);
    require(&mut schema);
    schema.to_string()
}

/// Numbers the properties of every object, `x-slipway: {order: 1}`: many readers of JSON lose their order.
fn number(schema: &mut Value) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (index, property) in properties.values_mut().enumerate() {
            if property.is_object() {
                property["x-slipway"]["order"] = (index + 1).into();
            }
        }
    }
    match schema {
        Value::Object(fields) => fields.values_mut().for_each(number),
        Value::Array(items) => items.iter_mut().for_each(number),
        _ => {}
    }
}

/// A secret has no default to fall back on, so one that is not optional must be filled in.
fn require(schema: &mut Value) {
    let properties = schema.get("properties").and_then(Value::as_object);
    let is_needed = |it: &Value| it["writeOnly"] == true && it["type"] == "string";
    let needed = properties.into_iter().flatten().filter(|(_, it)| is_needed(it));
    let needed: Vec<Value> = needed.map(|(name, _)| name.as_str().into()).collect();
    if !needed.is_empty() {
        let mut required = schema["required"].as_array().cloned().unwrap_or_default();
        let new = needed.into_iter().filter(|it| !required.contains(it)).collect::<Vec<_>>();
        required.extend(new);
        schema["required"] = required.into();
    }
    match schema {
        Value::Object(fields) => fields.values_mut().for_each(require),
        Value::Array(items) => items.iter_mut().for_each(require),
        _ => {}
    }
}

pub(crate) fn defaults<T: Default + Serialize>() -> String {
    serde_json::to_string(&T::default()).expect("a plugin's values are plain data")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Serialize, JsonSchema)]
    #[schemars(crate = "schemars")]
    struct Outer {
        zebra: u8,
        #[schemars(extend("x-slipway" = {"role": "image"}))]
        ape: Inner,
    }

    #[derive(Default, Serialize, JsonSchema)]
    #[schemars(crate = "schemars")]
    struct Inner {
        second: u8,
        first: u8,
    }

    #[test]
    fn properties_keep_the_order_of_the_fields_and_their_roles() {
        let schema: Value = serde_json::from_str(&of::<Outer>()).unwrap();
        let property = |name: &str| &schema["properties"][name];
        assert_eq!(property("zebra")["x-slipway"]["order"], 1);
        assert_eq!(property("ape")["x-slipway"], serde_json::json!({"role": "image", "order": 2}));
        assert_eq!(property("ape")["properties"]["second"]["x-slipway"]["order"], 1);
    }
}
