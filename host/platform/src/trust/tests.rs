//! What is taken from where, by which rules.

use serde_json::json;
use slipway_registry::signature::PrivateKey;

use super::*;

const COMPONENT: &[u8] = b"component";

fn manifest() -> String {
    let layer = json!({"mediaType": "application/wasm", "digest": Digest::of(COMPONENT).as_str(), "size": 9});
    json!({"schemaVersion": 2, "layers": [layer]}).to_string()
}

fn from(reference: &str, keys: &[&PrivateKey]) -> Origin {
    let over = Digest::of(manifest().as_bytes());
    let proofs = keys.iter().map(|key| {
        let Signature { statement, signature } = key.sign("r.example/web", &over);
        Proof { statement: String::from_utf8(statement).unwrap(), signature }
    });
    Origin::Registry { reference: reference.into(), manifest: manifest(), proofs: proofs.collect() }
}

fn rule(source: &str, keys: &[&PrivateKey], unsigned: bool) -> Trust {
    let keys = keys.iter().map(|it| it.public().pem()).collect();
    let (source, set_by) = (source.to_owned(), "admin".to_owned());
    Trust { source, keys, unsigned, set_by, set_unix_milliseconds: 0 }
}

#[track_caller]
fn check(rules: Vec<Trust>, origin: &Origin, expected: &str) {
    let said = Rules(rules).judged(&Digest::of(COMPONENT), origin).err().unwrap_or_default();
    assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{said:?}");
}

#[test]
fn without_rules_only_what_is_ours_is_taken() {
    check(vec![], &Origin::Upload, "");
    check(vec![], &Origin::Bundle, "");
    check(vec![], &from("slipway.local/shop/web:1.0.0", &[]), "");
    check(vec![], &from("ghcr.io/team/web:1.0.0", &[]), "nothing is said about ghcr.io/team/web");
}

#[test]
fn the_nearest_rule_counts() {
    let web = from("ghcr.io/team/web:1.0.0", &[]);
    check(vec![rule("ghcr.io", &[], true)], &web, "");
    check(vec![rule("*", &[], true)], &web, "");
    check(vec![rule("ghcr.io/te", &[], true)], &web, "nothing is said");
    check(vec![rule("*", &[], true), rule("ghcr.io/team", &[], false)], &web, "takes nothing");
    check(vec![rule("*", &[], false)], &from("slipway.local/shop/web:1", &[]), "");
    check(vec![rule("*", &[], false)], &Origin::Upload, "");
    check(vec![rule("upload", &[], false)], &Origin::Upload, "about upload takes nothing");
    check(vec![rule("upload", &[], false)], &Origin::Bundle, "");
}

#[test]
fn a_signature_counts_by_its_key_and_for_its_component() {
    let (ours, theirs) = (PrivateKey::new().unwrap(), PrivateKey::new().unwrap());
    let rules = || vec![rule("ghcr.io", &[&ours], false)];
    let reference = "ghcr.io/team/web:1.0.0";
    check(rules(), &from(reference, &[]), "nobody signed it");
    check(rules(), &from(reference, &[&theirs]), "none is");
    check(rules(), &from(reference, &[&theirs, &ours]), "");
    let another = Rules(rules()).judged(&Digest::of(b"another"), &from(reference, &[&ours]));
    assert!(another.is_err(), "a signature of one component passes for another");
}

#[test]
fn sources_are_names_that_can_be_meant() {
    for good in ["upload", "*", "ghcr.io", "ghcr.io/team", "localhost:5000/x", "slipway.local/shop"]
    {
        assert!(check_source(good).is_ok(), "{good}");
    }
    for bad in ["", "team", "ghcr.io/", "ghcr.io/*", "ghcr.io/a@sha256:0", "bundle"] {
        assert!(check_source(bad).is_err(), "{bad}");
    }
}
