//! The JSON patch of RFC 6902.

use serde_json::Value;
use slipway_model::pointer;

use crate::refusal::Refusal;

/// One step of a patch.
#[derive(Debug)]
pub(crate) enum Step {
    Add(Vec<String>, Value),
    Remove(Vec<String>),
    Replace(Vec<String>, Value),
    Move(Vec<String>, Vec<String>),
    Copy(Vec<String>, Vec<String>),
    Test(Vec<String>, Value),
}

/// The steps in a body.
pub(crate) fn read(body: &Value) -> Result<Vec<Step>, Refusal> {
    let wrong = |why: &str| Refusal::bad_request(format!("the JSON patch is wrong: {why}"));
    let steps = body.as_array().ok_or_else(|| wrong("it must be a list"))?;
    let read = |step: &Value| {
        let pointer = |field: &str| {
            let text =
                step[field].as_str().ok_or_else(|| wrong(&format!("a step needs {field:?}")))?;
            pointer(text).ok_or_else(|| wrong(&format!("{text:?} is no JSON pointer")))
        };
        let value = || step.get("value").cloned().ok_or_else(|| wrong("a step needs \"value\""));
        Ok(match step["op"].as_str().unwrap_or_default() {
            "add" => Step::Add(pointer("path")?, value()?),
            "remove" => Step::Remove(pointer("path")?),
            "replace" => Step::Replace(pointer("path")?, value()?),
            "move" => Step::Move(pointer("from")?, pointer("path")?),
            "copy" => Step::Copy(pointer("from")?, pointer("path")?),
            "test" => Step::Test(pointer("path")?, value()?),
            other => return Err(wrong(&format!("unknown operation {other:?}"))),
        })
    };
    steps.iter().map(read).collect()
}

fn pointer(text: &str) -> Option<Vec<String>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let rest = text.strip_prefix('/')?;
    Some(rest.split('/').map(pointer::name).collect())
}

/// Runs the steps in order.
pub(crate) fn run(object: &mut Value, steps: &[Step]) -> Result<(), Refusal> {
    for step in steps {
        one(object, step).map_err(|path| {
            let path = path.join("/");
            let mut refusal = Refusal::bad_request(format!(
                "the server rejected our request due to an error in our request: the JSON patch \
                 cannot be applied at /{path}"
            ));
            // Kubernetes answers a patch that does not fit its object so.
            (refusal.code, refusal.reason) = (422, "Invalid");
            refusal
        })?;
    }
    Ok(())
}

fn one(object: &mut Value, step: &Step) -> Result<(), Vec<String>> {
    match step {
        Step::Add(path, value) => add(object, path, value.clone()),
        Step::Remove(path) => remove(object, path).map(|_| ()),
        Step::Replace(path, value) => {
            let place = at(object, path).ok_or_else(|| path.clone())?;
            place.clone_from(value);
            Ok(())
        }
        Step::Move(from, to) => {
            let value = remove(object, from)?;
            add(object, to, value)
        }
        Step::Copy(from, to) => {
            let value = at(object, from).cloned().ok_or_else(|| from.clone())?;
            add(object, to, value)
        }
        Step::Test(path, value) => match at(object, path) {
            Some(found) if found == value => Ok(()),
            _ => Err(path.clone()),
        },
    }
}

fn at<'a>(object: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(object, |place, key| match place {
        Value::Object(fields) => fields.get_mut(key),
        Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

fn add(object: &mut Value, path: &[String], value: Value) -> Result<(), Vec<String>> {
    let Some((last, parents)) = path.split_last() else {
        *object = value;
        return Ok(());
    };
    match at(object, parents) {
        Some(Value::Object(fields)) => {
            fields.insert(last.clone(), value);
            Ok(())
        }
        Some(Value::Array(items)) => {
            let index = if last == "-" { Some(items.len()) } else { last.parse().ok() };
            let index = index.filter(|it| *it <= items.len()).ok_or_else(|| path.to_vec())?;
            items.insert(index, value);
            Ok(())
        }
        _ => Err(path.to_vec()),
    }
}

fn remove(object: &mut Value, path: &[String]) -> Result<Value, Vec<String>> {
    let gone = || path.to_vec();
    let (last, parents) = path.split_last().ok_or_else(gone)?;
    match at(object, parents) {
        Some(Value::Object(fields)) => fields.remove(last).ok_or_else(gone),
        Some(Value::Array(items)) => {
            let index = last.parse::<usize>().ok().filter(|it| *it < items.len());
            Ok(items.remove(index.ok_or_else(gone)?))
        }
        _ => Err(gone()),
    }
}
