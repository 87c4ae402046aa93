//! Reading rules from JSON, with every mistake named at its place.

use serde_json::{Map, Value};

use super::{Is, Malformed, Piece, Rule, Rules, Test};
use crate::health::condition::is_camel_case;
use crate::health::{built_in, slipway};

const RULE: &[&str] = &["group", "kind", "when", "health", "reason", "message"];
const POINTER: &[&str] = &["equals", "oneOf", "sameAs", "exists"];
const POINTER_TEST: &[&str] = &["pointer", "equals", "oneOf", "sameAs", "exists"];
const CONDITION_TEST: &[&str] = &["condition", "status", "reason"];

pub(super) fn rules(json: &Value) -> Result<Vec<Rule>, Malformed> {
    let list = At { place: String::new(), json }.list(Rules::MOST_RULES)?;
    list.into_iter().map(rule).collect()
}

fn rule(at: At<'_>) -> Result<Rule, Malformed> {
    let fields = at.fields(RULE)?;
    let (group, kind) = (fields.text("group")?, fields.text("kind")?);
    if built_in(&group, &kind).is_some() {
        return Err(Malformed::BuiltIn { at: at.place, group, kind });
    }
    let when = match fields.optional("when") {
        Some(when) => {
            when.list(Rules::MOST_TESTS)?.into_iter().map(test).collect::<Result<_, _>>()?
        }
        None => Vec::new(),
    };
    let (health, reason) = (fields.text("health")?, fields.text("reason")?);
    let Some(health) = slipway::word(&health) else {
        return Err(Malformed::UnknownHealth { at: at.inside("health"), found: health });
    };
    if !is_camel_case(&reason) {
        return Err(Malformed::Reason { at: at.inside("reason"), found: reason });
    }
    let message = message(&fields.required("message")?)?;
    Ok(Rule { group, kind, when, health, reason, message })
}

fn test(at: At<'_>) -> Result<Test, Malformed> {
    let object = at.object()?;
    match (object.contains_key("pointer"), object.contains_key("condition")) {
        (true, false) => {
            let fields = at.fields(POINTER_TEST)?;
            let pointer = fields.required("pointer")?.pointer()?;
            Ok(Test::Pointer { pointer, is: is(&fields)? })
        }
        (false, true) => {
            let fields = at.fields(CONDITION_TEST)?;
            let text = |name: &str| fields.optional(name).map(|it| it.text()).transpose();
            let name = fields.text("condition")?;
            Ok(Test::Condition { name, status: text("status")?, reason: text("reason")? })
        }
        _ => Err(at.not_exactly_one(&["pointer", "condition"])),
    }
}

fn is(fields: &Fields<'_>) -> Result<Is, Malformed> {
    let mut found = POINTER.iter().filter_map(|it| Some((*it, fields.optional(it)?)));
    let (Some((name, value)), None) = (found.next(), found.next()) else {
        return Err(fields.at.not_exactly_one(POINTER));
    };
    Ok(match name {
        "equals" => Is::OneOf(vec![value.json.clone()]),
        "oneOf" => Is::OneOf(
            value.list(Rules::MOST_TESTS)?.into_iter().map(|it| it.json.clone()).collect(),
        ),
        "sameAs" => Is::SameAs(value.pointer()?),
        _ => match value.json {
            Value::Bool(wanted) => Is::Exists(*wanted),
            _ => return Err(value.type_error("true or false")),
        },
    })
}

/// Text with `{/pointer}` and `{Condition}` in it.
fn message(at: &At<'_>) -> Result<Vec<Piece>, Malformed> {
    let text = at.text()?;
    let mut rest = text.as_str();
    let mut pieces = Vec::new();
    while let Some((before, after)) = rest.split_once('{') {
        let closed = after.split_once('}').filter(|it| !it.0.is_empty());
        let (inside, after) = closed.ok_or(Malformed::Placeholder { at: at.place.clone() })?;
        pieces.push(Piece::Text(before.to_owned()));
        pieces.push(if inside.starts_with('/') {
            Piece::Pointer(checked_pointer(inside, at)?)
        } else {
            Piece::Condition(inside.to_owned())
        });
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Ok(pieces)
}

fn checked_pointer(text: &str, at: &At<'_>) -> Result<String, Malformed> {
    let is_escaped = text.split('~').skip(1).all(|it| it.starts_with(['0', '1']));
    if text.starts_with('/') && is_escaped {
        return Ok(text.to_owned());
    }
    Err(Malformed::Pointer { at: at.place.clone(), found: text.to_owned() })
}

/// Some JSON and where it is.
struct At<'a> {
    place: String,
    json: &'a Value,
}

/// A JSON object whose fields are all known.
struct Fields<'a> {
    at: &'a At<'a>,
    object: &'a Map<String, Value>,
}

impl<'a> At<'a> {
    fn inside(&self, name: &str) -> String {
        format!("{}/{name}", self.place)
    }

    fn type_error(&self, expected: &'static str) -> Malformed {
        let at = if self.place.is_empty() { "the whole" } else { &self.place };
        Malformed::Type { at: at.to_owned(), expected }
    }

    fn not_exactly_one(&self, choices: &[&str]) -> Malformed {
        Malformed::NotExactlyOne { at: self.place.clone(), choices: choices.join(", ") }
    }

    fn list(&self, most: usize) -> Result<Vec<At<'a>>, Malformed> {
        let list = self.json.as_array().ok_or_else(|| self.type_error("a list"))?;
        if list.len() > most {
            let at = if self.place.is_empty() { "the whole" } else { &self.place };
            return Err(Malformed::TooLong { at: at.to_owned(), most });
        }
        let entry =
            |(index, json): (usize, &'a Value)| At { place: self.inside(&index.to_string()), json };
        Ok(list.iter().enumerate().map(entry).collect())
    }

    fn text(&self) -> Result<String, Malformed> {
        let text = self.json.as_str().ok_or_else(|| self.type_error("a text"))?;
        if text.len() > Rules::LONGEST_TEXT {
            return Err(Malformed::TooLong { at: self.place.clone(), most: Rules::LONGEST_TEXT });
        }
        Ok(text.to_owned())
    }

    fn pointer(&self) -> Result<String, Malformed> {
        checked_pointer(&self.text()?, self)
    }

    fn object(&self) -> Result<&'a Map<String, Value>, Malformed> {
        self.json.as_object().ok_or_else(|| self.type_error("an object"))
    }

    fn fields(&'a self, known: &[&str]) -> Result<Fields<'a>, Malformed> {
        let object = self.object()?;
        match object.keys().find(|it| !known.contains(&it.as_str())) {
            Some(unknown) => {
                Err(Malformed::UnknownField { at: self.inside(unknown), known: known.join(", ") })
            }
            None => Ok(Fields { at: self, object }),
        }
    }
}

impl<'a> Fields<'a> {
    fn optional(&self, name: &str) -> Option<At<'a>> {
        self.object.get(name).map(|json| At { place: self.at.inside(name), json })
    }

    fn required(&self, name: &str) -> Result<At<'a>, Malformed> {
        self.optional(name).ok_or_else(|| Malformed::Missing { at: self.at.inside(name) })
    }

    fn text(&self, name: &str) -> Result<String, Malformed> {
        self.required(name)?.text()
    }
}
