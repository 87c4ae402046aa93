//! The columns of custom kinds: simple JSON paths, as their definitions name them.

use serde_json::{Value, json};

use super::{Column, Printer, age, age_of, name};
use crate::custom;

/// Name, the definition's columns, and the age where it names none.
pub(super) fn printer(columns: &[custom::Column]) -> Printer<'_> {
    let column = |name: &str, kind: &str, format: &str| Column {
        name: name.into(),
        kind: kind.into(),
        format: format.into(),
        description: String::new(),
        priority: 0,
    };
    let mut list = vec![column("Name", "string", "name")];
    if columns.is_empty() {
        list.push(column("Age", "date", ""));
    }
    list.extend(columns.iter().map(|it| Column {
        name: it.name.clone(),
        kind: it.kind.clone(),
        format: it.format.clone(),
        description: it.description.clone(),
        priority: it.priority,
    }));
    let cells = move |object: &Value| {
        let mut cells = vec![name(object)];
        if columns.is_empty() {
            cells.push(age_of(object));
        }
        cells.extend(columns.iter().map(|it| cell(it, object)));
        cells
    };
    Printer { columns: list, cells: Box::new(cells) }
}

fn cell(column: &custom::Column, object: &Value) -> Value {
    let found = find(object, &column.path);
    match (column.kind.as_str(), found) {
        (_, None) => Value::Null,
        ("date", Some(value)) => age(value),
        ("integer" | "number" | "boolean", Some(value)) => value.clone(),
        (_, Some(Value::String(text))) => json!(text),
        (_, Some(value)) => json!(value.to_string()),
    }
}

/// What a path such as `.status.conditions[?(@.type=="Ready")].status` or `.items[0]` leads to.
fn find<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    let mut place = object;
    for step in steps(path) {
        place = match step {
            Step::Field(name) => place.get(name.as_str())?,
            Step::Index(index) => place.get(index)?,
            Step::Where(field, value) => {
                place.as_array()?.iter().find(|it| it[field.as_str()] == value.as_str())?
            }
        };
    }
    Some(place)
}

enum Step {
    Field(String),
    Index(usize),
    Where(String, String),
}

fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (inner, after) = inside.split_once(']').unwrap_or((inside, ""));
            steps.extend(bracket(inner));
            rest = after;
            continue;
        }
        let after = rest.trim_start_matches('.');
        let mut name = String::new();
        let mut letters = after.char_indices();
        let mut end = after.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => name.extend(letters.next().map(|it| it.1)),
                '.' | '[' => {
                    end = at;
                    break;
                }
                letter => name.push(letter),
            }
        }
        if !name.is_empty() {
            steps.push(Step::Field(name));
        }
        rest = &after[end..];
    }
    steps
}

fn bracket(inner: &str) -> Option<Step> {
    if let Ok(index) = inner.parse() {
        return Some(Step::Index(index));
    }
    if let Some(test) = inner.strip_prefix("?(@.") {
        let (field, value) = test.strip_suffix(')')?.split_once("==")?;
        let value = value.trim().trim_matches(['"', '\'']);
        return Some(Step::Where(field.trim().to_owned(), value.to_owned()));
    }
    Some(Step::Field(inner.trim_matches(['"', '\'']).to_owned()))
}
