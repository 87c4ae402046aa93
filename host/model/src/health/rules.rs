//! Rules that a blueprint brings for kinds of its own, as JSON.
//!
//! ```json
//! [
//!   {"group": "example.org", "kind": "Database",
//!    "when": [{"pointer": "/status/phase", "oneOf": ["Failed", "Lost"]}],
//!    "health": "Degraded", "reason": "SetupFailed",
//!    "message": "The database could not be set up: {/status/error}"},
//!   {"group": "example.org", "kind": "Database",
//!    "when": [{"pointer": "/status/members", "sameAs": "/spec/members"},
//!             {"condition": "Available", "status": "True"}],
//!    "health": "Healthy", "reason": "AllMembers", "message": "All members answer."}
//! ]
//! ```
//!
//! - The first rule of the object's group and kind decides whose tests all hold; one without tests always holds.
//!   Where none does, kstatus decides. Deletion, a generation that was not observed, and the host's own kinds come
//!   before.
//! - A test of a `pointer` (JSON Pointer, RFC 6901) has exactly one of `equals`, `oneOf`, `sameAs` (another pointer)
//!   and `exists`. Nothing equals what is not there.
//! - A test of a `condition` may name a `status`, a `reason`, or both; with neither it asks whether the condition is
//!   there.
//! - In a message, `{/a/pointer}` stands for the text, number or truth value there, and `{Type}` for that condition's
//!   own message.
//!
//! There are no loops and no functions, so that a set of rules is checked when it is read and cannot fail later.

mod read;

use serde_json::Value;

use super::condition::Condition;
use super::seen::Seen;
use super::{Health, Verdict};

/// Rules in the order in which they are asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules(Vec<Rule>);

/// Why some JSON is no set of rules; `at` is a JSON Pointer into it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Of another JSON type.
    #[error("{at} must be {expected}")]
    Type { at: String, expected: &'static str },
    /// A required field is not there.
    #[error("{at} is missing")]
    Missing { at: String },
    /// A field that has no meaning here.
    #[error("{at} has no meaning here; known are {known}")]
    UnknownField { at: String, known: String },
    /// None of the six words.
    #[error(
        "{at}: {found:?} is none of Healthy, Suspended, Progressing, Missing, Degraded and Unknown"
    )]
    UnknownHealth { at: String, found: String },
    /// A reason is read by machines.
    #[error("{at}: {found:?} is no reason; write one word in CamelCase, such as SetupFailed")]
    Reason { at: String, found: String },
    /// No JSON Pointer.
    #[error("{at}: {found:?} is no JSON Pointer; write it like /status/phase")]
    Pointer { at: String, found: String },
    /// No test, or several at once.
    #[error("{at} must have exactly one of {choices}")]
    NotExactlyOne { at: String, choices: String },
    /// A `{` without its `}`, or with nothing in it.
    #[error("{at} has a {{ that is not closed, or with nothing in it")]
    Placeholder { at: String },
    /// The host judges that kind itself.
    #[error("{at}: {kind:?} of the group {group:?} is judged by the host")]
    BuiltIn { at: String, group: String, kind: String },
    /// More than is taken.
    #[error("{at} is too long; at most {most} are taken")]
    TooLong { at: String, most: usize },
}

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    group: String,
    kind: String,
    when: Vec<Test>,
    health: Health,
    reason: String,
    message: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Pointer { pointer: String, is: Is },
    Condition { name: String, status: Option<String>, reason: Option<String> },
}

#[derive(Clone, Debug, PartialEq)]
enum Is {
    OneOf(Vec<Value>),
    SameAs(String),
    Exists(bool),
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Pointer(String),
    Condition(String),
}

impl Rules {
    /// At most so many rules in a set.
    pub const MOST_RULES: usize = 100;
    /// At most so many tests in a rule, and values in a test.
    pub const MOST_TESTS: usize = 20;
    /// At most so many bytes in a text of a rule.
    pub const LONGEST_TEXT: usize = 500;

    /// Reads and checks them.
    pub fn read(json: &Value) -> Result<Self, Malformed> {
        read::rules(json).map(Self)
    }

    /// The verdict of the first rule that holds.
    pub(super) fn judge(&self, seen: &Seen<'_>) -> Option<Verdict> {
        let (group, kind) = (seen.object().group(), seen.object().kind());
        let own = self.0.iter().filter(|it| it.group == group && it.kind == kind);
        let rule = own.into_iter().find(|it| it.when.iter().all(|test| test.holds(seen)))?;
        let message = rule.message.iter().map(|it| it.text(seen)).collect::<String>();
        // All of it may have been placeholders for what is not there.
        let message = if message.trim().is_empty() { rule.reason.as_str() } else { message.trim() };
        Some(Verdict::new(rule.health, &rule.reason, message))
    }
}

impl Test {
    fn holds(&self, seen: &Seen<'_>) -> bool {
        match self {
            Self::Pointer { pointer, is } => {
                let found = seen.object().at(pointer);
                match is {
                    Is::OneOf(values) => found.is_some_and(|it| values.contains(it)),
                    Is::SameAs(other) => found.is_some() && found == seen.object().at(other),
                    Is::Exists(wanted) => found.is_some() == *wanted,
                }
            }
            Self::Condition { name, status, reason } => seen.condition(name).is_some_and(|it| {
                let is =
                    |wanted: &Option<String>, found| wanted.as_ref().is_none_or(|it| it == found);
                is(status, it.status()) && is(reason, it.reason())
            }),
        }
    }
}

impl Piece {
    fn text(&self, seen: &Seen<'_>) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Pointer(pointer) => match seen.object().at(pointer) {
                Some(Value::String(text)) => text.clone(),
                Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
                _ => String::new(),
            },
            Self::Condition(name) => seen.condition(name).map_or("", Condition::words).to_owned(),
        }
    }
}
