//! What the parent module promises, held to it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Operation, Writer, applied, config_set, first_applied};
use crate::kinds::{Kind, Registry};

fn kind(group: &str, plural: &str) -> std::sync::Arc<Kind> {
    Registry::built_in().now().find(group, "v1", plural).expect("the kind is in the table")
}

fn writer(manager: &str) -> Writer {
    Writer { manager: manager.into(), operation: Operation::Apply, subresource: None }
}

fn map(data: &std::collections::BTreeMap<String, String>) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data})
}

fn made(kind: &Kind, config: &Value) -> Value {
    let fields = config_set(kind, config, None);
    let mut object = config.clone();
    first_applied(kind, &mut object, "one", fields);
    object
}

/// A deployment's containers as an apply by one manager leaves them.
fn containers(live: &Value, config: &Value) -> Value {
    let kind = kind("apps", "deployments");
    let config = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"},
        "spec": {"template": {"spec": {"containers": config}}},
    });
    if live.is_null() {
        made(&kind, &config)
    } else {
        applied(&kind, live, &config, &writer("one"), false).expect("nobody else owns anything")
    }
}

#[test]
fn ports_are_found_by_number_and_protocol() {
    let one = json!([{"name": "app", "ports": [{"containerPort": 53, "name": "a"}]}]);
    let live = containers(&Value::Null, &one);
    let two = json!([{"name": "app", "ports": [
        {"containerPort": 53, "protocol": "TCP", "name": "b"},
        {"containerPort": 53, "protocol": "UDP", "name": "c"},
    ]}]);
    let next = containers(&live, &two);
    let ports = &next["spec"]["template"]["spec"]["containers"][0]["ports"];
    let names: Vec<_> = ports.as_array().into_iter().flatten().map(|it| &it["name"]).collect();
    assert_eq!(names, ["b", "c"]);
}

proptest! {
    #[test]
    fn applying_again_changes_nothing(data in "[a-c]{0,3}", other in "[a-c]{0,3}") {
        let kind = kind("", "configmaps");
        let of = |text: &str| text.chars().map(|it| (it.to_string(), text.to_owned())).collect();
        let live = made(&kind, &map(&of(&data)));
        let config = map(&of(&other));
        let once = applied(&kind, &live, &config, &writer("one"), false).expect("it owns all");
        let twice = applied(&kind, &once, &config, &writer("one"), false).expect("it owns all");
        prop_assert_eq!(&once, &twice);
        // Its own last wish is all that is left of the one before.
        let expected: std::collections::BTreeMap<String, String> = of(&other);
        let found = once.get("data").cloned().unwrap_or_else(|| json!({}));
        prop_assert_eq!(found, json!(expected));
    }

    #[test]
    fn what_two_apply_one_alone_cannot_remove(shared in "[a-c]{1,3}") {
        let kind = kind("", "configmaps");
        let data: std::collections::BTreeMap<_, _> =
            shared.chars().map(|it| (it.to_string(), "1".to_owned())).collect();
        let live = made(&kind, &map(&data));
        let both = applied(&kind, &live, &map(&data), &writer("two"), false).expect("same values");
        let nothing = map(&std::collections::BTreeMap::new());
        let left = applied(&kind, &both, &nothing, &writer("one"), false).expect("no conflict");
        prop_assert_eq!(&left["data"], &json!(data));
        let gone = applied(&kind, &left, &nothing, &writer("two"), false).expect("no conflict");
        prop_assert!(gone["data"].as_object().is_none_or(serde_json::Map::is_empty));
    }
}
