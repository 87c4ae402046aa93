//! Reading and stamping the metadata of an object.

use serde_json::{Value, json};

/// The object's metadata field, or nothing.
pub(crate) fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object["metadata"][field].as_str().unwrap_or_default()
}

/// The object's name.
pub(crate) fn name(object: &Value) -> &str {
    text(object, "name")
}

/// The object's namespace, empty where it has none.
pub(crate) fn namespace(object: &Value) -> &str {
    text(object, "namespace")
}

/// The object's uid.
pub(crate) fn uid(object: &Value) -> &str {
    text(object, "uid")
}

/// Whether the object is on its way out.
pub(crate) fn is_deleting(object: &Value) -> bool {
    object["metadata"]["deletionTimestamp"].is_string()
}

/// The finalizers.
pub(crate) fn finalizers(object: &Value) -> Vec<String> {
    let list = object["metadata"]["finalizers"].as_array();
    list.into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

/// Writes the finalizers; an empty list is left out.
pub(crate) fn set_finalizers(object: &mut Value, list: &[String]) {
    set(object, "finalizers", if list.is_empty() { Value::Null } else { json!(list) });
}

/// Writes a metadata field; `null` takes it away.
pub(crate) fn set(object: &mut Value, field: &str, value: Value) {
    let Some(metadata) = object["metadata"].as_object_mut() else { return };
    if value.is_null() {
        metadata.remove(field);
    } else {
        metadata.insert(field.to_owned(), value);
    }
}

/// The generation, 0 where there is none.
pub(crate) fn generation(object: &Value) -> i64 {
    object["metadata"]["generation"].as_i64().unwrap_or(0)
}

/// Now, as timestamps in objects have it.
pub(crate) fn now() -> String {
    at(jiff::Timestamp::now())
}

/// A moment, as timestamps in objects have it.
pub(crate) fn at(moment: jiff::Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A new identity.
pub(crate) fn stamp(object: &mut Value) {
    set(object, "uid", json!(uuid::Uuid::now_v7().to_string()));
    set(object, "creationTimestamp", json!(now()));
    for field in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "resourceVersion"]
    {
        set(object, field, Value::Null);
    }
    set(object, "generation", json!(1));
}

/// `generateName` with a suffix without vowels, as Kubernetes makes it.
pub(crate) fn generated(base: &str) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    const MOST: usize = 58;
    let mut random = [0_u8; 5];
    if getrandom::fill(&mut random).is_err() {
        random.copy_from_slice(&uuid::Uuid::now_v7().as_bytes()[11..]);
    }
    let end = base.char_indices().map(|it| it.0).take_while(|it| *it <= MOST).last().unwrap_or(0);
    let base = if base.len() > MOST { &base[..end] } else { base };
    let suffix = random.iter().map(|it| char::from(LETTERS[usize::from(*it) % LETTERS.len()]));
    base.chars().chain(suffix).collect()
}
