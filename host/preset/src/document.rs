//! A preset's document: what it adds to a base blueprint, and what it asks for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use slipway_model::name::PluginName;
use slipway_model::{secret, values};
use slipway_overlay as overlay;

/// Generated secrets have at least and at most so many characters.
const GENERATED: std::ops::RangeInclusive<u32> = 8..=128;
/// A form with more fields is none that a person fills in.
const MOST_ASKS: usize = 200;
/// Text of the document as a whole; it lies in the component, and each call reads it.
const MOST_BYTES: usize = 1 << 20;

/// What a preset says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Document {
    /// The name that it is installed by.
    pub id: PluginName,
    pub title: String,
    pub summary: String,
    /// Markdown for the catalogue; the base's where it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// SVG text; the base's where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Semantic version of the preset itself.
    pub version: String,
    pub base: Base,
    /// Laid over the base's defaults.
    #[serde(default = "nothing")]
    pub values: Value,
    /// The fields that stand in front, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<Ask>,
    /// Fields that are not asked cannot be changed, ever; otherwise they are folded away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// What an importer could not carry over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

/// The blueprint that a preset speaks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    pub id: PluginName,
    /// None: whichever it is composed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// None: whichever it is composed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// A field that people are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// JSON Pointer into the base's values.
    pub pointer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The base must keep it as a secret.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
    /// Characters of the text that is made up where nobody gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generate: Option<u32>,
}

/// Something of a foreign template that has no place here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Where it stood, e.g. `services.web`.
    #[serde(rename = "where")]
    pub place: String,
    pub what: String,
    pub why: String,
}

fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}

/// What is wrong with a document, for whoever wrote it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("{0} is empty, and people read it")]
    Empty(&'static str),
    #[error("version {0:?} is no semantic version such as 1.0.0")]
    Version(String),
    #[error("icon is no SVG text")]
    Icon,
    #[error("values is no object")]
    Values,
    #[error("the document has {0} bytes, and may have {MOST_BYTES}")]
    Large(usize),
    #[error("it asks for {0} fields, and may ask for {MOST_ASKS}")]
    Asks(usize),
    #[error("ask {0:?} is no JSON Pointer such as /database/password")]
    Pointer(String),
    #[error("ask {0:?} stands twice, or another one asks for a part of it")]
    Twice(String),
    #[error("ask {0:?} would be made up with {1} characters; from 8 to 128 is possible")]
    Generate(String, u32),
    #[error("ask {0:?} is made up, and only a secret can be")]
    GeneratedText(String),
    #[error("ask {0:?} leads to no field of {1}")]
    Unknown(String, PluginName),
    #[error("ask {0:?} is to be a secret, and is none in {1}")]
    NoSecret(String, PluginName),
    #[error("values sets {0}, which is a secret: ask for it instead")]
    Secret(String),
    #[error("values do not fit {1}: {0}")]
    Unfit(String, PluginName),
}

impl Document {
    /// What can be said without the base.
    pub fn check(&self) -> Result<(), Wrong> {
        let texts = [("title", &self.title), ("summary", &self.summary)];
        if let Some((name, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(Wrong::Empty(name));
        }
        if !is_version(&self.version) {
            return Err(Wrong::Version(self.version.clone()));
        }
        if self.icon.as_ref().is_some_and(|it| !it.trim_start().starts_with('<')) {
            return Err(Wrong::Icon);
        }
        if !self.values.is_object() {
            return Err(Wrong::Values);
        }
        let bytes = self.text().len();
        if bytes > MOST_BYTES {
            return Err(Wrong::Large(bytes));
        }
        if self.ask.len() > MOST_ASKS {
            return Err(Wrong::Asks(self.ask.len()));
        }
        self.check_asks()
    }

    fn check_asks(&self) -> Result<(), Wrong> {
        let mut seen = BTreeSet::new();
        for ask in &self.ask {
            let pointer = &ask.pointer;
            if !pointer.starts_with('/') || pointer.len() < 2 {
                return Err(Wrong::Pointer(pointer.clone()));
            }
            let within =
                |one: &str, other: &str| format!("{one}/").starts_with(&format!("{other}/"));
            let overlaps = |it: &&String| within(it, pointer) || within(pointer, it);
            if seen.iter().any(overlaps) {
                return Err(Wrong::Twice(pointer.clone()));
            }
            seen.insert(pointer);
            match ask.generate {
                Some(length) if !GENERATED.contains(&length) => {
                    return Err(Wrong::Generate(pointer.clone(), length));
                }
                Some(_) if !ask.secret => return Err(Wrong::GeneratedText(pointer.clone())),
                _ => {}
            }
        }
        Ok(())
    }

    /// What the base's form says of it.
    pub fn check_against(&self, schema: &Value, defaults: &Value) -> Result<(), Wrong> {
        let base = || self.base.id.clone();
        for ask in &self.ask {
            let field = overlay::schema_at(schema, &ask.pointer)
                .ok_or_else(|| Wrong::Unknown(ask.pointer.clone(), base()))?;
            if ask.secret && field["writeOnly"] != true {
                return Err(Wrong::NoSecret(ask.pointer.clone(), base()));
            }
        }
        let set = secret::places(schema, &self.values).secret;
        let is_set = |it: &&String| overlay::leads(&self.values, it);
        if let Some(place) = set.iter().find(is_set) {
            return Err(Wrong::Secret(place.clone()));
        }
        let whole = values::fill(defaults, &self.values);
        let unfit = |error: values::BadSchema| Wrong::Unfit(error.to_string(), base());
        let wrong = values::check(schema, &whole).map_err(unfit)?;
        // What is missing may be asked for; people hear of the rest when they fill in the form.
        let real = wrong.into_iter().find(|it| {
            it.field
                .as_deref()
                .is_none_or(|field| overlay::leads(&whole, field) || field.is_empty())
        });
        real.map_or(Ok(()), |it| Err(Wrong::Unfit(it.message, base())))
    }

    /// The document as it lies in the component.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a document is plain data")
    }
}

fn is_version(text: &str) -> bool {
    let (core, rest) = text.split_once(['-', '+']).unwrap_or((text, "0"));
    let numbers: Vec<&str> = core.split('.').collect();
    let is_number = |it: &&str| it.parse::<u64>().is_ok_and(|number| number.to_string() == **it);
    let is_word = |it: char| it.is_ascii_alphanumeric() || ".-+".contains(it);
    numbers.len() == 3
        && numbers.iter().all(is_number)
        && !rest.is_empty()
        && rest.chars().all(is_word)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(change: impl FnOnce(&mut Value)) -> Result<(), Wrong> {
        let mut json = json!({
            "id": "shop", "title": "Shop", "summary": "A shop.", "version": "1.0.0",
            "base": {"id": "hello-web"}, "values": {"greeting": "Hi"},
            "ask": [{"pointer": "/code", "secret": true, "generate": 24, "required": true}],
        });
        change(&mut json);
        let document: Document = serde_json::from_value(json).unwrap();
        document.check()?;
        let schema = json!({"type": "object", "additionalProperties": false, "properties": {
            "greeting": {"type": "string", "maxLength": 5},
            "code": {"type": "string", "writeOnly": true},
        }, "required": ["code"]});
        document.check_against(&schema, &json!({"greeting": "Hello"}))
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(document(|_| {}), Ok(()));
        let message = |change: fn(&mut Value)| document(change).unwrap_err().to_string();
        assert_eq!(
            message(|it| it["version"] = "1".into()),
            "version \"1\" is no semantic version such as 1.0.0"
        );
        assert_eq!(
            message(|it| it["values"]["code"] = "hush".into()),
            "values sets /code, which is a secret: ask for it instead"
        );
        assert_eq!(
            message(|it| it["ask"][0]["pointer"] = "/password".into()),
            "ask \"/password\" leads to no field of hello-web"
        );
        assert_eq!(
            message(|it| it["ask"][0]["pointer"] = "/greeting".into()),
            "ask \"/greeting\" is to be a secret, and is none in hello-web"
        );
        assert!(
            message(|it| it["values"]["greeting"] = "Good morning".into()).contains("greeting")
        );
        assert!(message(|it| it["ask"][0]["generate"] = 2.into()).contains("from 8 to 128"));
    }
}
