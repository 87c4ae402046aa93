//! One table per family of kinds: an object as a cluster shows it, and the verdict on it.

mod add_ons;
mod any_json;
mod batch;
mod network;
mod pod;
mod rules;
mod scaling;
mod workload;

use serde_json::{Value, json};

use super::*;

/// When the objects of the tables are looked at: 2026-03-01T12:00:00Z.
const NOON: u64 = 1_772_366_400_000;

/// An object of generation 2 that was created an hour before [`NOON`].
fn object(api: &str, kind: &str, rest: &Value) -> Object {
    let mut json = json!({"apiVersion": api, "kind": kind, "metadata":
        {"name": "a", "generation": 2, "creationTimestamp": "2026-03-01T11:00:00Z"}});
    for (key, value) in rest.as_object().unwrap() {
        match (key.as_str(), value) {
            ("metadata", Value::Object(more)) => {
                json["metadata"].as_object_mut().unwrap().extend(more.clone());
            }
            _ => json[key] = value.clone(),
        }
    }
    Object::new(json).unwrap()
}

/// One line of a table: the rest of an object, and health and reason at [`NOON`].
type Line = (Value, Health, &'static str);

fn check(api: &str, kind: &str, lines: &[Line]) {
    for (rest, health, reason) in lines {
        let verdict = assess_at(&object(api, kind, rest), NOON);
        assert_eq!((verdict.health, verdict.reason.as_str()), (*health, *reason), "{rest:#}");
        assert!(verdict.message.ends_with('.') || verdict.message.contains("says:"), "{verdict:?}");
    }
}

fn message(api: &str, kind: &str, rest: &Value) -> String {
    assess_at(&object(api, kind, rest), NOON).message
}

fn condition(name: &str, status: &str, reason: &str, since: &str) -> Value {
    json!({"type": name, "status": status, "reason": reason, "lastTransitionTime": since,
        "message": "what the controller wrote"})
}

#[test]
fn what_is_being_deleted_is_progressing_whatever_its_kind_says() {
    let gone = |finalizers: Value| {
        json!({"metadata": {"deletionTimestamp": "2026-03-01T11:59:00Z", "finalizers": finalizers},
            "status": {"phase": "Failed"}})
    };
    check("v1", "Pod", &[(gone(json!([])), Health::Progressing, "Terminating")]);
    check("example.org/v1", "Thing", &[(gone(json!(null)), Health::Progressing, "Terminating")]);
    let message = message("v1", "Pod", &gone(json!(["example.org/guard"])));
    assert!(message.contains("example.org/guard"), "{message}");
}

#[test]
fn unknown_kinds_follow_kstatus() {
    use Health::{Degraded, Healthy, Progressing};
    let with = |name: &str, status: &str| json!({"status": {"conditions": [condition(name, status, "X", "")]}});
    check(
        "example.org/v1",
        "Thing",
        &[
            (json!({}), Healthy, "Exists"),
            (json!({"status": null}), Healthy, "Exists"),
            (json!({"status": {"observedGeneration": 1}}), Progressing, "NotObserved"),
            (json!({"status": {"observedGeneration": 2}}), Healthy, "Exists"),
            (with("Ready", "True"), Healthy, "Ready"),
            (with("Ready", "False"), Progressing, "NotReady"),
            (with("Ready", "Unknown"), Progressing, "NotReady"),
            (with("Ready", "yes"), Healthy, "Exists"),
            (with("Stalled", "True"), Degraded, "Stalled"),
            (with("Stalled", "False"), Healthy, "Exists"),
            (with("Reconciling", "True"), Progressing, "Reconciling"),
            (
                json!({"status": {"conditions": [condition("Reconciling", "True", "X", ""), condition("Stalled", "True", "X", ""), condition("Ready", "True", "X", "")]}}),
                Degraded,
                "Stalled",
            ),
            (
                json!({"status": {"conditions": [{"type": "Ready", "status": "True", "observedGeneration": 1}]}}),
                Progressing,
                "NotObserved",
            ),
        ],
    );
}

#[test]
fn without_a_time_nothing_is_late() {
    let waiting = json!({"status": {"phase": "Pending",
        "conditions": [condition("PodScheduled", "False", "Unschedulable", "2020-01-01T00:00:00Z")]}});
    assert_eq!(assess_at(&object("v1", "Pod", &waiting), 0).health, Health::Progressing);
    assert_eq!(assess_at(&object("v1", "Pod", &waiting), NOON).health, Health::Degraded);
}
