//! Installing: what is taken, what is refused with which words, and what the cache saves.

use serde_json::json;
use slipway_engine::{Error, World};
use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::plan::{Error as PlanError, Planner};
use wasmparser::{Parser, Payload};

use crate::guests::{compiled, host, host_at, render};

/// The same component with one text in it replaced by another of the same length.
fn patched(mut file: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut at = 0;
    while let Some(found) = file[at..].windows(from.len()).position(|it| it == from.as_bytes()) {
        at += found;
        file[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    assert!(at > 0, "{from} stands in the component");
    file
}

async fn refusal(file: Vec<u8>) -> PlanError {
    match host().engine.install(file).await {
        Err(Error::Plugin(error)) => error,
        other => panic!("it must be refused: {other:?}"),
    }
}

#[tokio::test]
async fn what_is_installed_says_what_it_is_and_wants() {
    let installed = host().engine.install(compiled("hello_web")).await.unwrap();
    assert_eq!(installed.world, World::Blueprint);
    assert_eq!(installed.manifest.id.as_str(), "hello-web");
    let kinds: Vec<&str> =
        installed.manifest.wants.kinds.iter().map(|it| it.kind.as_str()).collect();
    assert_eq!(kinds, ["Deployment", "Service", "Ingress"]);
}

#[tokio::test]
async fn nothing_is_granted_until_somebody_grants_it() {
    let host = host();
    let digest = host.engine.install(compiled("hello_web")).await.unwrap().digest;
    assert_eq!(host.engine.grant(&digest).await.unwrap(), Grant::nothing());
}

#[tokio::test]
async fn a_grant_beyond_the_limits_of_the_engine_is_cut() {
    let host = host();
    let digest = host.with("hello_web").await;
    let grant =
        Grant { memory_mebibytes: 100_000, time_milliseconds: 3_600_000, ..Grant::nothing() };
    host.engine.set_grant(&digest, grant).unwrap();
    let given = host.engine.grant(&digest).await.unwrap();
    assert_eq!((given.memory_mebibytes, given.time_milliseconds), (256, 30_000));
}

#[tokio::test]
async fn a_component_for_another_version_is_told_what_is_needed_and_offered() {
    let file = patched(compiled("hello_web"), "blueprint@1.0.0", "blueprint@2.0.0");
    let words = refusal(file).await.to_string();
    assert!(words.contains("needs slipway:plugin/blueprint@2.0.0"), "{words}");
    assert!(words.contains("offers version 1.0.0"), "{words}");
    assert!(words.contains("Update this host"), "{words}");
}

#[tokio::test]
async fn a_component_that_calls_itself_two_names_is_refused() {
    let file = patched(compiled("hello_web"), r#""id":"hello-web""#, r#""id":"hello-wob""#);
    let words = refusal(file).await.to_string();
    assert!(words.contains("it calls itself \"hello-web\", and \"hello-wob\""), "{words}");
}

#[tokio::test]
async fn damaged_code_is_refused() {
    let mut file = compiled("hello_web");
    let code = Parser::new(0).parse_all(&file).find_map(|it| match it.unwrap() {
        Payload::CodeSectionStart { range, .. } => Some(range),
        _ => None,
    });
    let middle = code.map(|it| usize::midpoint(it.start, it.end)).unwrap();
    file[middle..middle + 64].fill(0xff);
    assert!(matches!(refusal(file).await, PlanError::Unfit(_)));
}

#[tokio::test]
async fn a_program_that_is_no_plugin_is_refused() {
    let words = refusal(compiled("hello_app")).await.to_string();
    assert!(words.contains("slipway:plugin is missing"), "{words}");
}

#[tokio::test]
async fn a_refused_component_leaves_nothing_behind() {
    let host = host();
    let file = patched(compiled("hello_web"), r#""id":"hello-web""#, r#""id":"hello-wob""#);
    let digest = Digest::of(&file);
    host.engine.install(file).await.unwrap_err();
    let answer = host.engine.render(&digest, render(json!({}))).await;
    assert!(matches!(answer, Err(PlanError::NotInstalled(_))), "{answer:?}");
}

#[tokio::test]
async fn what_was_installed_is_recalled_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let digest = host_at(folder.path()).with("hello_web").await;
    let again = host_at(folder.path()).engine;
    let recalled = again.recall(&digest).await.unwrap().unwrap();
    assert_eq!(recalled.manifest.id.as_str(), "hello-web");
    again.set_grant(&digest, recalled.manifest.wants).unwrap();
    assert_eq!(again.render(&digest, render(json!({}))).await.unwrap().objects.len(), 3);
}

#[tokio::test]
async fn what_was_never_installed_is_not_recalled() {
    assert!(host().engine.recall(&Digest::of(b"")).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_unloaded_is_not_called() {
    let host = host();
    let digest = host.with("hello_web").await;
    assert!(host.engine.unload(&digest));
    assert!(!host.engine.unload(&digest));
    let answer = host.engine.render(&digest, render(json!({}))).await;
    assert!(matches!(answer, Err(PlanError::NotInstalled(_))));
}
