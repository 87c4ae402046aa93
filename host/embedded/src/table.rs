//! Tables: how a client that prints, such as kubectl, gets its columns.

mod columns;
mod custom;
mod pods;
mod workloads;

use serde_json::{Value, json};

use crate::kinds::{Kind, Make};
use crate::meta;
use crate::verbs::read::metadata_only;

/// One column: its name, its type, and whether it is for wide tables only.
struct Column {
    name: String,
    kind: String,
    format: String,
    description: String,
    priority: i64,
}

/// Fills a row.
type Cells<'a> = Box<dyn Fn(&Value) -> Vec<Value> + 'a>;

/// The columns of a kind and how its objects fill them.
struct Printer<'a> {
    columns: Vec<Column>,
    cells: Cells<'a>,
}

/// Objects as a table.
pub(crate) fn of(kind: &Kind, objects: &[Value], metadata: &Value, with_columns: bool) -> Value {
    let printer = printer(kind);
    let column = |it: &Column| {
        json!({
            "name": it.name, "type": it.kind, "format": it.format, "description": it.description,
            "priority": it.priority,
        })
    };
    let columns: Vec<_> = printer.columns.iter().filter(|_| with_columns).map(column).collect();
    let row = |object: &Value| json!({"cells": (printer.cells)(object), "object": metadata_only(object.clone())});
    json!({
        "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
        "columnDefinitions": columns, "rows": objects.iter().map(row).collect::<Vec<_>>(),
    })
}

fn printer(kind: &Kind) -> Printer<'_> {
    match &kind.make {
        Make::Custom(custom) => custom::printer(&custom.columns),
        Make::BuiltIn(_) => {
            let found = columns::ROWS.iter().find(|it| it.store == &*kind.store);
            let (list, cells) =
                found.map_or((columns::PLAIN, columns::plain as _), |it| (it.columns, it.cells));
            let column = |(index, text): (usize, &&str)| {
                // A trailing `+` marks a column of wide tables.
                let name = text.trim_end_matches('+');
                Column {
                    name: name.to_owned(),
                    kind: "string".into(),
                    format: if index == 0 && name == "Name" {
                        "name".into()
                    } else {
                        String::new()
                    },
                    description: String::new(),
                    priority: i64::from(text.ends_with('+')),
                }
            };
            Printer {
                columns: list.iter().enumerate().map(column).collect(),
                cells: Box::new(cells),
            }
        }
    }
}

/// How long ago a moment was, as kubectl writes it.
fn age(value: &Value) -> Value {
    let moment: Option<jiff::Timestamp> = value.as_str().and_then(|it| it.parse().ok());
    let Some(moment) = moment else { return json!("<unknown>") };
    json!(span(jiff::Timestamp::now().duration_since(moment).as_secs().max(0)))
}

/// The age of an object.
fn age_of(object: &Value) -> Value {
    age(&object["metadata"]["creationTimestamp"])
}

/// A duration in the two largest units that matter.
fn span(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let pair = |big: i64, unit: char, small: i64, inner: char| {
        if small == 0 { format!("{big}{unit}") } else { format!("{big}{unit}{small}{inner}") }
    };
    match seconds {
        0..120 => format!("{seconds}s"),
        120..600 => pair(minutes, 'm', seconds % 60, 's'),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => pair(hours, 'h', minutes % 60, 'm'),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => pair(days, 'd', hours % 24, 'h'),
        691_200..63_072_000 => format!("{days}d"),
        _ => pair(days / 365, 'y', days % 365, 'd'),
    }
}

/// A text, or a word that says that there is none.
fn or(value: &Value, none: &str) -> Value {
    match value.as_str() {
        Some(text) if !text.is_empty() => json!(text),
        _ => json!(none),
    }
}

/// A number, 0 where there is none.
fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

/// The items of a list, none where there is no list.
fn items<'a>(object: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    object.get(field).and_then(Value::as_array).into_iter().flatten()
}

/// The texts in a field of each item, joined.
fn joined(object: &Value, list: &str, field: &str) -> Value {
    let texts: Vec<_> = items(object, list).filter_map(|it| it[field].as_str()).collect();
    json!(if texts.is_empty() { "<none>".to_owned() } else { texts.join(",") })
}

/// The object's name.
fn name(object: &Value) -> Value {
    json!(meta::name(object))
}
