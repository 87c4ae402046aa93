//! Plugins in Python: what they answer, how they end, and what is told of it.

use std::path::Path;

use serde_json::json;
use slipway_model::digest::Digest;
use slipway_model::plan::{Error, Planner, Rendered};
use slipway_model::values;
use tokio::sync::OnceCell;

use crate::guests::{self, Host, host, render};

const HOSTILE: &str = "python/hostile-py";

/// Where componentize-py is not, nothing in Python is built, and there is nothing to test: `cargo xtask test` counts it as
/// skipped. Where it is, what is not built fails the test.
async fn is_ready() -> bool {
    // Compiling takes long: once for all tests, and not once for each that begins before it is in the cache.
    static COMPILED: OnceCell<()> = OnceCell::const_new();
    let is_there = is_built();
    if is_there {
        COMPILED.get_or_init(async || drop(hostile().await)).await;
    }
    is_there
}

fn is_built() -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if root.join("target/guests").join(HOSTILE).with_extension("wasm").is_file() {
        return true;
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&paths).collect();
    folders.push(root.join("target/python/bin"));
    let is_there = folders.iter().any(|it| it.join("componentize-py").is_file());
    assert!(!is_there, "run `cargo xtask guests` first");
    println!("skipped: componentize-py is not installed, and no plugin in Python is built");
    false
}

async fn attacked(behaviour: &str, milliseconds: u32) -> Result<Rendered, Error> {
    guests::attacked(HOSTILE, behaviour, milliseconds).await
}

async fn hostile() -> (Host, Digest) {
    let host = host();
    let digest = host.with(HOSTILE).await;
    (host, digest)
}

#[tokio::test]
async fn it_describes_a_form_whose_defaults_fit_it() {
    if !is_ready().await {
        return;
    }
    let (host, digest) = hostile().await;
    let about = host.engine.blueprint(&digest).await.unwrap();
    assert_eq!((about.name.as_str(), about.version.as_str()), ("hostile-py", "0.1.0"));
    assert_eq!(values::check(&about.values_schema, &about.default_values).unwrap(), []);
    assert_eq!(about.values_schema["properties"]["behaviour"]["title"], "Behaviour");
    let rendered = host.engine.render(&digest, render(json!({"behaviour": "object"}))).await;
    assert_eq!(rendered.unwrap().objects[0].json()["data"], json!({"behaviour": "object"}));
}

#[tokio::test]
async fn what_is_raised_is_told_with_its_words_and_the_lines_of_the_source() {
    if !is_ready().await {
        return;
    }
    for (behaviour, words, place) in [
        ("raise", "ValueError: it was told to raise", "    at thrower (main.py:"),
        ("cause", "RuntimeError: and so it did", "    at because (main.py:"),
        ("exit", "SystemExit: it was told to go", "    at render (main.py:"),
        ("print-and-raise", "ValueError: it was told to raise", "    at thrower (main.py:"),
        ("files", "FileNotFoundError", "    at render (main.py:"),
        ("no-json", "TypeError", "    at "),
    ] {
        let answer = attacked(behaviour, 20_000).await;
        let Err(Error::Trapped { reason, backtrace, .. }) = answer else {
            panic!("{behaviour} must crash: {answer:?}");
        };
        assert!(reason.starts_with(words), "{behaviour}: {reason}");
        assert!(backtrace.starts_with(place), "{behaviour}: {backtrace}");
        assert!(!backtrace.contains("slipway/"), "{behaviour}: {backtrace}");
        assert!(!backtrace.contains(env!("CARGO_MANIFEST_DIR")), "{behaviour}: {backtrace}");
        if behaviour == "cause" {
            let cause =
                "\n    because of ValueError: it was told to raise\n    at thrower (main.py:";
            assert!(backtrace.contains(cause), "{backtrace}");
        }
    }
}

#[tokio::test]
async fn a_no_is_an_answer_with_its_field_and_what_to_do() {
    if !is_ready().await {
        return;
    }
    let Err(Error::Refused(failure)) = attacked("refuse", 20_000).await else {
        panic!("it must refuse");
    };
    assert_eq!(
        (failure.code.as_str(), failure.field.as_deref()),
        ("invalid-values", Some("/behaviour"))
    );
    assert_eq!(failure.hint.as_deref(), Some("Tell it something else."));
}

#[tokio::test]
async fn what_a_schema_cannot_say_is_checked_by_the_plugin() {
    if !is_ready().await {
        return;
    }
    let (host, digest) = hostile().await;
    let found = host.engine.check(&digest, render(json!({"behaviour": "wrong"}))).await.unwrap();
    assert_eq!((found.len(), found[0].field.as_deref()), (1, Some("/behaviour")));
    assert_eq!(host.engine.check(&digest, render(json!({}))).await.unwrap(), []);
    // What does not fit the form is found before, by the schema; the plugin would say the same.
    let found = host.engine.check(&digest, render(json!({"padding": 1}))).await.unwrap();
    assert_eq!(found[0].field.as_deref(), Some("/padding"));
    let crash = host.engine.check(&digest, render(json!({"behaviour": "crash in check"}))).await;
    assert!(matches!(crash, Err(Error::Trapped { .. })), "{crash:?}");
}

#[tokio::test]
async fn what_is_printed_stands_in_the_log() {
    if !is_ready().await {
        return;
    }
    let log = attacked("print", 20_000).await.unwrap().trace.log;
    let lines = ["debug: printed 1", "debug: to standard", "debug: error", "debug: no end"];
    assert_eq!(log, lines);
}

#[tokio::test]
async fn clock_chance_and_the_order_of_sets_depend_on_the_input_alone() {
    if !is_ready().await {
        return;
    }
    for behaviour in ["clock", "chance", "order"] {
        let first = attacked(behaviour, 20_000).await.unwrap().trace.log;
        assert_eq!(first, attacked(behaviour, 20_000).await.unwrap().trace.log, "{behaviour}");
        assert_eq!(first.len(), 1, "{behaviour}: {first:?}");
    }
}

#[tokio::test]
async fn endless_recursion_is_told_as_one() {
    if !is_ready().await {
        return;
    }
    let answer = attacked("stack", 20_000).await;
    let Err(Error::Trapped { reason, backtrace, .. }) = &answer else { panic!("{answer:?}") };
    assert!(reason.contains("recursion") || reason.contains("stack"), "{reason}");
    assert!(backtrace.len() <= 4_000, "{}", backtrace.len());
}

#[tokio::test]
async fn an_endless_loop_ends_with_its_time() {
    if !is_ready().await {
        return;
    }
    let answer = attacked("loop", 300).await;
    assert!(matches!(answer, Err(Error::OutOfTime { milliseconds: 300, .. })), "{answer:?}");
}

#[tokio::test]
async fn hoarding_memory_ends_at_the_grant() {
    if !is_ready().await {
        return;
    }
    let answer = attacked("memory", 20_000).await;
    assert!(matches!(answer, Err(Error::OutOfMemory { mebibytes: 64, .. })), "{answer:?}");
}
