//! Docker Compose files, by the Compose specification.

pub mod fields;
mod health;
mod mounts;
mod ports;
mod service;
mod units;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::variables::Variables;
use super::{Error, Imported, Source, fields as fields_of, label, pointer, yaml};
use crate::document::{Ask, LeftOut};

/// What another format knows beside its Compose part.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Service and port that people reach.
    pub public: Option<(String, u16)>,
    /// Texts that the template has for mounts, by the source that they have in the Compose part.
    pub files: BTreeMap<String, String>,
    /// Services that people do not reach, whatever ports they have.
    pub is_told: bool,
}

/// Reads a Compose file.
pub(super) fn import(source: &Source<'_>) -> Result<Imported, Error> {
    let document = yaml::read(source.text)?;
    read(&document, Variables::default(), &Beside::default())
}

/// What all services are read with.
struct Reading<'a> {
    document: &'a Value,
    variables: Variables,
    beside: &'a Beside,
    left_out: Vec<LeftOut>,
    carried: Vec<String>,
    /// Names of services as they are written, and as they become.
    names: BTreeMap<String, String>,
}

impl Reading<'_> {
    fn leave(&mut self, place: &str, what: impl Into<String>, why: impl Into<String>) {
        self.left_out.push(LeftOut { place: place.to_owned(), what: what.into(), why: why.into() });
    }
}

/// Reads what other formats have turned into Compose.
pub(super) fn read(
    document: &Value,
    variables: Variables,
    beside: &Beside,
) -> Result<Imported, Error> {
    let services = document.get("services").and_then(Value::as_object);
    let services = services.ok_or_else(|| Error::shape("services", "there are none"))?;
    let mut names = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for name in services.keys() {
        let new = label(name);
        if !taken.insert(new.clone()) {
            return Err(Error::shape("services", format!("two services would be called {new}")));
        }
        names.insert(name.clone(), new);
    }
    let (left_out, carried) = (Vec::new(), Vec::new());
    let mut reading = Reading { document, variables, beside, left_out, carried, names };
    top(&mut reading);
    let (mut made, mut published) = (Map::new(), Vec::new());
    for (name, json) in services {
        let place = format!("services.{name}");
        if !json.is_object() {
            return Err(Error::shape(place, "it is no object"));
        }
        if let Some((service, ports)) = service::read(&mut reading, name, &place, json)? {
            let new = reading.names[name].clone();
            published.push((name.clone(), new.clone(), ports));
            made.insert(new, service);
        }
    }
    if made.is_empty() {
        let reasons = reading.left_out.iter().map(|it| format!("{} {}", it.place, it.what));
        return Err(Error::Empty(reasons.collect::<Vec<_>>().join("; ")));
    }
    drop_missing(&mut reading, &mut made);
    open(&mut reading, &mut made, &published);
    name_plainly(&reading, &mut made);
    Ok(finish(reading, made))
}

/// The other sections of the file.
fn top(reading: &mut Reading<'_>) {
    let Some(sections) = reading.document.as_object() else { return };
    for (name, value) in sections {
        let reason = match name.as_str() {
            "services" | "version" | "name" | "volumes" | "configs" | "secrets" => continue,
            it if it.starts_with("x-") => continue,
            "networks" => "the project's network is the cluster's",
            "include" => "other files are not looked up; put them into one",
            "models" => "language models are no part of an app here",
            _ => "the Compose specification has no such section",
        };
        if !value.is_null() {
            reading.leave(name, "the section", reason);
        }
    }
    for (name, volume) in fields_of(&reading.document["volumes"]) {
        for (word, value) in fields_of(&volume) {
            let is_usual =
                word == "driver" && value == "local" || word == "name" || word == "labels";
            if !is_usual {
                let place = format!("volumes.{name}");
                reading.leave(&place, word, "the cluster's own storage keeps it");
            }
        }
    }
}

/// Dependencies on services that were left out.
fn drop_missing(reading: &mut Reading<'_>, made: &mut Map<String, Value>) {
    let all: BTreeSet<String> = made.keys().cloned().collect();
    for (name, service) in made {
        let Some(needs) = service.get_mut("dependsOn").and_then(Value::as_array_mut) else {
            continue;
        };
        let is_here = |it: &Value| it.as_str().is_some_and(|it| all.contains(it));
        for gone in needs.iter().filter(|it| !is_here(it)) {
            let what = format!("that it depends on {}", gone.as_str().unwrap_or_default());
            reading.left_out.push(LeftOut {
                place: format!("services.{name}.depends_on"),
                what,
                why: "that service is not here".to_owned(),
            });
        }
        needs.retain(is_here);
    }
}

/// The one service that people reach at the app's address.
fn open(
    reading: &mut Reading<'_>,
    made: &mut Map<String, Value>,
    published: &[(String, String, Vec<u16>)],
) {
    let mut chosen = reading.beside.public.clone().map(|(name, port)| (label(&name), port));
    if chosen.is_none() && !reading.beside.is_told {
        chosen = published.iter().find_map(|(_, new, doors)| {
            let port = doors.iter().find(|it| !ports::is_of_a_database(**it))?;
            Some((new.clone(), *port))
        });
    }
    for (name, new, doors) in published {
        for port in doors {
            if chosen.as_ref().is_none_or(|(it, at)| it != new || at != port) {
                let place = format!("services.{name}.ports");
                let what = format!("that {port} is reached from outside");
                reading.leave(
                    &place,
                    what,
                    "one service is at the app's address; the others reach this port",
                );
            }
        }
    }
    if let Some((name, port)) = chosen
        && let Some(service) = made.get_mut(&name)
    {
        service["public"] = serde_json::json!({"port": port});
        reading.carried.push(format!("{name}: people reach port {port} at the app's address"));
    }
}

/// Who is named by others answers to that name.
fn name_plainly(reading: &Reading<'_>, made: &mut Map<String, Value>) {
    let texts: BTreeMap<String, String> =
        made.iter().map(|(name, it)| (name.clone(), it.to_string())).collect();
    for (old, new) in &reading.names {
        let is_named = texts.iter().any(|(other, text)| other != new && mentions(text, old));
        if let Some(service) = made.get_mut(new).filter(|_| is_named && old == new) {
            service["plainName"] = true.into();
        }
    }
}

/// Whether a word stands in a text by itself.
fn mentions(text: &str, word: &str) -> bool {
    let is_part = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

fn finish(reading: Reading<'_>, made: Map<String, Value>) -> Imported {
    let Reading { document, variables, mut left_out, carried, .. } = reading;
    let mut made: Value = made.into();
    hush(&variables, &mut made);
    let mut values = Map::new();
    values.insert("services".to_owned(), made);
    let (mut ask, more): (Vec<Ask>, _) = variables.into_values(&mut values);
    left_out.extend(more);
    for name in values["services"].as_object().into_iter().flatten().map(|(name, _)| name) {
        let title = Some(format!("Image of {name}"));
        let pointer = pointer(&["services", name, "image"]);
        ask.push(Ask { pointer, title, ..Ask::default() });
    }
    let title = document["name"].as_str().map(str::to_owned);
    Imported { title, values: values.into(), ask, left_out, carried, ..Imported::default() }
}

/// Takes told secrets out of all texts.
fn hush(variables: &Variables, value: &mut Value) {
    match value {
        Value::String(text) => *text = variables.hush(text),
        Value::Array(items) => items.iter_mut().for_each(|it| hush(variables, it)),
        Value::Object(fields) => fields.values_mut().for_each(|it| hush(variables, it)),
        _ => {}
    }
}
