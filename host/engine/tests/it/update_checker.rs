//! The update checker in TypeScript, in the engine, against a registry of a few tags.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use slipway_model::digest::Digest;
use slipway_model::plan::Error;
use slipway_model::update::{Candidate, CheckInput, NoAnswer, Registries, Subject, UpdateCheckers};

use crate::guests::{Host, host};

/// A registry that answers for any repository, with the same tags.
struct Shop;

#[async_trait]
impl Registries for Shop {
    async fn tags(&self, repository: &str) -> Result<Vec<String>, NoAnswer> {
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

async fn looked(
    host: &Host,
    checker: &Digest,
    current: &str,
    policy: Value,
    skipped: &[&str],
) -> Result<Option<Candidate>, Error> {
    let input = CheckInput {
        subject: Subject::Image,
        current: current.into(),
        current_digest: None,
        policy,
        skipped: skipped.iter().map(ToString::to_string).collect(),
        now_unix_milliseconds: 1_000_000,
    };
    host.engine.look_for_update(checker, input, Arc::new(Shop)).await.map(|it| it.candidate)
}

#[tokio::test]
async fn it_describes_a_policy_that_fits_its_schema() {
    let host = host();
    let checker = host.with("typescript/newest-tag").await;
    let about = host.engine.update_checker(&checker).await.unwrap();
    assert_eq!(about.name, "newest-tag");
    let wrong = slipway_model::values::check(&about.policy_schema, &about.default_policy);
    assert_eq!(wrong.unwrap(), []);
}

#[tokio::test]
async fn it_picks_the_highest_version_that_the_policy_allows() {
    let host = host();
    let checker = host.with("typescript/newest-tag").await;
    let app = |tag: &str| Some(format!("registry.example/team/app:{tag}"));
    for (policy, skipped, newest) in [
        (json!({"range": "same-major"}), &[][..], app("1.10.0")),
        (json!({"range": "same-major"}), &["1.10.0"][..], app("1.9.3")),
        (json!({"range": "any"}), &[][..], app("2.0.0")),
    ] {
        let current = "registry.example/team/app:1.4.2";
        let candidate = looked(&host, &checker, current, policy, skipped).await.unwrap();
        assert_eq!(candidate.map(|it| it.reference), newest);
    }
    let newest = "registry.example/team/app:2.0.0";
    assert_eq!(looked(&host, &checker, newest, json!({}), &[]).await.unwrap(), None);
}

#[tokio::test]
async fn a_registry_that_does_not_answer_costs_the_checkers_own_time() {
    let host = host();
    let checker = host.hasty("typescript/newest-tag").await;
    let current = "registry.example/team/slow:1.0.0";
    let error = looked(&host, &checker, current, json!({}), &[]).await.unwrap_err();
    assert!(matches!(error, Error::OutOfTime { .. }), "{error}");
}

#[tokio::test]
async fn what_is_no_image_is_not_looked_for() {
    let host = host();
    let checker = host.with("typescript/newest-tag").await;
    let error = looked(&host, &checker, "Not an image", json!({}), &[]).await.unwrap_err();
    assert!(matches!(&error, Error::Refused(it) if it.code == "invalid-reference"), "{error}");
}
