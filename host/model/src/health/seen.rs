//! An object as it is looked at: at a time, and through readers to which any JSON is an answer.
//!
//! What a field should hold is a matter of its kind; what it does hold comes from a cluster that may serve any kind.
//! So a field of another type counts as one that is not there.

use jiff::Timestamp;
use serde_json::Value;

use super::condition::Condition;
use crate::object::Object;

/// An object and the time at which it is looked at.
pub(super) struct Seen<'a> {
    object: &'a Object,
    now: i64,
}

impl<'a> Seen<'a> {
    pub(super) fn at(object: &'a Object, now_unix_milliseconds: u64) -> Self {
        Self { object, now: i64::try_from(now_unix_milliseconds).unwrap_or(i64::MAX) }
    }

    pub(super) fn object(&self) -> &'a Object {
        self.object
    }

    /// The text at a JSON Pointer; empty where there is none.
    pub(super) fn text(&self, pointer: &str) -> &'a str {
        self.object.text(pointer)
    }

    /// The whole number at a JSON Pointer; 0 where there is none, as Kubernetes leaves zeros out.
    pub(super) fn count(&self, pointer: &str) -> i64 {
        self.object.number(pointer).unwrap_or(0)
    }

    /// Whether there is `true` at a JSON Pointer.
    pub(super) fn flag(&self, pointer: &str) -> bool {
        self.object.at(pointer).and_then(Value::as_bool) == Some(true)
    }

    /// The list at a JSON Pointer; empty where there is none.
    pub(super) fn list(&self, pointer: &str) -> &'a [Value] {
        self.object.at(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// An annotation.
    pub(super) fn annotation(&self, key: &str) -> Option<&'a str> {
        self.object.at("/metadata/annotations")?.get(key)?.as_str()
    }

    /// `status.conditions`.
    pub(super) fn conditions(&self) -> impl Iterator<Item = Condition<'a>> {
        Condition::all(self.list("/status/conditions"))
    }

    /// The condition of a type.
    pub(super) fn condition(&self, name: &str) -> Option<Condition<'a>> {
        self.conditions().find(|it| it.name() == name)
    }

    /// `metadata.generation`.
    pub(super) fn generation(&self) -> Option<i64> {
        self.object.number("/metadata/generation")
    }

    /// Whether the status says that it is about an older spec.
    pub(super) fn is_unobserved(&self) -> bool {
        let observed = self.object.number("/status/observedGeneration");
        matches!((observed, self.generation()), (Some(observed), Some(wanted)) if observed < wanted)
    }

    /// Whether the status does not confirm that it is about the current spec; for controllers that always do.
    pub(super) fn is_unconfirmed(&self) -> bool {
        self.count("/status/observedGeneration") < self.generation().unwrap_or(1)
    }

    /// The time at a JSON Pointer.
    pub(super) fn time(&self, pointer: &str) -> Option<i64> {
        time(self.text(pointer))
    }

    /// `metadata.creationTimestamp`.
    pub(super) fn created(&self) -> Option<i64> {
        self.time("/metadata/creationTimestamp")
    }

    /// When anything of it last changed, spec or status, by the times in `metadata.managedFields`: an entry's time is
    /// renewed whenever its manager changes the value of a field. None where those were stripped: the creation alone
    /// says nothing of a later change.
    pub(super) fn last_changed(&self) -> Option<i64> {
        let entries = self.list("/metadata/managedFields");
        entries.iter().filter_map(|it| time(it["time"].as_str()?)).max()
    }

    /// Whether a time is longer ago than that; a time that is not known is not.
    pub(super) fn is_past(&self, since: Option<i64>, seconds: i64) -> bool {
        since.is_some_and(|it| self.now.saturating_sub(it) > seconds.saturating_mul(1000))
    }
}

/// Milliseconds since 1970 of a time as Kubernetes writes it (RFC 3339).
pub(super) fn time(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}
