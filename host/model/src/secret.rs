//! Secrets in values: text that somebody submits, and the reference that stands in its place everywhere else.
//!
//! A secret is a string that the schema marks `writeOnly`; `docs/secrets.md` says what becomes of it.

mod schema;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Value, json};

use crate::plan::Failure;
use crate::pointer;
use crate::values::{self, BadSchema};

pub use schema::{Places, check_schema, is_in, places};

/// Names of Secrets that end so are Slipway's own.
const RESERVED: &str = ".slipway.dev";
/// The longest key that Kubernetes takes.
const LONGEST_KEY: usize = 253;
/// All versions together must fit an object of 1 MiB.
const LONGEST_TEXT: usize = 64 << 10;

/// Text that is shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// Hides the text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for sealing it and for the cluster.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Texts by the key that references name.
pub type Texts = BTreeMap<String, Text>;

/// The name of the Secret that holds a deployment's secrets. No deployment's name has a dot.
pub fn object_name(app: &str) -> String {
    format!("{app}.secrets{RESERVED}")
}

/// Whether a Secret's name is one that only Slipway gives.
pub fn is_reserved(name: &str) -> bool {
    name.ends_with(RESERVED)
}

/// The type of a Secret that Kubernetes fills with a token of a service account.
pub const ACCOUNT_TOKEN: &str = "kubernetes.io/service-account-token";

/// Whether an annotation of a Secret may be shown. Only of ours is it certain that they say nothing of the content:
/// `kubectl apply` writes the whole object into one.
pub fn may_show(annotation: &str) -> bool {
    let owner = annotation.split_once('/').map(|(owner, _)| owner);
    owner.is_some_and(|it| it == "slipway.dev" || it.ends_with(".slipway.dev"))
}

/// What stands in a secret's place: the source of a variable, as Kubernetes writes it.
pub fn reference(app: &str, key: &str) -> Value {
    json!({"secretKeyRef": {"name": object_name(app), "key": key}})
}

/// The name and the key, where the value is a reference and nothing else.
pub fn as_reference(value: &Value) -> Option<(&str, &str)> {
    let outer = value.as_object().filter(|it| it.len() == 1)?;
    let inner = outer.get("secretKeyRef")?.as_object().filter(|it| it.len() == 2)?;
    Some((inner.get("name")?.as_str()?, inner.get("key")?.as_str()?))
}

/// The keys of the deployment's own Secret that values name, wherever they do.
pub fn keys_in(values: &Value, app: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    collect(values, &object_name(app), &mut keys);
    keys
}

fn collect(value: &Value, own: &str, keys: &mut BTreeSet<String>) {
    match (as_reference(value), value) {
        (Some((name, key)), _) if name == own => {
            keys.insert(key.to_owned());
        }
        (_, Value::Object(fields)) => fields.values().for_each(|it| collect(it, own, keys)),
        (_, Value::Array(items)) => items.iter().for_each(|it| collect(it, own, keys)),
        _ => {}
    }
}

/// The key under which the text of a field lies that a revision set. No two fields and revisions have the same.
fn key(field: &str, revision: u64) -> String {
    let steps = field
        .split('/')
        .skip(1)
        .map(|step| pointer::name(step).bytes().map(spelled).collect::<String>());
    let path = steps.collect::<Vec<_>>().join(".");
    format!("{path}.{revision}")
}

/// A byte in the letters that keys may have; dots are what stands between steps.
fn spelled(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => char::from(byte).to_string(),
        b'-' => "--".to_owned(),
        other => format!("-{other:02x}"),
    }
}

/// Whose secrets are taken out of values.
#[derive(Clone, Copy, Debug)]
pub struct Keeper<'a> {
    pub app: &'a str,
    /// The revision that the values are to become.
    pub revision: u64,
    /// The values before, with references: a text that is there already stays the version that it is.
    pub before: &'a Value,
}

/// A text that was not there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// JSON Pointer.
    pub field: String,
    pub key: String,
    pub text: Text,
}

/// Values whose secrets were taken out.
pub struct Taken {
    /// With references in their places.
    pub values: Value,
    pub new: Vec<New>,
    /// With the texts: only the schema gets to see it.
    plain: Value,
    places: Places,
}

impl Taken {
    /// All that the schema finds wrong, the texts in place and quoted nowhere.
    pub fn check(&self, schema: &Value) -> Result<Vec<Failure>, BadSchema> {
        values::check_hiding(schema, &self.plain, &self.places)
    }
}

impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Taken").field("values", &self.values).finish_non_exhaustive()
    }
}

/// Takes every text out of `values`, and looks behind every reference: `open` knows the texts of the deployment's own.
pub fn take<E>(
    schema: &Value,
    mut values: Value,
    keeper: &Keeper<'_>,
    mut open: impl FnMut(&str) -> Result<Option<Text>, E>,
) -> Result<Result<Taken, Vec<Failure>>, E> {
    let places = places(schema, &values);
    let mut plain = values.clone();
    let (mut new, mut wrong) = (Vec::new(), Vec::new());
    for field in &places.secret {
        let given = values.pointer(field).unwrap_or(&Value::Null);
        match stand_for(field, given, keeper, &mut open)? {
            Stands::Nothing => {
                values::take_away(&mut values, field);
                values::take_away(&mut plain, field);
            }
            Stands::Old { reference, text } => {
                put(&mut values, field, reference);
                put(&mut plain, field, text.0.into());
            }
            Stands::New(it) => {
                wrong.extend(unfit(&it));
                put(&mut values, field, reference(keeper.app, &it.key));
                put(&mut plain, field, it.text.0.clone().into());
                new.push(it);
            }
            Stands::Wrong(failure) => wrong.push(failure),
        }
    }
    if wrong.is_empty() { Ok(Ok(Taken { values, new, plain, places })) } else { Ok(Err(wrong)) }
}

/// What is at a secret's place.
enum Stands {
    Nothing,
    Old { reference: Value, text: Text },
    New(New),
    Wrong(Failure),
}

fn stand_for<E>(
    field: &str,
    given: &Value,
    keeper: &Keeper<'_>,
    open: &mut impl FnMut(&str) -> Result<Option<Text>, E>,
) -> Result<Stands, E> {
    if given.is_null() {
        return Ok(Stands::Nothing);
    }
    let own = object_name(keeper.app);
    let mut behind = |reference: &Value| match as_reference(reference) {
        Some((name, key)) if name == own => open(key),
        _ => Ok(None),
    };
    let Value::String(text) = given else {
        let found = behind(given)?.map(|text| Stands::Old { reference: given.clone(), text });
        return Ok(found.unwrap_or_else(|| Stands::Wrong(unknown(field, given))));
    };
    let text = Text::new(text.clone());
    let before = keeper.before.pointer(field).unwrap_or(&Value::Null);
    if behind(before)?.as_ref() == Some(&text) {
        return Ok(Stands::Old { reference: before.clone(), text });
    }
    let key = key(field, keeper.revision);
    Ok(Stands::New(New { field: field.to_owned(), key, text }))
}

fn put(values: &mut Value, field: &str, new: Value) {
    if let Some(place) = values.pointer_mut(field) {
        *place = new;
    }
}

fn unfit(new: &New) -> Option<Failure> {
    let (reason, hint) = if new.text.0.len() > LONGEST_TEXT {
        ("the text is longer than 64 KiB", "Put it into a volume, or split it.")
    } else if new.key.len() > LONGEST_KEY {
        ("the names on the way to this field are too long for a secret", "Use shorter names.")
    } else {
        return None;
    };
    Some(failure("invalid-values", &new.field, reason, hint))
}

fn unknown(field: &str, given: &Value) -> Failure {
    if as_reference(given).is_none() {
        return failure("invalid-values", field, "a secret is a text", "Write it as a string.");
    }
    failure(
        "unknown-secret",
        field,
        "the reference names no secret of this deployment",
        "Write the secret itself, or send the reference back as it was read.",
    )
}

fn failure(code: &str, field: &str, reason: &str, hint: &str) -> Failure {
    Failure {
        code: code.to_owned(),
        message: format!("{}: {reason}", values::readable(field)),
        field: Some(field.to_owned()),
        hint: Some(hint.to_owned()),
    }
}

#[cfg(test)]
mod tests;
