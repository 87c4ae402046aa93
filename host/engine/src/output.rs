//! What a plugin returned, made into the model's words: bounded, parsed, and refused where it is no sense.

use std::sync::Arc;

use serde_json::Value;
use slipway_model::health::rules::Rules;
use slipway_model::nesting;
use slipway_model::object::{Object, ObjectRef};
use slipway_model::plan::{Error, Failure, Link};

use crate::limits::{ANSWER_BYTES, LINE_BYTES, LINES, MEMORY_BYTES, OBJECTS};

/// Reads the answer of one plugin.
pub struct Reader<'p> {
    pub plugin: &'p str,
}

impl Reader<'_> {
    /// The objects of an answer.
    pub fn objects(&self, texts: &[String]) -> Result<Vec<Object>, Error> {
        if texts.len() > OBJECTS {
            return Err(self.too_much(format!("{} objects, at most {OBJECTS}", texts.len())));
        }
        let bytes: usize = texts.iter().map(String::len).sum();
        if bytes > ANSWER_BYTES {
            let most = ANSWER_BYTES >> 20;
            return Err(self.too_much(format!("{} MiB of objects, at most {most}", bytes >> 20)));
        }
        let object = |(index, text): (usize, &String)| {
            let what = format!("object {} of its answer", index + 1);
            let json = self.json(text, &what)?;
            Object::new(json).map_err(|error| self.nonsense(format!("{what}: {error}")))
        };
        texts.iter().enumerate().map(object).collect()
    }

    /// One JSON document.
    pub fn json(&self, text: &str, what: &str) -> Result<Value, Error> {
        if text.len() > ANSWER_BYTES {
            return Err(self.too_much(format!("{what} has {} MiB", text.len() >> 20)));
        }
        if nesting::levels(text.as_bytes()) > nesting::MOST {
            let most = nesting::MOST;
            return Err(self.nonsense(format!("{what} is nested more than {most} deep")));
        }
        serde_json::from_str(text)
            .map_err(|error| self.nonsense(format!("{what} is no JSON: {error}")))
    }

    /// The rules by which a blueprint has its own kinds judged.
    pub fn health_rules(&self, extra: &Value) -> Result<Arc<Rules>, Error> {
        let Some(rules) = extra.get("healthRules") else { return Ok(Arc::default()) };
        let rules = Rules::read(rules);
        rules.map(Arc::new).map_err(|error| self.nonsense(format!("its healthRules: {error}")))
    }

    /// What a control plugin wants to remember.
    pub fn memory(&self, text: &str) -> Result<Value, Error> {
        if text.len() > MEMORY_BYTES {
            let (is, most) = (text.len() >> 10, MEMORY_BYTES >> 10);
            return Err(self.too_much(format!("{is} KiB of memory, at most {most}")));
        }
        self.json(text, "its memory")
    }

    /// Lines for people.
    pub fn lines(&self, lines: Vec<String>) -> Result<Vec<String>, Error> {
        if lines.len() > LINES {
            return Err(self.too_much(format!("{} notes, at most {LINES}", lines.len())));
        }
        Ok(lines.into_iter().map(shortened).collect())
    }

    /// A text of many lines.
    pub fn document(&self, text: Option<String>) -> Result<Option<String>, Error> {
        match text {
            Some(text) if text.len() > MEMORY_BYTES => {
                let (is, most) = (text.len() >> 10, MEMORY_BYTES >> 10);
                Err(self.too_much(format!("a text of {is} KiB, at most {most}")))
            }
            text => Ok(text),
        }
    }

    /// Addresses that people open: only what a browser opens without running anything of ours.
    pub fn links(&self, links: Vec<Link>) -> Result<Vec<Link>, Error> {
        if links.len() > LINES {
            return Err(self.too_much(format!("{} links, at most {LINES}", links.len())));
        }
        let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        match links.iter().find(|it| !is_web(&it.url)) {
            Some(link) => Err(self.nonsense(format!(
                "the link {:?} is neither http:// nor https://",
                shortened(link.url.clone())
            ))),
            None => Ok(links),
        }
    }

    /// What is to be removed.
    pub fn references(&self, references: Vec<ObjectRef>) -> Result<Vec<ObjectRef>, Error> {
        if references.len() > OBJECTS {
            let is = references.len();
            return Err(self.too_much(format!("{is} objects to remove, at most {OBJECTS}")));
        }
        let blank =
            |it: &ObjectRef| it.api_version.is_empty() || it.kind.is_empty() || it.name.is_empty();
        if references.iter().any(blank) {
            return Err(self.nonsense("an object to remove without a name".into()));
        }
        Ok(references)
    }

    pub fn nonsense(&self, what: String) -> Error {
        Error::Nonsense { plugin: self.plugin.to_owned(), what }
    }

    fn too_much(&self, what: String) -> Error {
        Error::TooMuch { plugin: self.plugin.to_owned(), what }
    }
}

/// A plugin's no, in lengths that fit a screen.
pub fn failure(
    code: String,
    message: String,
    field: Option<String>,
    hint: Option<String>,
) -> Failure {
    Failure {
        code: shortened(code),
        message: shortened(message),
        field: field.map(shortened),
        hint: hint.map(shortened),
    }
}

fn shortened(mut line: String) -> String {
    if line.len() > LINE_BYTES {
        let end = (0..=LINE_BYTES).rev().find(|it| line.is_char_boundary(*it)).unwrap_or(0);
        line.truncate(end);
        line.push_str(" ...");
    }
    line
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_blueprint_brings_rules_for_its_own_kinds_and_for_no_others() {
        let reader = Reader { plugin: "base" };
        let rule = |kind: &str| json!({"group": "apps", "kind": kind, "health": "Healthy", "reason": "Fine", "message": "Fine."});
        assert_eq!(*reader.health_rules(&json!({"categories": []})).unwrap(), Rules::default());
        let own = reader.health_rules(&json!({"healthRules": [rule("Machine")]})).unwrap();
        assert_ne!(*own, Rules::default());
        let error = reader.health_rules(&json!({"healthRules": [rule("Deployment")]})).unwrap_err();
        let words =
            "its healthRules: /0: \"Deployment\" of the group \"apps\" is judged by the host";
        assert!(error.to_string().contains(words), "{error}");
    }

    #[test]
    fn a_link_that_runs_code_is_refused() {
        let reader = Reader { plugin: "p" };
        let link = |url: &str| Link { name: "x".into(), url: url.into() };
        assert!(reader.links(vec![link("https://a.example/")]).is_ok());
        assert!(reader.links(vec![link("javascript:alert(1)")]).is_err());
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let line = shortened("é".repeat(LINE_BYTES));
        assert!(line.ends_with("é ...") && line.len() <= LINE_BYTES + 4);
    }
}
