//! Roles within the namespace: what an app may let its own service accounts do.

use super::Set;
use super::place::{Broken, Place};
use crate::object::Object;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Who may do these things may do anything in the namespace, or become somebody else.
const VERBS: &[&str] = &["bind", "escalate", "impersonate"];
const RESOURCES: &[&str] = &[
    "nodes/proxy",
    "pods/attach",
    "pods/ephemeralcontainers",
    "pods/exec",
    "pods/proxy",
    "rolebindings",
    "roles",
    "secrets",
    "serviceaccounts",
    "serviceaccounts/token",
    "services/proxy",
];

pub fn check(object: &Object, root: &Place<'_>, set: &Set<'_>) -> Result<(), Broken> {
    match (object.group(), object.kind()) {
        (GROUP, "Role") => role(root),
        (GROUP, "RoleBinding") => binding(root, set),
        _ => Ok(()),
    }
}

fn role(root: &Place<'_>) -> Result<(), Broken> {
    for rule in root.at("rules").items() {
        refuse(&rule.at("verbs"), VERBS)?;
        refuse(&rule.at("resources"), RESOURCES)?;
        refuse(&rule.at("apiGroups"), &["slipway.dev"])?;
    }
    Ok(())
}

/// A `*` is whatever there is, also in part: `*/exec` is that subresource of every resource.
fn refuse(list: &Place<'_>, refused: &[&str]) -> Result<(), Broken> {
    let is_too_much = |it: &str| it.contains('*') || refused.contains(&it);
    match list.items().find(|it| it.text().is_some_and(is_too_much)) {
        Some(word) => {
            let rule = format!("{} is more than an app may give away", word.value);
            Err(word.breaks(rule, "Name exactly what the app needs."))
        }
        None => Ok(()),
    }
}

fn binding(root: &Place<'_>, set: &Set<'_>) -> Result<(), Broken> {
    let role = root.at("roleRef");
    let is_own = role.at("kind").text() == Some("Role")
        && role.at("name").text().is_some_and(|it| set.has(GROUP, "Role", it));
    if !is_own {
        let rule = "only a Role of the same app may be given";
        return Err(role.breaks(rule, "Make the Role in the same blueprint."));
    }
    for subject in root.at("subjects").items() {
        let namespace = subject.at("namespace");
        let is_here = namespace.text().is_none_or(|it| it == set.rules.namespace);
        let is_own = subject.at("kind").text() == Some("ServiceAccount")
            && subject.at("name").text().is_some_and(|it| set.has("", "ServiceAccount", it));
        if !(is_here && is_own) {
            let rule = "only a service account of the same app may be given rights";
            return Err(subject.breaks(rule, "Make it in the same blueprint."));
        }
    }
    Ok(())
}
