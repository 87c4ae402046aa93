//! Plugins in Go: what they answer, how they end, and what is told of it.

use serde_json::{Value, json};
use slipway_model::plan::{Error, Planner, RenderInput, Rendered};
use slipway_model::values;

use crate::guests::{self, host, render};

#[tokio::test]
async fn guestbook_describes_a_form_whose_defaults_fit_it_and_its_rules_of_health() {
    let host = host();
    let digest = host.with("go/guestbook").await;
    let about = host.engine.blueprint(&digest).await.unwrap();
    assert_eq!((about.name.as_str(), about.version.as_str()), ("guestbook", "0.1.0"));
    assert!(about.icon.unwrap().starts_with("<svg") && about.docs.contains("Valkey"));
    assert_eq!(values::check(&about.values_schema, &about.default_values).unwrap(), []);
    let properties = about.values_schema["properties"].as_object().unwrap();
    let fields: Vec<&String> = properties.keys().collect();
    assert_eq!(fields, ["image", "replicas", "password", "database", "snapshots", "words"]);
    assert_eq!(properties["password"]["writeOnly"], true);
    let rules = host.engine.health_rules(&digest).await.unwrap();
    assert_ne!(*rules, Default::default(), "a snapshot is judged by them");
}

#[tokio::test]
async fn the_same_input_gives_the_same_objects_whatever_order_go_walks_in() {
    let host = host();
    let digest = host.with("go/guestbook").await;
    let words: Value = (0..20).map(|it| (format!("WORD_{it}"), Value::from("x"))).collect();
    let input = |image: &str| RenderInput {
        facts: json!({"runtime": "containers"}),
        ..render(json!({"words": words, "image": image}))
    };
    // The seed of Go's maps comes from the input: another input walks in another order.
    let mut names = Vec::new();
    for image in ["a.example/a:1", "a.example/b:1", "a.example/c:1"] {
        let rendered = host.engine.render(&digest, input(image)).await.unwrap();
        let again = host.engine.render(&digest, input(image)).await.unwrap();
        assert_eq!(rendered.objects, again.objects);
        let deployment = rendered.objects.iter().find(|it| it.kind() == "Deployment").unwrap();
        let env = &deployment.json()["spec"]["template"]["spec"]["containers"][0]["env"];
        names.push(env.as_array().unwrap().iter().map(|it| it["name"].clone()).collect::<Vec<_>>());
    }
    assert_eq!((&names[0], &names[0]), (&names[1], &names[2]));
}

async fn attacked(behaviour: &str, milliseconds: u32) -> Result<Rendered, Error> {
    guests::attacked("go/hostile-go", behaviour, milliseconds).await
}

#[tokio::test]
async fn a_panic_is_told_with_its_words_and_the_lines_of_the_source() {
    for (behaviour, words) in [
        ("panic", "it was told to panic"),
        ("nothing", "nil pointer dereference"),
        ("error", "it was told to give an error that is no failure"),
    ] {
        let Err(Error::Trapped { reason, backtrace, .. }) = attacked(behaviour, 20_000).await
        else {
            panic!("{behaviour} must crash");
        };
        assert!(reason.contains(words), "{behaviour}: {reason}");
        if behaviour != "error" {
            assert!(backtrace.contains("at main.render (hostile-go/main.go:"), "{backtrace}");
        }
        if behaviour == "panic" {
            assert!(
                backtrace.starts_with("    at main.thrower (hostile-go/main.go:"),
                "{backtrace}"
            );
        }
        assert!(!backtrace.contains(env!("CARGO_MANIFEST_DIR")), "{backtrace}");
    }
}

#[tokio::test]
async fn a_no_is_an_answer_with_its_field_and_what_to_do() {
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
async fn endless_recursion_ends_and_is_told() {
    let answer = attacked("stack", 20_000).await;
    let Err(Error::Trapped { reason, .. }) = &answer else { panic!("{answer:?}") };
    assert!(reason.contains("stack"), "{reason}");
}

#[tokio::test]
async fn an_endless_loop_ends_with_its_time() {
    let answer = attacked("loop", 300).await;
    assert!(matches!(answer, Err(Error::OutOfTime { milliseconds: 300, .. })), "{answer:?}");
}

#[tokio::test]
async fn hoarding_memory_ends_at_the_grant() {
    let answer = attacked("memory", 20_000).await;
    assert!(matches!(answer, Err(Error::OutOfMemory { mebibytes: 64, .. })), "{answer:?}");
}

/// Texts come in while the garbage collector may run, and it reads the clock, which nobody may do then.
#[tokio::test]
async fn the_garbage_collector_disturbs_no_call() {
    assert_eq!(attacked("garbage", 20_000).await.unwrap().objects, []);
    let host = host();
    let digest = host.with("go/hostile-go").await;
    let large = "x".repeat(1 << 20);
    for _ in 0..5 {
        let values = json!({"behaviour": "", "a": large, "b": large, "c": large});
        assert_eq!(host.engine.render(&digest, render(values)).await.unwrap().objects, []);
    }
}
