//! The strategic merge patch: a merge patch that finds the items of keyed lists, with its `$` directives.

use serde_json::{Map, Value, json};

use crate::merge_keys::{How, Node};
use crate::refusal::Refusal;

const ORDER: &str = "$setElementOrder/";
const DELETE_PRIMITIVES: &str = "$deleteFromPrimitiveList/";

/// Merges a patch into an object of a built-in kind.
pub(crate) fn merge(target: &mut Value, patch: Value, node: &Node) -> Result<(), Refusal> {
    let Value::Object(patch) = patch else {
        return Err(Refusal::bad_request("a strategic merge patch must be an object"));
    };
    merge_map(target, patch, Some(node))
}

fn merge_map(
    target: &mut Value,
    mut patch: Map<String, Value>,
    node: Option<&Node>,
) -> Result<(), Refusal> {
    match patch.remove("$patch").as_ref().and_then(Value::as_str) {
        Some("replace") => {
            *target = Value::Object(patch);
            return Ok(());
        }
        Some("delete") => {
            *target = json!({});
            return Ok(());
        }
        Some("merge") | None => {}
        Some(other) => {
            return Err(Refusal::bad_request(format!("unknown patch type {other:?} in map")));
        }
    }
    if !target.is_object() {
        *target = json!({});
    }
    let Some(fields) = target.as_object_mut() else { return Ok(()) };
    if let Some(Value::Array(keep)) = patch.remove("$retainKeys") {
        fields.retain(|key, _| keep.iter().any(|it| it == key));
    }
    let child =
        |key: &str| node.and_then(|node| node.fields.iter().find(|it| it.0 == key)).map(|it| it.1);
    let (directives, patch): (Vec<_>, Vec<_>) =
        patch.into_iter().partition(|it| it.0.starts_with('$'));
    for (key, value) in &directives {
        if let Some(name) = key.strip_prefix(DELETE_PRIMITIVES)
            && let (Some(Value::Array(items)), Value::Array(gone)) = (fields.get_mut(name), value)
        {
            items.retain(|it| !gone.contains(it));
        }
    }
    for (key, value) in patch {
        merge_field(fields, &key, value, child(&key))?;
    }
    for (key, order) in &directives {
        if let Some(name) = key.strip_prefix(ORDER)
            && let (Some(Value::Array(items)), Value::Array(order)) = (fields.get_mut(name), order)
        {
            sort(items, order, child(name));
        }
    }
    Ok(())
}

fn merge_field(
    fields: &mut Map<String, Value>,
    key: &str,
    value: Value,
    node: Option<&Node>,
) -> Result<(), Refusal> {
    match value {
        Value::Null => {
            fields.remove(key);
        }
        Value::Object(patch) => {
            let place = fields.entry(key.to_owned()).or_insert(Value::Null);
            merge_map(place, patch, node)?;
        }
        Value::Array(items) => {
            let place = fields.entry(key.to_owned()).or_insert(Value::Null);
            merge_list(place, items, node)?;
        }
        value => {
            fields.insert(key.to_owned(), value);
        }
    }
    Ok(())
}

/// The key by which a strategic merge patch finds items.
fn patch_key(node: &Node) -> Option<&'static str> {
    match node.how {
        How::ByKey(keys) => node.patch_key.or_else(|| keys.first().copied()),
        How::Fields | How::Atomic | How::Set => None,
    }
}

fn merge_list(
    place: &mut Value,
    mut patch: Vec<Value>,
    node: Option<&Node>,
) -> Result<(), Refusal> {
    let replaces = |it: &Value| it["$patch"] == "replace";
    let whole = patch.iter().any(replaces);
    patch.retain(|it| !replaces(it));
    let Some(Value::Array(live)) = (!whole && place.is_array()).then_some(&mut *place) else {
        patch.retain(|it| it["$patch"] != "delete");
        *place = Value::Array(patch);
        return Ok(());
    };
    match node.map(|it| (it, it.how, patch_key(it))) {
        Some((_, How::Set, _)) => {
            for item in patch {
                if !live.contains(&item) {
                    live.push(item);
                }
            }
            Ok(())
        }
        Some((node, How::ByKey(_), Some(key))) => merge_items(live, patch, node, key),
        _ => {
            *place = Value::Array(patch);
            Ok(())
        }
    }
}

fn merge_items(
    live: &mut Vec<Value>,
    patch: Vec<Value>,
    node: &Node,
    key: &str,
) -> Result<(), Refusal> {
    for mut item in patch {
        let Some(id) = item.get(key).cloned() else {
            return Err(Refusal::bad_request(format!(
                "an item of the patch does not contain the merge key: {key}"
            )));
        };
        if item["$patch"] == "delete" {
            live.retain(|it| it.get(key) != Some(&id));
            continue;
        }
        let found = live.iter_mut().find(|it| it.get(key) == Some(&id));
        match (found, item.as_object_mut()) {
            (Some(old), Some(fields)) => merge_map(old, std::mem::take(fields), Some(node))?,
            _ => live.push(item),
        }
    }
    Ok(())
}

/// Puts the named items into the wanted order; the others keep their places after them.
fn sort(items: &mut [Value], order: &[Value], node: Option<&Node>) {
    let key = node.and_then(patch_key);
    let place = |item: &Value| {
        let same = |wanted: &Value| match key {
            Some(key) => wanted.get(key) == item.get(key),
            None => wanted == item,
        };
        order.iter().position(same).unwrap_or(usize::MAX)
    };
    items.sort_by_key(place);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::merge;
    use crate::merge_keys;

    fn check(live: Value, patch: Value, expected: &Value) {
        let wrap = |spec: Value| json!({"spec": spec});
        let mut live = wrap(live);
        merge(&mut live, wrap(patch), &merge_keys::POD).expect("the patch is a good one");
        assert_eq!(live["spec"], *expected);
    }

    #[test]
    fn items_are_merged_removed_and_ordered() {
        check(
            json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]}),
            json!({
                "$setElementOrder/containers": [{"name": "c"}, {"name": "b"}],
                "containers": [
                    {"name": "a", "$patch": "delete"},
                    {"name": "b", "image": "2"},
                    {"name": "c", "image": "1"},
                ],
            }),
            &json!({"containers": [{"name": "c", "image": "1"}, {"name": "b", "image": "2"}]}),
        );
    }

    #[test]
    fn a_volume_keeps_only_the_keys_that_are_named() {
        check(
            json!({"volumes": [{"name": "v", "emptyDir": {}}]}),
            json!({"volumes": [{
                "name": "v", "$retainKeys": ["name", "configMap"], "configMap": {"name": "c"},
            }]}),
            &json!({"volumes": [{"name": "v", "configMap": {"name": "c"}}]}),
        );
    }

    #[test]
    fn lists_without_a_key_are_replaced() {
        check(
            json!({"tolerations": [{"key": "a"}]}),
            json!({"tolerations": [{"key": "b"}]}),
            &json!({"tolerations": [{"key": "b"}]}),
        );
        check(
            json!({"containers": [{"name": "a"}]}),
            json!({"containers": [{"$patch": "replace"}, {"name": "b"}]}),
            &json!({"containers": [{"name": "b"}]}),
        );
    }
}
