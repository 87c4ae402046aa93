//! What hostile plugins try, and the typed error that each attempt ends in. After each one the host still answers.

use serde_json::{Value, json};
use slipway_model::digest::Digest;
use slipway_model::plan::{Error, Planner, Rendered};

use crate::guests::{Host, host, render};

async fn attempt(host: &Host, hostile: &Digest, behaviour: &str) -> Result<Rendered, Error> {
    attempt_with(host, hostile, json!({"behaviour": behaviour})).await
}

async fn attempt_with(host: &Host, hostile: &Digest, values: Value) -> Result<Rendered, Error> {
    let answer = host.engine.render(hostile, render(values)).await;
    let neighbour = host.with("hello_web").await;
    let fine = host.engine.render(&neighbour, render(json!({}))).await;
    assert_eq!(fine.unwrap().objects.len(), 3, "another plugin still works");
    answer
}

async fn attacked(behaviour: &str) -> Result<Rendered, Error> {
    let host = host();
    let hostile = host.with("hostile").await;
    attempt(&host, &hostile, behaviour).await
}

/// The same with little time, for what would go on for ever.
async fn attacked_for_long(behaviour: &str) -> Result<Rendered, Error> {
    let host = host();
    let hostile = host.hasty("hostile").await;
    attempt(&host, &hostile, behaviour).await
}

/// What it reports of an attempt that ends in an answer.
async fn found(behaviour: &str) -> Value {
    let rendered = attacked(behaviour).await.unwrap();
    serde_json::from_str(rendered.objects[0].text("/data/found")).unwrap()
}

#[tokio::test]
async fn a_panic_is_told_in_its_own_words_with_a_backtrace() {
    let Err(Error::Trapped { reason, backtrace, .. }) = attacked("panic").await else {
        panic!("it must crash");
    };
    assert!(reason.contains("attack.rs") && reason.contains("was told to panic"), "{reason}");
    assert!(backtrace.contains("hostile.wasm!"), "{backtrace}");
}

#[tokio::test]
async fn an_exit_is_a_crash() {
    let Err(Error::Trapped { reason, .. }) = attacked("exit").await else {
        panic!("it must crash");
    };
    assert!(reason.contains("exit"), "{reason}");
}

#[tokio::test]
async fn an_endless_loop_ends_with_its_time() {
    let answer = attacked_for_long("loop").await;
    assert!(matches!(answer, Err(Error::OutOfTime { milliseconds: 300, .. })), "{answer:?}");
}

#[tokio::test]
async fn sleeping_in_the_host_ends_with_its_time() {
    let answer = attacked_for_long("sleep").await;
    assert!(matches!(answer, Err(Error::OutOfTime { .. })), "{answer:?}");
}

#[tokio::test]
async fn hoarding_memory_ends_at_the_grant() {
    let answer = attacked("memory").await;
    assert!(matches!(answer, Err(Error::OutOfMemory { mebibytes: 64, .. })), "{answer:?}");
}

#[tokio::test]
async fn endless_recursion_is_a_crash() {
    // Rust keeps its stack at the bottom of its memory, so it falls off the edge there.
    let answer = attacked("stack").await;
    assert!(matches!(answer, Err(Error::Trapped { .. })), "{answer:?}");
}

#[tokio::test]
async fn answers_beyond_measure_are_refused() {
    for behaviour in ["large-answer", "huge-answer", "many-objects", "log-huge"] {
        let answer = attacked(behaviour).await;
        assert!(matches!(answer, Err(Error::TooMuch { .. })), "{behaviour}: {answer:?}");
    }
}

#[tokio::test]
async fn answers_that_are_no_objects_are_refused() {
    for behaviour in ["deep", "no-object"] {
        let answer = attacked(behaviour).await;
        assert!(matches!(answer, Err(Error::Nonsense { .. })), "{behaviour}: {answer:?}");
    }
}

/// A million objects are more than a guest has memory for, or than is copied out of it.
#[tokio::test]
async fn a_million_objects_are_not_taken() {
    let answer = attacked("million-objects").await;
    let is_held = matches!(answer, Err(Error::TooMuch { .. } | Error::OutOfMemory { .. }));
    assert!(is_held, "{answer:?}");
}

/// What the SDK cannot be made to say, from a guest in text.
#[tokio::test]
async fn texts_that_are_no_json_are_refused_and_harm_nobody() {
    let host = host();
    for (said, reason) in [
        (
            r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "n": NaN}"#,
            "is no JSON",
        ),
        (
            r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "n": 1e9999}"#,
            "is no JSON",
        ),
        (r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"#, "is no JSON"),
        (
            r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": ["web"]}}"#,
            "has no metadata.name",
        ),
        ("\\ff\\fe", "utf-8"),
    ] {
        let component = crate::compatibility::saying(said);
        let installed = host.engine.install(component).await.unwrap();
        let answer = attempt_with(&host, &installed.digest, json!({})).await;
        let Err(Error::Nonsense { what, .. }) = &answer else { panic!("{said}: {answer:?}") };
        assert!(what.contains(reason), "{said}: {what}");
    }
}

#[tokio::test]
async fn nothing_outlives_a_call() {
    let host = host();
    let hostile = host.with("hostile").await;
    for _ in 0..3 {
        let rendered = attempt(&host, &hostile, "remember").await.unwrap();
        assert_eq!(rendered.objects[0].text("/data/found"), "0");
    }
}

#[tokio::test]
async fn a_flood_of_log_lines_is_cut() {
    let rendered = attacked("log-flood").await.unwrap();
    let log = rendered.trace.log;
    assert!(log.iter().map(String::len).sum::<usize>() < 70_000);
    assert_eq!(log.last().unwrap(), "(more was logged than is kept)");
}

#[tokio::test]
async fn a_flood_of_prints_is_cut() {
    let written = found("print-flood").await.as_u64().unwrap();
    assert!(written <= 64 << 10, "{written}");
}

#[tokio::test]
async fn nothing_of_the_world_outside_can_be_reached() {
    let reached = found("escape").await;
    let nothing = json!({"file": false, "directory": false, "write": false, "environment": 0,
        "arguments": 0, "connection": false, "listener": false, "datagram": false,
        "name": false, "seconds": 0});
    assert_eq!(reached, nothing);
}

#[tokio::test]
async fn what_looks_random_is_a_function_of_the_input() {
    assert_eq!(found("random").await, found("random").await);
}

#[tokio::test]
async fn a_no_is_no_failure_of_the_plugin() {
    let host = host();
    let hostile = host.with("hostile").await;
    for _ in 0..10 {
        let answer = attempt(&host, &hostile, "refuse").await;
        assert!(matches!(answer, Err(Error::Refused(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn a_plugin_that_fails_again_and_again_rests_and_others_do_not() {
    let host = host();
    let hostile = host.with("hostile").await;
    for _ in 0..5 {
        let answer = attempt(&host, &hostile, "panic").await;
        assert!(matches!(answer, Err(Error::Trapped { .. })), "{answer:?}");
    }
    let answer = attempt(&host, &hostile, "").await;
    assert!(matches!(answer, Err(Error::Resting { failures: 5, .. })), "{answer:?}");
}

#[tokio::test]
async fn a_crowd_of_endless_loops_does_not_keep_others_out_for_long() {
    let host = host();
    let (hostile, web) = (host.hasty("hostile").await, host.with("hello_web").await);
    let crowd = (0..40).map(|_| host.engine.render(&hostile, render(json!({"behaviour": "loop"}))));
    let crowd = futures::future::join_all(crowd);
    let others = (0..40).map(|_| host.engine.render(&web, render(json!({}))));
    let (_, others) = tokio::join!(crowd, futures::future::join_all(others));
    for answer in others {
        assert_eq!(answer.unwrap().objects.len(), 3);
    }
}
