//! The update checker natively, against a registry of a few tags.

use slipway_sdk::testing::{self, Registry};

use super::*;

const TAGS: [&str; 9] = [
    "latest",
    "1.4.2",
    "1.10.0",
    "1.9.3",
    "1.11.0-rc.1",
    "2.0.0",
    "1.4",
    "1.10.0-alpine",
    "1.9.3-alpine",
];

fn checked(subject: &Subject, policy: Value) -> Result<Option<Candidate>, Failure> {
    let name = |tag: &str| format!("r.example:5000/app:{tag}");
    let add =
        |registry: Registry, tag: &str| registry.image(&name(tag), &format!("sha256:of-{tag}"));
    let registry = TAGS.into_iter().fold(Registry::new(), add);
    let policy: Policy = serde_json::from_value(policy).unwrap();
    testing::with_registry(registry, || SemverRange::check(subject, &policy))
}

fn newest(current: &str, policy: Value) -> Option<String> {
    let subject = testing::subject(&format!("r.example:5000/app:{current}"));
    let found = checked(&subject, policy).unwrap()?;
    Some(found.reference.strip_prefix("r.example:5000/app:").unwrap().to_owned())
}

#[test]
fn the_highest_version_of_the_range_wins_and_not_the_last_in_the_alphabet() {
    assert_eq!(newest("1.4.2", json!({})).as_deref(), Some("1.10.0"));
    assert_eq!(newest("1.4.2", json!({"range": "^1.4"})).as_deref(), Some("1.10.0"));
    assert_eq!(newest("1.4.2", json!({"range": ">=1.4, <1.10"})).as_deref(), Some("1.9.3"));
    assert_eq!(newest("1.4.2", json!({"range": "*"})).as_deref(), Some("2.0.0"));
    assert_eq!(newest("1.4.2", json!({"prerelease": true})).as_deref(), Some("1.11.0-rc.1"));
}

#[test]
fn nothing_is_newer_than_the_newest_and_nothing_older_is_taken() {
    assert_eq!(newest("1.10.0", json!({})), None);
    assert_eq!(newest("2.0.0", json!({"range": "^1"})), None);
}

#[test]
fn a_pattern_keeps_to_its_own_kind_of_image() {
    let policy = json!({"pattern": "{version}-alpine"});
    assert_eq!(newest("1.9.3-alpine", policy).as_deref(), Some("1.10.0-alpine"));
}

#[test]
fn what_somebody_skips_is_left_out_however_they_wrote_it() {
    for skipped in ["1.10.0", "r.example:5000/app:1.10.0"] {
        let current = testing::subject("r.example:5000/app:1.4.2");
        let subject = Subject { skipped: vec![skipped.into()], ..current };
        let found = checked(&subject, json!({})).unwrap().unwrap();
        assert_eq!(found.reference, "r.example:5000/app:1.9.3");
        assert_eq!(found.digest, "sha256:of-1.9.3");
        assert_eq!(found.reason, "1.9.3 is the highest version in ^1.4.2; 1.4.2 is in use.");
    }
}

#[test]
fn what_cannot_be_compared_is_told() {
    for current in
        ["r.example:5000/app:latest", "r.example:5000/app", "r.example:5000/app@sha256:ab"]
    {
        let failure = checked(&testing::subject(current), json!({})).unwrap_err();
        assert_eq!(failure.code, "not-a-version", "{current}");
    }
    let wrong = checked(&testing::subject("r.example:5000/app:1.4.2"), json!({"range": "newest"}));
    assert_eq!(wrong.unwrap_err().field.as_deref(), Some("/range"));
    let elsewhere = checked(&testing::subject("r.example/other:1.0.0"), json!({}));
    assert_eq!(elsewhere.unwrap_err().code, "not-found");
}
