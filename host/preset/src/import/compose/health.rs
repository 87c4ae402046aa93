//! Health checks: a command, or the address that the command asks.

use serde_json::{Map, Value, json};

use super::Reading;
use super::units::{seconds, text};
use crate::import::{Error, interpolate};

/// The check of a service; none where there is none, or it is switched off.
pub(super) fn read(
    reading: &mut Reading<'_>,
    place: &str,
    json: &Value,
) -> Result<Option<Value>, Error> {
    if json["disable"] == true {
        return Ok(None);
    }
    let mut words: Vec<String> = match &json["test"] {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        other => text(other).map(|it| vec!["CMD-SHELL".to_owned(), it]).unwrap_or_default(),
    };
    for word in &mut words {
        *word = interpolate::late(place, word, &mut reading.variables)?;
    }
    let kind = if words.is_empty() { String::new() } else { words.remove(0) };
    let command = match kind.as_str() {
        "" | "NONE" => return Ok(None),
        "CMD" => words,
        "CMD-SHELL" => vec!["/bin/sh".to_owned(), "-c".to_owned(), words.join(" ")],
        _ => {
            reading.leave(place, "the test", "it begins with neither CMD nor CMD-SHELL");
            return Ok(None);
        }
    };
    let mut health = Map::new();
    match address(&command.join(" ")) {
        Some((port, path)) => {
            health.insert("path".to_owned(), path.into());
            health.insert("port".to_owned(), port.into());
        }
        None => {
            health.insert("command".to_owned(), command.into());
        }
    }
    let times = [
        ("interval", "intervalSeconds"),
        ("timeout", "timeoutSeconds"),
        ("start_period", "startSeconds"),
    ];
    for (word, own) in times {
        let Some(given) = json.get(word).and_then(text) else { continue };
        let known = interpolate::now(place, &given, &mut reading.variables)?;
        match known.as_deref().and_then(seconds) {
            Some(it) => {
                let least = u32::from(word != "start_period");
                health.insert(own.to_owned(), it.clamp(least, 3600).into());
            }
            None => reading.leave(place, format!("{word} {given:?}"), "it is no duration"),
        }
    }
    if let Some(retries) = json["retries"].as_u64() {
        health.insert("retries".to_owned(), json!(retries.clamp(1, 100)));
    }
    if !json["start_interval"].is_null() {
        reading.leave(place, "start_interval", "it is asked as often from the beginning");
    }
    Ok(Some(health.into()))
}

/// Where curl or wget looks: asked by the cluster itself, so that the image needs neither.
fn address(command: &str) -> Option<(u16, String)> {
    if !command.contains("curl") && !command.contains("wget") {
        return None;
    }
    let mut found = command.split(|it: char| it.is_whitespace() || "\"'".contains(it));
    let rest = found.find_map(|word| {
        let rest = word.strip_prefix("http://")?;
        ["localhost", "127.0.0.1", "0.0.0.0"].iter().find_map(|host| rest.strip_prefix(host))
    })?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let port = match rest[..end].strip_prefix(':') {
        Some(port) => port.parse().ok()?,
        None if end == 0 => 80,
        None => return None,
    };
    let path = if rest[end..].starts_with('/') { &rest[end..] } else { "/" };
    (!path.contains('$')).then(|| (port, path.to_owned()))
}
