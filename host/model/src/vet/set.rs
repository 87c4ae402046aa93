//! The set that is judged: its rules, and which names are the app's own.

use std::collections::HashSet;

use serde_json::Value;

use super::{Beside, Rules};
use crate::object::{Object, ObjectRef};
use crate::secret;

/// The rules, and what the app brings along or has already.
pub struct Set<'a> {
    pub rules: &'a Rules<'a>,
    /// Group, kind and name.
    own: HashSet<(&'a str, &'a str, &'a str)>,
    /// The same, of other apps.
    others: HashSet<(&'a str, &'a str, &'a str)>,
    /// How the names of the claims begin that StatefulSets make: the number of the pod follows.
    made: Vec<String>,
}

impl<'a> Set<'a> {
    pub fn of(objects: &'a [Object], beside: &'a Beside, rules: &'a Rules<'a>) -> Self {
        let brought = objects.iter().map(|it| (it.group(), it.kind(), it.name()));
        let own = brought.chain(beside.own.iter().map(named)).collect();
        let others = beside.others.iter().map(named).collect();
        Self { rules, own, others, made: objects.iter().flat_map(made).collect() }
    }

    /// Whether it is one of the set, or one that the app has already.
    pub fn has(&self, group: &str, kind: &str, name: &str) -> bool {
        self.own.contains(&(group, kind, name))
    }

    /// Whether it is one that the app has, or one that bears the app's name in front.
    pub fn owns(&self, group: &str, kind: &str, name: &str) -> bool {
        let is_anothers = || self.others.contains(&(group, kind, name));
        self.has(group, kind, name) || self.is_named_for_app(name) && !is_anothers()
    }

    /// A secret of this app: also the one that holds the secrets of its values.
    pub fn owns_secret(&self, name: &str) -> bool {
        if secret::is_reserved(name) {
            return name == secret::object_name(self.rules.app);
        }
        self.owns("", "Secret", name)
    }

    /// A claim of this app: also one that a StatefulSet of the set makes.
    pub fn owns_claim(&self, name: &str) -> bool {
        let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        let mut made = self.made.iter().filter_map(|it| name.strip_prefix(it.as_str()));
        made.any(is_number) || self.owns("", "PersistentVolumeClaim", name)
    }

    /// Operators call so what they make for an app: certificates, accounts of databases, copies of volumes.
    fn is_named_for_app(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.rules.app);
        rest.is_some_and(|it| it.is_empty() || it.starts_with('-'))
    }
}

fn named(reference: &ObjectRef) -> (&str, &str, &str) {
    (reference.group(), &reference.kind, &reference.name)
}

/// <https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage>
fn made(object: &Object) -> Vec<String> {
    if object.group() != "apps" || object.kind() != "StatefulSet" {
        return Vec::new();
    }
    let templates = object.at("/spec/volumeClaimTemplates").and_then(Value::as_array);
    let templates = templates.map(Vec::as_slice).unwrap_or_default();
    let names = templates.iter().filter_map(|it| it.pointer("/metadata/name")?.as_str());
    names.map(|it| format!("{it}-{}-", object.name())).collect()
}
