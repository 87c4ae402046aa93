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
    Value::from(schema).to_string()
}

pub(crate) fn defaults<T: Default + Serialize>() -> String {
    serde_json::to_string(&T::default()).expect("a plugin's values are plain data")
}
