//! Forms and values of presets over a small base.

use alloc::string::String;
use alloc::vec::Vec;

use serde_json_alloc::{Value, json};

use crate::{form, values};

fn base() -> (Value, Value) {
    let schema = json!({
        "type": "object",
        "properties": {
            "greeting": {"type": "string", "title": "Greeting"},
            "port": {"type": "integer"},
            "code": {"type": "string", "writeOnly": true},
            "variables": {"type": "object", "additionalProperties": {"type": "string"}},
            "anything": true,
        },
        "required": ["code"],
        "additionalProperties": false,
    });
    (schema, json!({"greeting": "Hello", "port": 8080, "variables": {}}))
}

#[test]
fn asked_fields_stand_in_front_and_the_others_are_folded() {
    let (schema, defaults) = base();
    let document = json!({
        "values": {"port": 9000, "variables": {"A": "1"}},
        "ask": [
            {"pointer": "/variables/DOMAIN", "title": "Domain", "required": true},
            {"pointer": "/greeting", "help": "Say it."},
        ],
    });
    let form = form(&document, schema, &defaults);
    let property = |pointer: &str| form.schema.pointer(pointer).unwrap();
    assert_eq!(property("/properties/port/x-slipway/advanced"), true);
    assert_eq!(property("/properties/greeting/description"), "Say it.");
    assert_eq!(property("/properties/greeting/x-slipway/order"), 2);
    assert_eq!(property("/properties/variables/properties/DOMAIN/title"), "Domain");
    assert_eq!(property("/properties/variables/required"), &json!(["DOMAIN"]));
    assert!(form.schema.pointer("/properties/code/x-slipway/advanced").is_none());
    assert_eq!(form.defaults["port"], 9000);
    assert_eq!(form.defaults["variables"], json!({"A": "1"}));
}

#[test]
fn a_locked_preset_has_the_asked_fields_only_and_the_base_hears_all() {
    let (schema, defaults) = base();
    let document = json!({
        "locked": true,
        "values": {"port": 9000, "variables": {"A": "1"}},
        "ask": [{"pointer": "/greeting"}, {"pointer": "/code", "required": true}],
    });
    let form = form(&document, schema, &defaults);
    let mut names: Vec<&String> = form.schema["properties"].as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["code", "greeting"]);
    assert_eq!(form.schema["required"], json!(["code"]));
    assert_eq!(form.schema["additionalProperties"], false);
    assert_eq!(form.defaults, json!({"greeting": "Hello"}));
    let secret = json!({"secretKeyRef": {"name": "a", "key": "b"}});
    let whole = values(&document, &defaults, &json!({"code": secret, "port": 1}));
    assert_eq!(whole, json!({"code": secret, "port": 9000, "variables": {"A": "1"}}));
}
