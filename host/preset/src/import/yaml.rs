//! YAML as people write it, with anchors and merge keys, read into JSON within bounds.

use serde_json::{Map, Number, Value};
use serde_yaml_ng::Value as Yaml;

use super::Error;

/// A template is written by people.
pub(super) const MOST_BYTES: usize = 1 << 20;
/// Values after anchors are unfolded.
pub(super) const MOST_NODES: usize = 50_000;
const DEEPEST: usize = 64;

/// Reads a document. The parser itself bounds how often anchors may be repeated.
pub(super) fn read(text: &str) -> Result<Value, Error> {
    if text.len() > MOST_BYTES {
        return Err(Error::Large(text.len()));
    }
    let mut yaml: Yaml = serde_yaml_ng::from_str(text).map_err(|error| {
        let words = error.to_string();
        if words.contains("repetition limit") { Error::Bomb } else { Error::Yaml(words) }
    })?;
    let mut left = MOST_NODES;
    count(&yaml, &mut left, DEEPEST)?;
    yaml.apply_merge().map_err(|error| Error::Yaml(error.to_string()))?;
    let mut left = MOST_NODES;
    json(yaml, &mut left)
}

fn count(yaml: &Yaml, left: &mut usize, depth: usize) -> Result<(), Error> {
    *left = left.checked_sub(1).ok_or(Error::Bomb)?;
    let depth = depth.checked_sub(1).ok_or(Error::Bomb)?;
    match yaml {
        Yaml::Sequence(items) => items.iter().try_for_each(|it| count(it, left, depth)),
        Yaml::Mapping(map) => map.values().try_for_each(|it| count(it, left, depth)),
        Yaml::Tagged(tagged) => count(&tagged.value, left, depth),
        _ => Ok(()),
    }
}

fn json(yaml: Yaml, left: &mut usize) -> Result<Value, Error> {
    *left = left.checked_sub(1).ok_or(Error::Bomb)?;
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(it) => it.into(),
        Yaml::Number(it) => number(&it),
        Yaml::String(it) => it.into(),
        Yaml::Sequence(items) => {
            items.into_iter().map(|it| json(it, left)).collect::<Result<Vec<_>, _>>()?.into()
        }
        Yaml::Mapping(map) => {
            let mut fields = Map::new();
            for (key, value) in map {
                fields.insert(key_text(&key)?, json(value, left)?);
            }
            fields.into()
        }
        // `!reset` and `!override` of Compose speak of files that are merged; here is one.
        Yaml::Tagged(tagged) => json(tagged.value, left)?,
    })
}

fn number(number: &serde_yaml_ng::Number) -> Value {
    if let Some(it) = number.as_i64() {
        return it.into();
    }
    if let Some(it) = number.as_u64() {
        return it.into();
    }
    number.as_f64().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
}

fn key_text(key: &Yaml) -> Result<String, Error> {
    match key {
        Yaml::String(it) => Ok(it.clone()),
        Yaml::Number(it) => Ok(it.to_string()),
        Yaml::Bool(it) => Ok(it.to_string()),
        Yaml::Null => Ok("null".to_owned()),
        _ => Err(Error::Yaml("a key is a list or a map".to_owned())),
    }
}
