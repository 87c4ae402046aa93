//! The form of a preset: its asked fields in front, the others folded away or gone.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json_alloc::{Map, Value, json};

use crate::pointer::{self, schema_at, steps};
use crate::{asked, fill, is_locked};

/// What a preset shows of its base.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    pub schema: Value,
    pub defaults: Value,
}

/// The base's form as a document has it.
pub fn form(document: &Value, mut schema: Value, defaults: &Value) -> Form {
    let asks: Vec<Ask> = document["ask"].as_array().into_iter().flatten().map(Ask::new).collect();
    let locked = is_locked(document);
    let mut filled = fill(defaults, &document["values"]);
    for ask in asks.iter().filter(|it| it.is_required) {
        // What is missing is missed in its own place, not in that of an object around it.
        make_room(&mut filled, &ask.steps);
    }
    let all: Vec<(usize, &Ask)> = asks.iter().enumerate().collect();
    narrow(&mut schema, &all, &filled, locked, 0);
    let defaults = if locked { only(&filled, document) } else { filled };
    Form { schema, defaults }
}

/// What a document says of a field that it asks for.
struct Ask {
    steps: Vec<String>,
    title: Option<Value>,
    help: Option<Value>,
    generate: Option<Value>,
    is_required: bool,
}

impl Ask {
    fn new(json: &Value) -> Self {
        let word = |name: &str| json.get(name).filter(|it| !it.is_null()).cloned();
        Self {
            steps: steps(json["pointer"].as_str().unwrap_or_default()),
            title: word("title"),
            help: word("help"),
            generate: word("generate"),
            is_required: json["required"] == true,
        }
    }
}

/// `asks` are those below this schema, `depth` steps down, each with its place in the form.
fn narrow(schema: &mut Value, asks: &[(usize, &Ask)], values: &Value, locked: bool, depth: usize) {
    materialise(schema, asks, depth);
    let required = required(schema, asks, depth);
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    let mut gone = Vec::new();
    // A schema may also be `true`, which has nothing to say of how it is shown.
    for (name, property) in properties.iter_mut() {
        let here: Vec<(usize, &Ask)> =
            asks.iter().filter(|(_, it)| it.steps.get(depth) == Some(name)).copied().collect();
        let value = values.get(name).unwrap_or(&Value::Null);
        match here.first() {
            None if locked => gone.push(name.clone()),
            // What must be filled in and has no value yet cannot be folded away.
            None if required.contains(name) && value.is_null() => {}
            _ if !property.is_object() => {}
            None => property["x-slipway"]["advanced"] = true.into(),
            Some((place, first)) => {
                property["x-slipway"]["order"] = (place + 1).into();
                property["x-slipway"]["advanced"] = false.into();
                if first.steps.len() == depth + 1 {
                    dress(property, first);
                } else {
                    narrow(property, &here, value, locked, depth + 1);
                }
            }
        }
    }
    for name in gone {
        properties.remove(&name);
    }
    if locked {
        schema["additionalProperties"] = false.into();
        schema["required"] = required.into_iter().filter(|it| is_asked(asks, it, depth)).collect();
    } else if !required.is_empty() {
        schema["required"] = required.into_iter().collect();
    }
}

/// Entries of a map that are asked for become fields of their own.
fn materialise(schema: &mut Value, asks: &[(usize, &Ask)], depth: usize) {
    for (_, ask) in asks {
        let Some(step) = ask.steps.get(depth) else { continue };
        let pointer = alloc::format!("/{}", step.replace('~', "~0").replace('/', "~1"));
        if let Some(entry) = schema_at(schema, &pointer).cloned() {
            if !schema["properties"].is_object() {
                schema["properties"] = Value::Object(Map::new());
            }
            schema["properties"][step.as_str()] = entry;
        }
    }
}

fn required(schema: &Value, asks: &[(usize, &Ask)], depth: usize) -> Vec<String> {
    let old = schema["required"].as_array().into_iter().flatten();
    let mut all: Vec<String> = old.filter_map(|it| it.as_str().map(String::from)).collect();
    for (_, ask) in asks {
        let Some(name) = ask.steps.get(depth).filter(|_| ask.is_required) else { continue };
        if !all.contains(name) {
            all.push(name.clone());
        }
    }
    all
}

fn is_asked(asks: &[(usize, &Ask)], name: &str, depth: usize) -> bool {
    asks.iter().any(|(_, it)| it.steps.get(depth).is_some_and(|it| it == name))
}

fn dress(property: &mut Value, ask: &Ask) {
    if let Some(title) = &ask.title {
        property["title"] = title.clone();
    }
    if let Some(help) = &ask.help {
        property["description"] = help.clone();
    }
    if let Some(generate) = &ask.generate {
        property["x-slipway"]["generate"] = generate.clone();
    }
    let is_text = property["type"] == "string";
    if ask.is_required && is_text && property.get("minLength").is_none() {
        property["minLength"] = json!(1);
    }
}

fn make_room(values: &mut Value, steps: &[String]) {
    let [first, rest @ ..] = steps else { return };
    let Value::Object(fields) = values else { return };
    if !rest.is_empty() {
        let inner = fields.entry(first.clone()).or_insert(Value::Null);
        if inner.is_null() {
            *inner = Value::Object(Map::new());
        }
        make_room(inner, rest);
    }
}

/// The values at the asked places.
fn only(values: &Value, document: &Value) -> Value {
    let mut kept = Value::Object(Map::new());
    for pointer in asked(document) {
        make_room(&mut kept, &steps(&pointer));
        if let Some(value) = values.pointer(&pointer) {
            pointer::set(&mut kept, &pointer, value.clone());
        }
    }
    kept
}
