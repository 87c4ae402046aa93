//! Health of one Kubernetes object, in Argo CD's words, each with the rule that decided.
//!
//! Rules per kind: reference rollouts.md part 5. For kinds without a rule: kstatus conventions. Pure: one object in, one verdict out.

mod workload;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::object::Object;

/// Argo CD's six words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Health {
    Healthy,
    Suspended,
    Progressing,
    Missing,
    Degraded,
    Unknown,
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A word, the rule that decided it, and the same for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub health: Health,
    /// `CamelCase` name of the rule.
    pub reason: String,
    pub message: String,
}

impl Verdict {
    /// A verdict from its three parts.
    pub fn new(health: Health, reason: &str, message: impl Into<String>) -> Self {
        Self { health, reason: reason.to_owned(), message: message.into() }
    }

    /// The object does not exist.
    pub fn missing() -> Self {
        Self::new(Health::Missing, "NotFound", "It does not exist in the cluster yet.")
    }
}

/// The verdict on one object as the cluster shows it.
pub fn assess(object: &Object) -> Verdict {
    if object.at("/metadata/deletionTimestamp").is_some() {
        return Verdict::new(Health::Progressing, "Terminating", "It is being deleted.");
    }
    match (object.group(), object.kind()) {
        ("apps", "Deployment") => workload::deployment(object),
        ("apps", "ReplicaSet") => workload::replica_set(object),
        ("", "Pod") => workload::pod(object),
        ("batch", "Job") => workload::job(object),
        ("", "PersistentVolumeClaim") => claim(object),
        ("", "Service") => service(object),
        _ => by_conditions(object),
    }
}

fn claim(object: &Object) -> Verdict {
    match object.text("/status/phase") {
        "Bound" => Verdict::new(Health::Healthy, "Bound", "The volume is bound."),
        "Lost" => Verdict::new(Health::Degraded, "Lost", "The volume behind the claim is lost."),
        _ => Verdict::new(Health::Progressing, "Unbound", "Waiting for a volume."),
    }
}

fn service(object: &Object) -> Verdict {
    let waits = object.text("/spec/type") == "LoadBalancer"
        && object.at("/status/loadBalancer/ingress/0").is_none();
    if waits {
        Verdict::new(Health::Progressing, "NoAddress", "Waiting for the load balancer's address.")
    } else {
        Verdict::new(Health::Healthy, "Exists", "It exists.")
    }
}

/// kstatus: `Stalled` is a failure, `Reconciling` or an unobserved generation is work in progress,
/// `Ready` decides where it is there, and an object without a status is fine as it stands.
fn by_conditions(object: &Object) -> Verdict {
    if unobserved(object) {
        return not_observed();
    }
    if let Some(stalled) = condition(object, "Stalled").filter(|it| is(it, "True")) {
        return Verdict::new(Health::Degraded, "Stalled", message_of(stalled));
    }
    if let Some(working) = condition(object, "Reconciling").filter(|it| is(it, "True")) {
        return Verdict::new(Health::Progressing, "Reconciling", message_of(working));
    }
    match condition(object, "Ready") {
        None => Verdict::new(Health::Healthy, "Exists", "It exists."),
        Some(ready) if is(ready, "True") => {
            Verdict::new(Health::Healthy, "Ready", message_of(ready))
        }
        Some(ready) => Verdict::new(Health::Progressing, "NotReady", message_of(ready)),
    }
}

fn unobserved(object: &Object) -> bool {
    match (object.number("/status/observedGeneration"), object.number("/metadata/generation")) {
        (Some(observed), Some(wanted)) => observed < wanted,
        _ => false,
    }
}

fn not_observed() -> Verdict {
    Verdict::new(Health::Progressing, "NotObserved", "The cluster has not seen the change yet.")
}

fn condition<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    let conditions = object.at("/status/conditions")?.as_array()?;
    conditions.iter().find(|it| it["type"] == name)
}

fn is(condition: &Value, status: &str) -> bool {
    condition["status"] == status
}

fn message_of(condition: &Value) -> String {
    let text = |key: &str| condition[key].as_str().filter(|it| !it.is_empty());
    text("message").or_else(|| text("reason")).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
