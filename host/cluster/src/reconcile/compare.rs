//! Whether an object is already as it is wanted.

use serde_json::Value;
use slipway_model::object::Object;

use crate::cache::Child;
use crate::labels;

/// The object was applied in exactly this form, and nobody has changed any of its fields since.
pub fn is_so_already(wanted: &Object, child: &Child) -> bool {
    let live = &child.object;
    if live.at("/metadata/deletionTimestamp").is_some() || mark(wanted) != mark(live) {
        return false;
    }
    if holds_secret(wanted) || is_within(wanted.json(), live.json()) {
        return true;
    }
    let taken = child.taken.as_ref().filter(|it| mark(it) == mark(wanted));
    taken.is_some_and(|taken| is_unchanged(wanted.json(), taken.json(), live.json()))
}

fn mark(object: &Object) -> Option<&str> {
    object.at("/metadata/annotations")?.get(labels::APPLIED)?.as_str()
}

/// The cache has no content of secrets, so only the digest tells.
pub fn holds_secret(object: &Object) -> bool {
    object.kind() == "Secret" && object.group().is_empty()
}

/// Every field of `wanted` is in `live` with the same value; `live` may have more.
pub fn is_within(wanted: &Value, live: &Value) -> bool {
    match (wanted, live) {
        (Value::Object(wanted), Value::Object(live)) => wanted
            .iter()
            .all(|(key, value)| live.get(key).is_some_and(|found| is_within(value, found))),
        (Value::Array(wanted), Value::Array(live)) => {
            wanted.len() == live.len() && wanted.iter().zip(live).all(|(a, b)| is_within(a, b))
        }
        (wanted, live) => wanted == live,
    }
}

/// Every field of `wanted` has in `live` the value that the API server gave it when it took `wanted`.
fn is_unchanged(wanted: &Value, taken: &Value, live: &Value) -> bool {
    match (wanted, taken, live) {
        (Value::Object(wanted), Value::Object(taken), Value::Object(live)) => {
            wanted.iter().all(|(key, value)| match (taken.get(key), live.get(key)) {
                (Some(taken), Some(live)) => is_unchanged(value, taken, live),
                (None, None) => true,
                _ => false,
            })
        }
        (_, taken, live) => taken == live,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(memory: &str, replicas: u32) -> Object {
        let json = json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "annotations": {(labels::APPLIED): "1"}},
            "spec": {"replicas": replicas, "containers": [{"resources": {"memory": memory}}]}});
        Object::new(json).unwrap()
    }

    fn child(live: Object, taken: Option<Object>) -> Child {
        Child { object: live, created_entry: None, taken }
    }

    #[test]
    fn what_the_server_added_is_no_difference_and_what_somebody_changed_is() {
        let wanted = json!({"spec": {"replicas": 1, "containers": [{"name": "a"}]}});
        let mut live = json!({"spec": {"replicas": 1, "paused": false, "containers": [{"name": "a", "image": "x"}]}, "status": {}});
        assert!(is_within(&wanted, &live));
        live["spec"]["replicas"] = json!(2);
        assert!(!is_within(&wanted, &live));
    }

    #[test]
    fn what_the_server_wrote_in_its_own_way_is_no_difference_once_it_was_seen() {
        let (wanted, taken) = (object("1024Mi", 1), object("1Gi", 1));
        assert!(!is_so_already(&wanted, &child(taken.clone(), None)));
        assert!(is_so_already(&wanted, &child(taken.clone(), Some(taken.clone()))));
        // A change by hand is one, of that field and of others.
        assert!(!is_so_already(&wanted, &child(object("2Gi", 1), Some(taken.clone()))));
        assert!(!is_so_already(&wanted, &child(object("1Gi", 2), Some(taken))));
    }
}
