//! Texts go in, references come out, and nothing that is said quotes a text.

use std::convert::Infallible;

use serde_json::{Value, json};

use super::*;

fn schema() -> Value {
    let secret = json!({"type": "string", "writeOnly": true, "minLength": 8});
    json!({
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "password": secret,
            "maybe": {"anyOf": [{"$ref": "#/$defs/token"}, {"type": "null"}]},
            "database": {"type": "object", "properties": {"pass-word": {"$ref": "#/$defs/token"}}},
            "environment": {"type": "object", "additionalProperties": secret},
            "users": {"items": {"properties": {"key": secret}}},
        },
        "required": ["password"],
        "$defs": {"token": {"type": "string", "writeOnly": true}},
    })
}

/// Takes the secrets of revision 3 of `web`, of which the entry `password.1` holds "old password".
fn take_from(before: &Value, values: Value) -> Result<Taken, Vec<Failure>> {
    let keeper = Keeper { app: "web", revision: 3, before };
    let open = |key: &str| {
        Ok::<_, Infallible>((key == "password.1").then(|| Text::new("old password".into())))
    };
    let Ok(taken) = take(&schema(), values, &keeper, open);
    taken
}

fn old() -> Value {
    json!({"password": reference("web", "password.1")})
}

fn keys(taken: &Taken) -> Vec<&str> {
    taken.new.iter().map(|it| it.key.as_str()).collect()
}

#[test]
fn a_text_becomes_a_reference_wherever_the_schema_hides_it() {
    let values = json!({
        "name": "n", "password": "long enough", "maybe": "m", "database": {"pass-word": "d"},
        "environment": {"API_KEY": "environment", "a.b": "environment"}, "users": [{"key": "of a user"}],
    });
    let taken = take_from(&json!({}), values).unwrap();
    let expected = [
        "password.3",
        "maybe.3",
        "database.pass--word.3",
        "environment.API_KEY.3",
        "environment.a-2eb.3",
        "users.0.key.3",
    ];
    let mut found = keys(&taken);
    found.sort_unstable();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(found, sorted);
    assert_eq!(taken.values["name"], "n");
    assert_eq!(taken.values["database"]["pass-word"], reference("web", "database.pass--word.3"));
    assert_eq!(keys_in(&taken.values, "web").len(), expected.len());
    assert_eq!(taken.check(&schema()).unwrap(), []);
    let shown = format!("{taken:?}{:?}", taken.new);
    assert!(!shown.contains("long enough") && !shown.contains("of a user"), "{shown}");
}

#[test]
fn what_was_read_back_or_is_the_same_text_keeps_its_version() {
    for password in [reference("web", "password.1"), json!("old password")] {
        let taken = take_from(&old(), json!({ "password": password })).unwrap();
        assert!(taken.new.is_empty());
        assert_eq!(taken.values, old());
        assert_eq!(taken.check(&schema()).unwrap(), []);
    }
    let taken = take_from(&old(), json!({"password": "new password"})).unwrap();
    assert_eq!(keys(&taken), ["password.3"]);
}

#[test]
fn null_clears_it_and_the_schema_says_whether_it_may_be_missing() {
    let taken = take_from(&old(), json!({"password": null, "maybe": null})).unwrap();
    assert_eq!(taken.values, json!({}));
    let wrong = taken.check(&schema()).unwrap();
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0].field.as_deref(), Some("/password"));
}

#[test]
fn only_references_of_the_same_deployment_are_taken() {
    for strange in [
        reference("other", "password.1"),
        reference("web", "password.2"),
        json!({"secretKeyRef": {"name": "web-secret", "key": "password.1"}}),
    ] {
        let wrong = take_from(&old(), json!({ "password": strange })).unwrap_err();
        assert_eq!(wrong[0].code, "unknown-secret");
        assert_eq!(wrong[0].field.as_deref(), Some("/password"));
    }
    // It may move to another field.
    let moved =
        json!({"password": "new password", "environment": {"A": reference("web", "password.1")}});
    assert_eq!(keys(&take_from(&old(), moved).unwrap()), ["password.3"]);
}

#[test]
fn no_refusal_quotes_a_text() {
    let strict = json!({
        "properties": {
            "password": {"type": "string", "writeOnly": true, "minLength": 30, "pattern": "^[0-9]+$", "format": "email"},
        },
        "anyOf": [{"properties": {"password": {"maxLength": 1}}}, {"required": ["nothing"]}],
        "maxProperties": 0,
    });
    let check = |value: Value| {
        let keeper = Keeper { app: "web", revision: 1, before: &Value::Null };
        let open = |_: &str| Ok::<_, Infallible>(None);
        let Ok(taken) = take(&strict, json!({ "password": value }), &keeper, open);
        taken.map_or_else(|wrong| wrong, |it| it.check(&strict).unwrap())
    };
    for value in [json!("hunter2"), json!(["hunter2"]), json!({"a": {"b": "hunter2"}})] {
        let wrong = check(value);
        assert!(!format!("{wrong:?}").contains("hunter2"), "{wrong:?}");
        assert!(wrong.iter().any(|it| it.field.as_deref() == Some("/password")), "{wrong:?}");
    }
    assert!(check(json!("hunter2")).len() >= 4, "each rule that is broken is named");
}

#[test]
fn a_text_that_strayed_to_where_secrets_are_held_is_not_quoted() {
    for strayed in [
        json!({"environment": "hunter2"}),
        json!({"environment": ["hunter2"]}),
        json!({"database": "hunter2"}),
    ] {
        let taken = take_from(&old(), strayed).unwrap();
        let wrong = taken.check(&schema()).unwrap();
        assert!(!wrong.is_empty());
        assert!(!format!("{wrong:?}").contains("hunter2"), "{wrong:?}");
    }
}

#[test]
fn a_text_that_no_secret_can_hold_is_refused_at_its_field() {
    let long = json!({"password": "x".repeat(LONGEST_TEXT + 1)});
    let wrong = take_from(&json!({}), long).unwrap_err();
    assert_eq!(wrong[0].field.as_deref(), Some("/password"));
    let deep = json!({"password": "long enough", "environment": {"x".repeat(300): "long enough"}});
    assert_eq!(take_from(&json!({}), deep).unwrap_err().len(), 1);
}

#[test]
fn no_two_fields_have_the_same_key() {
    let fields =
        ["/a.b", "/a/b", "/a-b", "/a--b", "/a-2eb", "/a~1b", "/a_b", "/ä", "/a/b/1", "/a.b/1"];
    let keys: BTreeSet<String> = fields.iter().map(|it| key(it, 1)).collect();
    assert_eq!(keys.len(), fields.len(), "{keys:?}");
    let fits = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    assert!(keys.iter().all(|it| it.chars().all(fits) && !it.starts_with("..")), "{keys:?}");
}

#[test]
fn a_schema_hides_only_strings_that_nobody_knows() {
    let secret = |more: Value| {
        let mut secret = json!({"type": "string", "writeOnly": true});
        secret.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        check_schema(&json!({"properties": {"a": {"anyOf": [secret]}}}))
    };
    assert_eq!(secret(json!({"default": null})), Ok(()));
    assert_eq!(secret(json!({"type": ["string", "null"]})), Ok(()));
    for bad in
        [json!({"type": "integer"}), json!({"type": ["string", "object"]}), json!({"default": "x"})]
    {
        assert!(secret(bad.clone()).is_err(), "{bad}");
    }
    assert_eq!(check_schema(&schema()), Ok(()));
    let away = json!({"properties": {"a": {"type": "string", "writeOnly": true}, "b": {"$ref": "https://a.test/"}}});
    assert!(check_schema(&away).is_err());
    // A property may have that name.
    assert_eq!(check_schema(&json!({"properties": {"writeOnly": {"type": "boolean"}}})), Ok(()));
}

#[test]
fn a_pattern_hides_what_it_matches_and_a_schema_may_contain_itself() {
    let schema = json!({
        "patternProperties": {"^secret_": {"type": "string", "writeOnly": true}},
        "additionalProperties": {"$ref": "#"},
    });
    let values = json!({"secret_a": "1", "plain": {"secret_b": "2", "c": {}}, "d": "3"});
    let mut found = places(&schema, &values).secret;
    found.sort();
    assert_eq!(found, ["/plain/secret_b", "/secret_a"]);
}

#[test]
fn of_a_secrets_annotations_only_ours_may_be_shown() {
    for ours in ["slipway.dev/applied", "blue-green.slipway.dev/content"] {
        assert!(may_show(ours), "{ours}");
    }
    for other in [
        "kubectl.kubernetes.io/last-applied-configuration",
        "slipway.dev",
        "notslipway.dev/a",
        "note",
    ] {
        assert!(!may_show(other), "{other}");
    }
}
