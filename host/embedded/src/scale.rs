//! The `scale` subresource: the few numbers of an object that autoscalers and `kubectl scale` see.

use serde_json::{Map, Value, json};

use crate::kinds::Scale;

/// The `Scale` of an object.
pub(crate) fn of(paths: &Scale, object: &Value) -> Value {
    let number = |path: &[String]| at(object, path).and_then(Value::as_i64).unwrap_or(0);
    let mut metadata = json!({});
    for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
        if let Some(value) = object["metadata"].get(field) {
            metadata[field] = value.clone();
        }
    }
    let mut status = json!({"replicas": number(&paths.status_replicas)});
    let selector = paths.selector.as_ref().and_then(|it| at(object, it)).map(selector_text);
    if let Some(selector) = selector {
        status["selector"] = json!(selector);
    }
    // `replicas` of a wish is left out when it is 0 (`omitempty` in autoscaling/v1 `ScaleSpec`).
    let spec = match number(&paths.replicas) {
        0 => json!({}),
        wanted => json!({"replicas": wanted}),
    };
    json!({
        "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec,
        "status": status,
    })
}

/// Writes the wanted number of replicas into an object.
pub(crate) fn set(paths: &Scale, object: &mut Value, replicas: i64) {
    let mut place = object;
    for field in &paths.replicas {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[field.as_str()];
    }
    *place = json!(replicas);
}

fn at<'a>(object: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(object, |place, field| place.get(field))
}

/// A label selector as the text that queries use.
pub(crate) fn selector_text(selector: &Value) -> String {
    if let Some(text) = selector.as_str() {
        return text.to_owned();
    }
    let mut parts: Vec<String> = Vec::new();
    let pairs = selector["matchLabels"].as_object().into_iter().flatten();
    parts.extend(pairs.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())));
    for one in selector["matchExpressions"].as_array().into_iter().flatten() {
        let key = one["key"].as_str().unwrap_or_default();
        let values: Vec<_> =
            one["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let values = values.join(",");
        parts.push(match one["operator"].as_str().unwrap_or_default() {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    parts.join(",")
}
