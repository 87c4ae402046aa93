//! One entry of `status.conditions`, by the conventions of the Kubernetes API.

use serde_json::Value;

use super::Verdict;
use super::seen::time;

/// A condition as it was read.
#[derive(Clone, Copy)]
pub(super) struct Condition<'a>(&'a Value);

impl<'a> Condition<'a> {
    /// All of a list.
    pub(super) fn all(list: &'a [Value]) -> impl Iterator<Item = Self> {
        list.iter().map(Self)
    }

    /// Its `type`.
    pub(super) fn name(self) -> &'a str {
        self.text("type")
    }

    /// `True`, `False` or `Unknown`.
    pub(super) fn status(self) -> &'a str {
        self.text("status")
    }

    pub(super) fn is_true(self) -> bool {
        self.status() == "True"
    }

    pub(super) fn is_false(self) -> bool {
        self.status() == "False"
    }

    pub(super) fn reason(self) -> &'a str {
        self.text("reason")
    }

    /// Its reason where that is one by the conventions.
    pub(super) fn reason_or(self, otherwise: &'a str) -> &'a str {
        if is_camel_case(self.reason()) { self.reason() } else { otherwise }
    }

    /// Its message, else its reason; empty where it has neither.
    pub(super) fn words(self) -> &'a str {
        let message = self.text("message");
        if message.is_empty() { self.reason() } else { message }
    }

    /// When its status last changed.
    pub(super) fn since(self) -> Option<i64> {
        time(self.text("lastTransitionTime"))
    }

    /// Whether it says that it is about an older spec.
    pub(super) fn is_outdated(self, generation: Option<i64>) -> bool {
        let observed = self.0["observedGeneration"].as_i64();
        matches!((observed, generation), (Some(observed), Some(wanted)) if observed < wanted)
    }

    /// A plain sentence with its own words behind.
    pub(super) fn explain(self, plain: &str) -> String {
        explain(plain, self.words())
    }

    /// A Degraded verdict by its reason.
    pub(super) fn degraded(self, otherwise: &'a str, plain: &str) -> Verdict {
        Verdict::degraded(self.reason_or(otherwise), self.explain(plain))
    }

    fn text(self, key: &str) -> &'a str {
        self.0[key].as_str().unwrap_or_default()
    }
}

/// A plain sentence with the cluster's own words behind, where it has some.
pub(super) fn explain(plain: &str, words: &str) -> String {
    let words = words.trim();
    if words.is_empty() { plain.to_owned() } else { format!("{plain} The cluster says: {words}") }
}

/// Whether it can stand as the reason of a verdict.
pub(super) fn is_camel_case(reason: &str) -> bool {
    reason.len() <= 64
        && reason.starts_with(|it: char| it.is_ascii_uppercase())
        && reason.bytes().all(|it| it.is_ascii_alphanumeric())
}
