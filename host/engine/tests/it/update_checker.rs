//! Update checkers in each language, in the engine, against a registry of a few tags.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use slipway_model::digest::Digest;
use slipway_model::plan::Error;
use slipway_model::update::{CheckInput, Checked, NoAnswer, Registries, Subject, UpdateCheckers};
use slipway_model::values;

use crate::guests::{Host, host};

/// The same update checker in two languages.
const NEWEST: [(&str, &str); 2] =
    [("typescript/newest-tag", "newest-tag"), ("go/newest-tag-go", "newest-tag-go")];
const SEMVER: &str = "semver_range";

/// A registry that answers for any repository, with the same tags.
struct Shop;

#[async_trait]
impl Registries for Shop {
    async fn tags(&self, repository: &str) -> Result<Vec<String>, NoAnswer> {
        if repository.ends_with("/gone") {
            let message = format!("There is no repository {repository}.");
            return Err(NoAnswer { code: "not-found".into(), message });
        }
        if repository.ends_with("/slow") {
            std::future::pending::<()>().await;
        }
        let tags = ["latest", "1.4.2", "1.10.0", "1.9.3", "2.0.0", "2.1.0-rc.1"];
        Ok(tags.map(str::to_owned).to_vec())
    }

    async fn resolve(&self, reference: &str) -> Result<String, NoAnswer> {
        Ok(Digest::of(reference.as_bytes()).to_string())
    }

    async fn created_unix_milliseconds(&self, _: &str) -> Result<Option<u64>, NoAnswer> {
        Ok(None)
    }
}

async fn checked(
    host: &Host,
    checker: &Digest,
    current: &str,
    policy: Value,
    skipped: &[&str],
) -> Result<Checked, Error> {
    let input = CheckInput {
        subject: Subject::Image,
        current: current.into(),
        current_digest: None,
        policy,
        skipped: skipped.iter().map(ToString::to_string).collect(),
        now_unix_milliseconds: 1_000_000,
    };
    host.engine.look_for_update(checker, input, Arc::new(Shop)).await
}

#[tokio::test]
async fn they_describe_a_policy_that_fits_its_schema() {
    let host = host();
    for (artefact, called) in NEWEST.into_iter().chain([(SEMVER, "semver-range")]) {
        let about = host.engine.update_checker(&host.with(artefact).await).await.unwrap();
        assert_eq!(about.name, called);
        let filled = values::fill(&about.default_policy, &json!({}));
        assert_eq!(values::check(&about.policy_schema, &filled).unwrap(), [], "{called}");
    }
}

#[tokio::test]
async fn they_pick_the_highest_version_that_the_policy_allows() {
    let host = host();
    let app = |tag: &str| Some(format!("registry.example/team/app:{tag}"));
    for (artefact, _) in NEWEST {
        let checker = host.with(artefact).await;
        for (tag, policy, skipped, newest) in [
            ("1.4.2", json!({"range": "same-major"}), &[][..], app("1.10.0")),
            ("1.4.2", json!({"range": "same-major"}), &["1.10.0"][..], app("1.9.3")),
            ("1.4.2", json!({"range": "any"}), &[][..], app("2.0.0")),
            ("2.0.0", json!({}), &[][..], None),
        ] {
            let current = format!("registry.example/team/app:{tag}");
            let found = checked(&host, &checker, &current, policy, skipped).await.unwrap();
            assert_eq!(found.candidate.map(|it| it.reference), newest, "{artefact}");
        }
    }
}

#[tokio::test]
async fn semver_range_says_why_it_took_this_one_and_left_others_out() {
    let host = host();
    let checker = host.with(SEMVER).await;
    let current = "registry.example/team/app:1.4.2";
    let policy = json!({"range": "^1.4"});
    let found = checked(&host, &checker, current, policy, &["1.10.0"]).await.unwrap();
    let candidate = found.candidate.unwrap();
    let newest = "registry.example/team/app:1.9.3";
    assert_eq!(candidate.reference, newest);
    assert_eq!(candidate.digest, Digest::of(newest.as_bytes()).as_str());
    assert_eq!(candidate.reason, "1.9.3 is the highest version in ^1.4; 1.4.2 is in use.");
    let why = [
        "1.10.0 is newer, and somebody said to skip it",
        "2.0.0 is newer, and outside of ^1.4",
        "2.1.0-rc.1 is newer, and outside of ^1.4",
    ];
    let log: Vec<&str> =
        found.trace.log.iter().filter_map(|it| it.split_once(": ")).map(|it| it.1).collect();
    assert_eq!(log, why);
}

#[tokio::test]
async fn what_the_registry_refuses_is_the_checkers_answer() {
    let host = host();
    for artefact in NEWEST.map(|(artefact, _)| artefact).into_iter().chain([SEMVER]) {
        let checker = host.with(artefact).await;
        let gone = "registry.example/team/gone:1.0.0";
        let error = checked(&host, &checker, gone, json!({}), &[]).await.unwrap_err();
        let Error::Refused(failure) = &error else { panic!("{artefact}: {error}") };
        assert_eq!(failure.code, "not-found", "{artefact}");
    }
}

#[tokio::test]
async fn a_registry_that_does_not_answer_costs_the_checkers_own_time() {
    let host = host();
    let checker = host.hasty("typescript/newest-tag").await;
    let slow = "registry.example/team/slow:1.0.0";
    let error = checked(&host, &checker, slow, json!({}), &[]).await.unwrap_err();
    assert!(matches!(error, Error::OutOfTime { .. }), "{error}");
}

#[tokio::test]
async fn what_is_no_image_is_not_looked_for() {
    let host = host();
    let checker = host.with(SEMVER).await;
    let error = checked(&host, &checker, "Not an image", json!({}), &[]).await.unwrap_err();
    assert!(matches!(&error, Error::Refused(it) if it.code == "invalid-reference"), "{error}");
}
