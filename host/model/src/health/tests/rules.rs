//! Rules that a blueprint brings.

use crate::health::rules::{Malformed, Rules};

use super::*;

fn database_rules() -> Rules {
    let rule = |when: Value, health: &str, reason: &str, message: &str| {
        json!({"group": "example.org", "kind": "Database", "when": when,
            "health": health, "reason": reason, "message": message})
    };
    let rules = json!([
        rule(
            json!([{"pointer": "/status/phase", "oneOf": ["Failed", "Lost"]}]),
            "Degraded",
            "SetupFailed",
            "It said: {/status/error}, {/status/tries} times."
        ),
        rule(
            json!([{"condition": "Backup", "status": "False", "reason": "NoSpace"}]),
            "Degraded",
            "BackupFailed",
            "No backup: {Backup}"
        ),
        rule(
            json!([{"pointer": "/spec/asleep", "equals": true}]),
            "Suspended",
            "Asleep",
            "It sleeps."
        ),
        rule(
            json!([{"pointer": "/status/members", "sameAs": "/spec/members"}, {"condition": "Available"}]),
            "Healthy",
            "AllMembers",
            "All members answer."
        ),
        rule(
            json!([{"pointer": "/status/phase", "exists": false}]),
            "Progressing",
            "New",
            "It is new."
        ),
    ]);
    Rules::read(&rules).unwrap()
}

fn judged(rest: &Value) -> (Health, String, String) {
    let Verdict { health, reason, message } =
        assess_with(&object("example.org/v1", "Database", rest), &database_rules(), NOON);
    (health, reason, message)
}

#[test]
fn the_first_rule_whose_tests_all_hold_decides() {
    let failed = json!({"status": {"phase": "Lost", "error": "disk full", "tries": 3}});
    let expected = (Health::Degraded, "SetupFailed".into(), "It said: disk full, 3 times.".into());
    assert_eq!(judged(&failed), expected);
    let backup = json!({"status": {"conditions": [condition("Backup", "False", "NoSpace", "")]}});
    assert_eq!(judged(&backup).2, "No backup: what the controller wrote");
    assert_eq!(judged(&json!({"spec": {"asleep": true}})).0, Health::Suspended);
    let whole = json!({"spec": {"members": 3}, "status": {"phase": "Up", "members": 3,
        "conditions": [condition("Available", "True", "", "")]}});
    assert_eq!(judged(&whole).1, "AllMembers");
    assert_eq!(judged(&json!({})).1, "New");
}

#[test]
fn nothing_equals_what_is_not_there() {
    let available =
        json!([condition("Available", "True", "", ""), condition("Ready", "False", "", "")]);
    let neither = json!({"status": {"phase": "Up", "conditions": available}});
    assert_eq!(judged(&neither).1, "NotReady", "no rule holds, so kstatus decides");
}

#[test]
fn deletion_and_an_unobserved_change_come_before_rules() {
    let gone = json!({"metadata": {"deletionTimestamp": "2026-03-01T11:59:00Z"}, "status": {"phase": "Failed"}});
    assert_eq!(judged(&gone).1, "Terminating");
    assert_eq!(
        judged(&json!({"status": {"observedGeneration": 1, "phase": "Failed"}})).1,
        "NotObserved"
    );
    let other = object("example.org/v1", "Cache", &json!({"status": {"phase": "Failed"}}));
    assert_eq!(assess_with(&other, &database_rules(), NOON).reason, "Exists");
}

#[test]
fn a_mistake_is_named_at_its_place() {
    let rule = |change: &dyn Fn(&mut Value)| {
        let mut rule = json!({"group": "example.org", "kind": "Database", "when": [{"pointer": "/a", "equals": 1}],
            "health": "Healthy", "reason": "Fine", "message": "Fine."});
        change(&mut rule);
        Rules::read(&json!([rule])).map(drop).map_err(|it| it.to_string())
    };
    assert_eq!(rule(&|_| ()), Ok(()));
    let wrong = |change: &dyn Fn(&mut Value), expected: &str| {
        assert_eq!(rule(change).unwrap_err(), expected);
    };
    wrong(&|it| *it = json!("x"), "/0 must be an object");
    wrong(&|it| drop(it.as_object_mut().unwrap().remove("group")), "/0/group is missing");
    wrong(
        &|it| it["wehn"] = json!([]),
        "/0/wehn has no meaning here; known are group, kind, when, health, reason, message",
    );
    wrong(&|it| it["kind"] = json!(1), "/0/kind must be a text");
    wrong(
        &|it| it["health"] = json!("Fine"),
        "/0/health: \"Fine\" is none of Healthy, Suspended, Progressing, Missing, Degraded and Unknown",
    );
    wrong(
        &|it| it["reason"] = json!("not ready"),
        "/0/reason: \"not ready\" is no reason; write one word in CamelCase, such as SetupFailed",
    );
    wrong(
        &|it| it["message"] = json!("a {b"),
        "/0/message has a { that is not closed, or with nothing in it",
    );
    wrong(
        &|it| it["message"] = json!("a {/~b}"),
        "/0/message: \"/~b\" is no JSON Pointer; write it like /status/phase",
    );
    wrong(
        &|it| it["message"] = json!("x".repeat(501)),
        "/0/message is too long; at most 500 are taken",
    );
    wrong(&|it| it["when"] = json!({}), "/0/when must be a list");
    wrong(&|it| it["when"][0] = json!({}), "/0/when/0 must have exactly one of pointer, condition");
    wrong(
        &|it| it["when"][0]["pointer"] = json!("a"),
        "/0/when/0/pointer: \"a\" is no JSON Pointer; write it like /status/phase",
    );
    wrong(
        &|it| it["when"][0]["exists"] = json!(true),
        "/0/when/0 must have exactly one of equals, oneOf, sameAs, exists",
    );
    wrong(
        &|it| it["when"][0] = json!({"pointer": "/a"}),
        "/0/when/0 must have exactly one of equals, oneOf, sameAs, exists",
    );
    wrong(
        &|it| it["when"][0] = json!({"pointer": "/a", "exists": "yes"}),
        "/0/when/0/exists must be true or false",
    );
    wrong(
        &|it| it["when"][0] = json!({"condition": "Ready", "state": "x"}),
        "/0/when/0/state has no meaning here; known are condition, status, reason",
    );
}

#[test]
fn the_host_s_own_kinds_are_not_for_rules() {
    let rule = json!([{"group": "apps", "kind": "Deployment", "health": "Healthy", "reason": "Fine", "message": "Fine."}]);
    let wrong =
        Malformed::BuiltIn { at: "/0".into(), group: "apps".into(), kind: "Deployment".into() };
    assert_eq!(Rules::read(&rule), Err(wrong));
    assert_eq!(Rules::read(&json!({})).unwrap_err().to_string(), "the whole must be a list");
    let many = json!(vec![rule[0].clone(); Rules::MOST_RULES + 1]);
    let most = Rules::MOST_RULES;
    assert_eq!(Rules::read(&many), Err(Malformed::TooLong { at: "the whole".into(), most }));
}
