//! Importers: templates of other platforms become values of the blueprint `stack`, questions, and a list of what was left out.

pub mod caprover;
pub mod compose;
pub mod coolify;
pub mod dokploy;
mod interpolate;
pub mod portainer;
mod variables;
mod yaml;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::document::{Ask, Base, Document, LeftOut};
use slipway_model::name::PluginName;

/// The blueprint that imported templates are presets of.
pub const STACK: &str = "stack";

/// Whose template it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Compose,
    Caprover,
    Coolify,
    Dokploy,
    Portainer,
}

/// What is imported: the template, and its second file where the format has two.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub text: &'a str,
    /// The Compose file beside Dokploy's `template.toml`, or the one that a template of Portainer's names.
    pub compose: Option<&'a str>,
    /// Which template of a list, by its title.
    pub template: Option<&'a str>,
}

/// What became of a template.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    pub title: Option<String>,
    pub summary: Option<String>,
    pub docs: Option<String>,
    pub version: Option<String>,
    /// Values of `stack`.
    pub values: Value,
    pub ask: Vec<Ask>,
    pub left_out: Vec<LeftOut>,
    /// What was carried over, a line for each service.
    pub carried: Vec<String>,
}

/// Why a template cannot be imported at all.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the file has {0} bytes; a template may have {most}", most = yaml::MOST_BYTES)]
    Large(usize),
    #[error("the file is no YAML: {0}")]
    Yaml(String),
    #[error("the file unfolds to more than {most} values; its anchors repeat too much", most = yaml::MOST_NODES)]
    Bomb,
    #[error("the file is no TOML: {0}")]
    Toml(String),
    #[error("the file is no JSON: {0}")]
    Json(String),
    #[error("{place}: {what}")]
    Shape { place: String, what: String },
    #[error("there is no service in it that could run: {0}")]
    Empty(String),
    #[error("the file could not be recognised; say with --from what it is")]
    Unknown,
    #[error("it holds several templates; choose one with --template: {0}")]
    Several(String),
    #[error("its Compose file lies elsewhere ({0}): fetch it, and name it with --compose")]
    Elsewhere(String),
}

impl Error {
    fn shape(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Shape { place: place.into(), what: what.into() }
    }
}

/// Whether a text under this name is one that nobody should read.
pub fn sounds_secret(name: &str, text: &str) -> bool {
    variables::is_secret(name) && variables::could_be(text)
}

/// What a file most likely is.
pub fn guess(source: &Source<'_>) -> Result<Format, Error> {
    let text = source.text;
    let has = |words: &[&str]| words.iter().any(|it| text.contains(it));
    if dokploy::looks_like(text) {
        return Ok(Format::Dokploy);
    }
    if text.trim_start().starts_with(['{', '[']) && has(&["\"templates\"", "\"type\""]) {
        return Ok(Format::Portainer);
    }
    if has(&["captainVersion", "caproverOneClickApp"]) {
        return Ok(Format::Caprover);
    }
    if has(&["services:"]) {
        let magic =
            ["SERVICE_FQDN_", "SERVICE_URL_", "SERVICE_PASSWORD_", "SERVICE_BASE64_", "# slogan:"];
        return Ok(if has(&magic) { Format::Coolify } else { Format::Compose });
    }
    Err(Error::Unknown)
}

/// Reads a template.
pub fn import(format: Format, source: &Source<'_>) -> Result<Imported, Error> {
    match format {
        Format::Compose => compose::import(source),
        Format::Caprover => caprover::import(source),
        Format::Coolify => coolify::import(source),
        Format::Dokploy => dokploy::import(source),
        Format::Portainer => portainer::import(source),
    }
}

impl Imported {
    /// The document of a preset of `stack`, under this name.
    pub fn into_document(self, id: PluginName) -> Document {
        let Self { title, summary, docs, version, values, ask, left_out, carried: _ } = self;
        let title = title.filter(|it| !it.trim().is_empty()).unwrap_or_else(|| id.to_string());
        Document {
            summary: summary
                .filter(|it| !it.trim().is_empty())
                .unwrap_or_else(|| format!("{title}, as its template has it.")),
            title,
            docs: Some(told(docs, &left_out)).filter(|it| !it.is_empty()),
            icon: None,
            version: version.unwrap_or_else(|| "1.0.0".to_owned()),
            base: Base { id: STACK.parse().expect("it is a name"), version: None, digest: None },
            values,
            ask,
            locked: false,
            left_out,
            id,
        }
    }
}

/// What people read on the catalogue's page.
fn told(docs: Option<String>, left_out: &[LeftOut]) -> String {
    let mut text = docs.unwrap_or_default();
    if !left_out.is_empty() {
        text.push_str("\n\n## Left out of the template\n\n");
        for LeftOut { place, what, why } in left_out {
            text.push_str(&format!("- `{place}`: {what} ({why})\n"));
        }
    }
    text.trim().to_owned()
}

/// The steps of a JSON Pointer, escaped.
fn pointer(steps: &[&str]) -> String {
    steps.iter().map(|it| slipway_model::pointer::below("", it)).collect()
}

/// An object's fields; an empty one for anything else.
fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// A name that Kubernetes takes, as near as can be.
fn label(name: &str) -> String {
    let letters = name.chars().map(|it| match it.to_ascii_lowercase() {
        it if it.is_ascii_alphanumeric() => it,
        _ => '-',
    });
    let text: String = letters.collect();
    let text = text.trim_matches('-');
    let text: String = text.chars().take(40).collect();
    let text = text.trim_end_matches('-');
    match text.chars().next() {
        Some(first) if first.is_ascii_lowercase() => text.to_owned(),
        Some(_) => format!("s-{text}"),
        None => "service".to_owned(),
    }
}

#[cfg(test)]
mod tests;
