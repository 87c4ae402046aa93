//! `slipway health -f FILE`: the verdict on any Kubernetes objects, without a server.
//!
//! The rules are those by which deployments are judged: `kubectl get all -o yaml | slipway health -f -`.

use std::process::ExitCode;
use std::time::SystemTime;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use slipway_model::health::rules::Rules;
use slipway_model::health::{self, Verdict};
use slipway_model::object::Object;

use super::values;
use crate::error::Error;
use crate::output::{self, Format, Row};

#[derive(Debug, Args)]
pub struct Health {
    /// YAML or JSON file of objects, lists of them too; - for standard input. May be given again.
    #[arg(short = 'f', long = "filename", value_name = "FILE", required = true)]
    files: Vec<String>,
    /// YAML or JSON file of rules for kinds that Slipway does not know.
    #[arg(long, value_name = "FILE")]
    rules: Option<String>,
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

/// One object and what is said of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Judged {
    api_version: String,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    name: String,
    #[serde(flatten)]
    verdict: Verdict,
}

pub fn health(health: &Health) -> Result<ExitCode, Error> {
    let rules = health.rules.as_deref().map(rules).transpose()?.unwrap_or_default();
    let now = now_unix_milliseconds();
    let mut judged = Vec::new();
    for file in &health.files {
        judged.extend(objects(file)?.iter().map(|it| judge(it, &rules, now)));
    }
    let headings: (&[&str], &[&str]) =
        (&["OBJECT", "HEALTH", "REASON", "MESSAGE"], &["API VERSION", "NAMESPACE"]);
    output::list(health.output, headings, &judged, |it| Row {
        name: format!("{}/{}", it.kind.to_lowercase(), it.name),
        cells: vec![
            it.verdict.health.to_string(),
            it.verdict.reason.clone(),
            it.verdict.message.clone(),
        ],
        more: vec![it.api_version.clone(), it.namespace.clone().unwrap_or_default()],
    });
    Ok(ExitCode::SUCCESS)
}

fn judge(object: &Object, rules: &Rules, now: u64) -> Judged {
    Judged {
        api_version: object.api_version().to_owned(),
        kind: object.kind().to_owned(),
        namespace: object.namespace().map(str::to_owned),
        name: object.name().to_owned(),
        verdict: health::assess_with(object, rules, now),
    }
}

fn rules(file: &str) -> Result<Rules, Error> {
    let text = values::text(file)?;
    let value: Value = serde_yaml_ng::from_str(&text)
        .map_err(|error| Error::Usage(format!("{file} is neither YAML nor JSON: {error}")))?;
    Rules::read(&value).map_err(|error| Error::Usage(format!("{file}: {error}")))
}

/// The objects of a file, of several documents and of lists.
fn objects(file: &str) -> Result<Vec<Object>, Error> {
    let text = values::text(file)?;
    let mut found = Vec::new();
    for (index, document) in serde_yaml_ng::Deserializer::from_str(&text).enumerate() {
        let place = format!("{file}, document {}", index + 1);
        let value = Value::deserialize(document)
            .map_err(|error| Error::Usage(format!("{place} is neither YAML nor JSON: {error}")))?;
        take(value, &place, &mut found)?;
    }
    Ok(found)
}

fn take(value: Value, place: &str, found: &mut Vec<Object>) -> Result<(), Error> {
    match value {
        // What lies between two separators may be nothing but a comment.
        Value::Null => Ok(()),
        Value::Object(mut list) if list.get("items").is_some_and(Value::is_array) => {
            let Some(Value::Array(items)) = list.remove("items") else { return Ok(()) };
            for (index, item) in items.into_iter().enumerate() {
                take(item, &format!("{place}, item {}", index + 1), found)?;
            }
            Ok(())
        }
        value => {
            let object = Object::new(value);
            let words = |error| Error::Usage(format!("{place} is no Kubernetes object: {error}"));
            found.push(object.map_err(words)?);
            Ok(())
        }
    }
}

pub fn now_unix_milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        use std::io::Write as _;
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn names(text: &str) -> Result<Vec<String>, String> {
        let file = file(text);
        let found = objects(file.path().to_str().unwrap());
        found
            .map(|it| it.iter().map(|it| it.name().to_owned()).collect())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn documents_and_lists_are_read() {
        let text = "# nothing\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n\
            apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n";
        assert_eq!(names(text).unwrap(), ["a", "b"]);
    }

    #[test]
    fn what_is_no_object_is_named_by_its_place() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\nkind: Pod\n";
        let error = names(text).unwrap_err();
        assert!(error.contains("document 2 is no Kubernetes object"), "{error}");
    }
}
