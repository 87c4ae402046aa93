//! Label and field selectors: read from a query, matched against the sketch of an object.

use crate::refusal::Refusal;
use crate::request::Options;
use crate::store::Sketch;

/// Which objects of a kind are asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Selector {
    labels: Vec<(String, Test)>,
    fields: Vec<(String, Test)>,
}

#[derive(Debug, PartialEq, Eq)]
enum Test {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    Absent,
}

/// The fields that selectors know, whatever the kind.
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "spec.nodeName",
    "spec.type",
    "status.phase",
    "type",
    "reason",
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
];

impl Selector {
    /// The selectors of a query.
    pub(crate) fn of(options: &Options) -> Result<Self, Refusal> {
        let labels = labels(options.text("labelSelector").unwrap_or_default())?;
        let fields = fields(options.text("fieldSelector").unwrap_or_default())?;
        Ok(Self { labels, fields })
    }

    /// The one object with this name.
    pub(crate) fn and_name(mut self, name: &str) -> Self {
        self.fields.push(("metadata.name".into(), Test::In(vec![name.into()])));
        self
    }

    /// Whether every object is asked for.
    pub(crate) fn takes_all(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    /// Whether an object is asked for.
    pub(crate) fn takes(&self, sketch: &Sketch) -> bool {
        let label =
            |(key, test): &(String, Test)| test.holds(sketch.labels.get(key).map(String::as_str));
        let field = |(path, test): &(String, Test)| test.holds(Some(sketch.field(path)));
        self.labels.iter().all(label) && self.fields.iter().all(field)
    }
}

impl Test {
    fn holds(&self, value: Option<&str>) -> bool {
        let among = |list: &[String]| value.is_some_and(|it| list.iter().any(|one| one == it));
        match self {
            Self::In(list) => among(list),
            Self::NotIn(list) => !among(list),
            Self::Exists => value.is_some(),
            Self::Absent => value.is_none(),
        }
    }
}

fn fields(text: &str) -> Result<Vec<(String, Test)>, Refusal> {
    let mut found = Vec::new();
    for part in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let (path, value, equal) = if let Some((path, value)) = part.split_once("!=") {
            (path, value, false)
        } else if let Some((path, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
            (path, value, true)
        } else {
            return Err(Refusal::bad_request(format!(
                "invalid selector: {part:?}; can't understand"
            )));
        };
        let path = match path.trim() {
            // The newer group's names for the same fields of an event.
            it if it.starts_with("regarding.") => it.replacen("regarding", "involvedObject", 1),
            it => it.to_owned(),
        };
        if !FIELDS.contains(&path.as_str()) {
            return Err(Refusal::bad_request(format!("field label not supported: {path}")));
        }
        let values = vec![value.trim().to_owned()];
        found.push((path, if equal { Test::In(values) } else { Test::NotIn(values) }));
    }
    Ok(found)
}

fn labels(text: &str) -> Result<Vec<(String, Test)>, Refusal> {
    split(text).into_iter().map(requirement).collect()
}

/// Commas separate requirements, except between parentheses.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().map(str::trim).filter(|it| !it.is_empty()).collect()
}

fn requirement(text: &str) -> Result<(String, Test), Refusal> {
    let refused = || {
        let message = format!("unable to parse requirement: {text:?} is no label selector");
        Refusal::bad_request(message)
    };
    let single = |value: &str| vec![value.trim().to_owned()];
    let (key, test) = if let Some((head, list)) = text.split_once('(') {
        let list = list.strip_suffix(')').ok_or_else(refused)?;
        let values = list.split(',').map(|it| it.trim().to_owned()).collect();
        match head.split_whitespace().collect::<Vec<_>>().as_slice() {
            [key, "in"] => (*key, Test::In(values)),
            [key, "notin"] => (*key, Test::NotIn(values)),
            _ => return Err(refused()),
        }
    } else if let Some((key, value)) = text.split_once("!=") {
        (key, Test::NotIn(single(value)))
    } else if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        (key, Test::In(single(value)))
    } else if let Some(key) = text.strip_prefix('!') {
        (key, Test::Absent)
    } else {
        (text, Test::Exists)
    };
    let key = key.trim();
    let fits = |it: char| it.is_ascii_alphanumeric() || "-_./".contains(it);
    if key.is_empty() || !key.chars().all(fits) {
        return Err(refused());
    }
    Ok((key.to_owned(), test))
}
