//! Ports: where a service listens, and which of them are published.

use serde_json::Value;

use super::Reading;
use super::units::text;
use crate::import::{Error, interpolate};

/// Where databases and queues listen, which are published for programs, not for people.
const DATABASES: [u16; 12] =
    [1433, 1521, 3306, 5432, 5672, 6379, 8086, 9042, 9092, 11211, 27017, 33060];

/// More than this is no list that somebody wrote by hand.
const MOST: u16 = 32;

pub(super) fn is_of_a_database(port: u16) -> bool {
    DATABASES.contains(&port)
}

/// The ports of `expose` or `ports`: those of the container.
pub(super) fn read(
    reading: &mut Reading<'_>,
    place: &str,
    json: &Value,
) -> Result<Vec<u16>, Error> {
    let mut ports = Vec::new();
    for item in json.as_array().into_iter().flatten() {
        let (target, protocol) = match item {
            Value::Object(fields) => {
                let protocol = fields.get("protocol").and_then(text);
                (fields.get("target").and_then(text).unwrap_or_default(), protocol)
            }
            other => {
                let text = text(other).unwrap_or_default();
                let (text, protocol) = match text.rsplit_once('/') {
                    Some((text, protocol)) => (text.to_owned(), Some(protocol.to_owned())),
                    None => (text, None),
                };
                (behind(&text).to_owned(), protocol)
            }
        };
        if protocol.as_deref().is_some_and(|it| it != "tcp") {
            let what = format!("port {target} of {}", protocol.unwrap_or_default());
            reading.leave(place, what, "services speak TCP here");
            continue;
        }
        let known = interpolate::now(place, &target, &mut reading.variables)?;
        match known.as_deref().and_then(range) {
            Some(found) => {
                ports
                    .extend(found.into_iter().filter(|it| !ports.contains(it)).collect::<Vec<_>>());
            }
            None => {
                reading.leave(place, format!("port {target:?}"), "it is no number, or too many");
            }
        }
    }
    Ok(ports)
}

/// What stands behind the last colon that is not within braces.
fn behind(text: &str) -> &str {
    let mut depth = 0_i32;
    let mut at = 0;
    for (index, letter) in text.char_indices() {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            ':' if depth == 0 => at = index + 1,
            _ => {}
        }
    }
    &text[at..]
}

fn range(text: &str) -> Option<Vec<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last): (u16, u16) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first > 0 && last >= first && last - first < MOST).then(|| (first..=last).collect())
}
