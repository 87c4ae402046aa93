//! Definitions of custom kinds.

use serde_json::{Value, json};

use super::{NONE, Rules, empty, fill, immutable, items, items_mut, one_of};
use crate::admission::{invalid, required};
use crate::meta;
use crate::names;
use crate::refusal::Cause;

/// The rules for definitions.
pub(crate) const DEFINITION: Rules = Rules { defaults, check, ..NONE };

fn defaults(definition: &mut Value) {
    let Some(spec) = definition.get_mut("spec").filter(|it| it.is_object()) else { return };
    fill(spec, "conversion", json!({"strategy": "None"}));
    if let Some(names) = spec.get_mut("names").filter(|it| it.is_object()) {
        let kind = names["kind"].as_str().unwrap_or_default().to_owned();
        fill(names, "singular", json!(kind.to_lowercase()));
        fill(names, "listKind", json!(format!("{kind}List")));
    }
    for version in items_mut(spec, "versions") {
        for column in items_mut(version, "additionalPrinterColumns") {
            fill(column, "jsonPath", json!(""));
        }
    }
}

fn check(definition: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &definition["spec"];
    let group = spec["group"].as_str().unwrap_or_default();
    if !names::is_subdomain(group) || !group.contains('.') {
        causes.push(invalid(
            "spec.group",
            &spec["group"],
            "should be a domain with at least one dot",
        ));
    }
    for field in ["plural", "kind"] {
        if empty(&spec["names"][field]) {
            causes.push(required(&format!("spec.names.{field}"), ""));
        }
    }
    let wanted = format!("{}.{group}", spec["names"]["plural"].as_str().unwrap_or_default());
    if meta::name(definition) != wanted {
        let why = "must be spec.names.plural+\".\"+spec.group";
        causes.push(invalid("metadata.name", &json!(meta::name(definition)), why));
    }
    one_of("spec.scope", &spec["scope"], &["Cluster", "Namespaced"], causes);
    if spec["conversion"]["strategy"] != "None" {
        let why = "the embedded cluster calls no conversion webhooks; use strategy None, or a real cluster";
        causes.push(invalid("spec.conversion.strategy", &spec["conversion"]["strategy"], why));
    }
    check_versions(spec, causes);
    if let Some(old) = old {
        immutable("spec.group", &spec["group"], &old["spec"]["group"], causes);
        immutable("spec.scope", &spec["scope"], &old["spec"]["scope"], causes);
        for field in ["plural", "kind"] {
            let (new, old) = (&spec["names"][field], &old["spec"]["names"][field]);
            immutable(&format!("spec.names.{field}"), new, old, causes);
        }
    }
}

fn check_versions(spec: &Value, causes: &mut Vec<Cause>) {
    let stored = items(spec, "versions").filter(|it| it["storage"] == true).count();
    if stored != 1 {
        let why = "must have exactly one version marked as storage version";
        causes.push(invalid("spec.versions", &json!(stored), why));
    }
    for (index, version) in items(spec, "versions").enumerate() {
        let at = format!("spec.versions[{index}]");
        if !version["name"].as_str().is_some_and(names::is_label) {
            causes.push(invalid(&format!("{at}.name"), &version["name"], "must be a DNS label"));
        }
        let schema = &version["schema"]["openAPIV3Schema"];
        if !schema.is_object() {
            causes.push(required(&format!("{at}.schema.openAPIV3Schema"), "schemas are required"));
            continue;
        }
        let at = format!("{at}.schema.openAPIV3Schema");
        if schema["type"] != "object" {
            causes.push(invalid(
                &format!("{at}.type"),
                &schema["type"],
                "must be object at the root",
            ));
        }
        check_structure(schema, &at, causes);
    }
}

/// A schema is structural when every place has a type, so that unknown fields can be told from known ones.
fn check_structure(schema: &Value, at: &str, causes: &mut Vec<Cause>) {
    let free = schema["x-kubernetes-int-or-string"] == true
        || schema["x-kubernetes-preserve-unknown-fields"] == true;
    if empty(&schema["type"]) && !free {
        causes.push(required(&format!("{at}.type"), "must not be empty for specified fields"));
    }
    if schema["type"] == "array" && !schema["items"].is_object() {
        causes.push(required(&format!("{at}.items"), "must be specified"));
    }
    if schema["x-kubernetes-list-type"] == "map"
        && items(schema, "x-kubernetes-list-map-keys").next().is_none()
    {
        let why = "must not be empty if x-kubernetes-list-type is map";
        causes.push(required(&format!("{at}.x-kubernetes-list-map-keys"), why));
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        check_structure(field, &format!("{at}.properties[{name}]"), causes);
    }
    for inner in ["items", "additionalProperties"] {
        if schema[inner].is_object() {
            check_structure(&schema[inner], &format!("{at}.{inner}"), causes);
        }
    }
}
