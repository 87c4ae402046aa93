//! Who owns which fields: `managedFields`, kept up to date by every write, and server-side apply.

mod merge;

use serde_json::{Map, Value, json};

use self::merge::{merge, prune};
use crate::admission;
use crate::fields::{Fields, compare};
use crate::kinds::{Kind, Make};
use crate::meta;
use crate::refusal::{Cause, Refusal};
use crate::shape::Shape;

/// How a manager wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Apply,
    Update,
}

/// Who writes, and how.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    pub(crate) manager: String,
    pub(crate) operation: Operation,
    pub(crate) subresource: Option<String>,
}

/// One entry of `managedFields`.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    manager: String,
    operation: Operation,
    subresource: Option<String>,
    api_version: String,
    time: String,
    fields: Fields,
}

/// Metadata that nobody owns.
const NOBODYS: [&str; 10] = [
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "generation",
    "selfLink",
    "managedFields",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
];

impl Entry {
    fn read(value: &Value) -> Option<Self> {
        let text = |field: &str| value[field].as_str().map(str::to_owned);
        let operation = match value["operation"].as_str()? {
            "Apply" => Operation::Apply,
            _ => Operation::Update,
        };
        Some(Self {
            manager: text("manager").unwrap_or_default(),
            operation,
            subresource: text("subresource").filter(|it| !it.is_empty()),
            api_version: text("apiVersion")?,
            time: text("time").unwrap_or_default(),
            fields: Fields::read(&value["fieldsV1"]),
        })
    }

    fn write(&self) -> Value {
        let operation = match self.operation {
            Operation::Apply => "Apply",
            Operation::Update => "Update",
        };
        let mut entry = json!({
            "apiVersion": self.api_version, "fieldsType": "FieldsV1",
            "fieldsV1": self.fields.write(), "manager": self.manager, "operation": operation,
            "time": self.time,
        });
        if let Some(subresource) = &self.subresource {
            entry["subresource"] = json!(subresource);
        }
        entry
    }

    fn is(&self, writer: &Writer) -> bool {
        self.manager == writer.manager
            && self.operation == writer.operation
            && self.subresource == writer.subresource
    }

    fn new(kind: &Kind, writer: &Writer, fields: Fields) -> Self {
        Self {
            manager: writer.manager.clone(),
            operation: writer.operation,
            subresource: writer.subresource.clone(),
            api_version: kind.api_version(),
            time: meta::now(),
            fields,
        }
    }
}

fn read(object: &Value) -> Vec<Entry> {
    let list = object["metadata"]["managedFields"].as_array();
    list.into_iter().flatten().filter_map(Entry::read).collect()
}

fn write(object: &mut Value, mut entries: Vec<Entry>) {
    entries.retain(|it| !it.fields.is_empty());
    // Appliers first, as Kubernetes prints them.
    entries.sort_by_key(|it| (it.operation == Operation::Update, it.time.clone()));
    let list: Vec<_> = entries.iter().map(Entry::write).collect();
    meta::set(object, "managedFields", if list.is_empty() { Value::Null } else { json!(list) });
}

/// The part of an object that a writer can own: the main resource has no say in the status.
fn owned(kind: &Kind, object: &Value, subresource: Option<&str>) -> Value {
    let mut part = Map::new();
    for (field, value) in object.as_object().into_iter().flatten() {
        let skip = match field.as_str() {
            "apiVersion" | "kind" => true,
            "status" => kind.status && subresource != Some("status"),
            _ => subresource == Some("status"),
        };
        if !skip {
            part.insert(field.clone(), value.clone());
        }
    }
    if let Some(metadata) = part.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|field, _| !NOBODYS.contains(&field.as_str()));
    }
    if part.get("metadata").is_some_and(|it| *it == json!({})) {
        part.remove("metadata");
    }
    Value::Object(part)
}

/// Notes what an update, a patch or a creation changed.
pub(crate) fn updated(kind: &Kind, live: Option<&Value>, next: &mut Value, writer: &Writer) {
    let mut entries = match next["metadata"].get("managedFields") {
        // One empty entry is how clients say: forget who owned what.
        Some(sent) if *sent == json!([{}]) => Vec::new(),
        Some(_) if !read(next).is_empty() && writer.subresource.is_none() => read(next),
        _ => live.map(read).unwrap_or_default(),
    };
    let sub = writer.subresource.as_deref();
    let nothing = json!({});
    let before = live.map_or(nothing, |it| owned(kind, it, sub));
    let delta = compare(Shape::of(kind), &before, &owned(kind, next, sub));
    for entry in entries.iter_mut().filter(|it| !it.is(writer)) {
        entry.fields.take_out(&delta.changed);
        entry.fields.take_out(&delta.removed);
    }
    if !delta.changed.is_empty() || !delta.removed.is_empty() {
        match entries.iter_mut().find(|it| it.is(writer)) {
            Some(mine) => {
                mine.fields.add(&delta.changed);
                mine.fields.take_out(&delta.removed);
                mine.time = meta::now();
                mine.api_version = kind.api_version();
            }
            None => entries.push(Entry::new(kind, writer, delta.changed)),
        }
    }
    write(next, entries);
}

/// The fields that an applied configuration wishes to own.
pub(crate) fn config_set(kind: &Kind, applied: &Value, subresource: Option<&str>) -> Fields {
    let config = owned(kind, &admission::configuration(kind, applied), subresource);
    Fields::of(Shape::of(kind), &config)
}

/// Notes the owner of an object that an apply creates.
pub(crate) fn first_applied(kind: &Kind, object: &mut Value, manager: &str, fields: Fields) {
    let operation = Operation::Apply;
    let writer = Writer { manager: manager.into(), operation, subresource: None };
    write(object, vec![Entry::new(kind, &writer, fields)]);
}

/// The live object with a configuration applied to it.
pub(crate) fn applied(
    kind: &Kind,
    live: &Value,
    applied: &Value,
    writer: &Writer,
    force: bool,
) -> Result<Value, Refusal> {
    let shape = Shape::of(kind);
    let sub = writer.subresource.as_deref();
    let config = owned(kind, &admission::configuration(kind, applied), sub);
    let wanted = Fields::of(shape, &config);
    let mut entries = read(live);
    let last = entries.iter().find(|it| it.is(writer)).map(|it| it.fields.clone());

    let mut next = live.clone();
    merge(shape, &mut next, &config);
    if let Some(last) = &last {
        let others: Vec<_> =
            entries.iter().filter(|it| !it.is(writer)).map(|it| &it.fields).collect();
        // Kubernetes writes null; in a built-in kind that reads as nothing, like an empty map.
        let emptied = if matches!(kind.make, Make::Custom(_)) { Value::Null } else { json!({}) };
        prune(shape, &mut next, last, &wanted, &others, &emptied);
    }
    let delta = compare(shape, &owned(kind, live, sub), &owned(kind, &next, sub));
    let mut causes = Vec::new();
    for entry in entries.iter_mut().filter(|it| !it.is(writer)) {
        let taken = entry.fields.common(&delta.changed);
        if force {
            entry.fields.take_out(&taken);
        } else {
            causes.extend(taken.paths().into_iter().map(|field| conflict(entry, field)));
        }
        entry.fields.take_out(&delta.removed);
    }
    if !causes.is_empty() {
        return Err(Refusal::apply_conflict(causes));
    }
    let unchanged = delta.changed.is_empty() && delta.removed.is_empty();
    match entries.iter_mut().find(|it| it.is(writer)) {
        Some(mine) if unchanged && mine.fields == wanted => {}
        Some(mine) => *mine = Entry::new(kind, writer, wanted),
        None => entries.push(Entry::new(kind, writer, wanted)),
    }
    write(&mut next, entries);
    Ok(next)
}

fn conflict(entry: &Entry, field: String) -> Cause {
    let sub = entry.subresource.as_ref().map(|it| format!(" with subresource {it:?}"));
    let message = format!(
        "conflict with {:?}{} using {}",
        entry.manager,
        sub.unwrap_or_default(),
        entry.api_version
    );
    Cause { reason: "FieldManagerConflict", field, message }
}

#[cfg(test)]
mod tests;
