//! Plugins in TypeScript: the examples do what they say, and what is thrown, endless or greedy is held and told.

use serde_json::{Value, json};
use slipway_model::health::{Health, Verdict};
use slipway_model::object::Object;
use slipway_model::operation::OperationKind;
use slipway_model::plan::{Error, Observed, Outcome, Planner, RenderInput, Rendered, StepInput};
use slipway_model::values;
use wasmparser::{Parser, Payload};

use crate::guests::{self, compiled, host, render, step};

fn in_containers(values: Value) -> RenderInput {
    RenderInput { facts: json!({"runtime": "containers"}), ..render(values) }
}

fn secret(key: &str) -> Value {
    json!({"secretKeyRef": {"name": "web.secrets.slipway.dev", "key": key}})
}

#[tokio::test]
async fn notes_describes_a_form_whose_defaults_fit_it() {
    let host = host();
    let digest = host.with("typescript/notes").await;
    let about = host.engine.blueprint(&digest).await.unwrap();
    assert_eq!((about.name.as_str(), about.version.as_str()), ("notes", "0.1.0"));
    assert!(about.icon.unwrap().starts_with("<svg") && about.docs.contains("ConfigMap"));
    assert_eq!(values::check(&about.values_schema, &about.default_values).unwrap(), []);
    let properties = about.values_schema["properties"].as_object().unwrap();
    let mut fields: Vec<&String> = properties.keys().collect();
    fields.sort_by_key(|it| properties[*it]["x-slipway"]["order"].as_u64());
    assert_eq!(fields, ["title", "notes", "password", "image", "replicas"]);
    assert_eq!(properties["password"]["writeOnly"], true);
    let role = values::field_with_role(&about.values_schema, "replicas");
    assert_eq!(role.as_deref(), Some("/replicas"));
}

#[tokio::test]
async fn notes_renders_what_its_golden_file_says() {
    let host = host();
    let digest = host.with("typescript/notes").await;
    let values = json!({"title": "Stand-up", "notes": {"Monday": "Plan", "Friday": "Demo"},
        "password": secret("password.1"), "replicas": 2});
    let rendered = host.engine.render(&digest, render(values)).await.unwrap();
    let objects: Vec<&Value> = rendered.objects.iter().map(Object::json).collect();
    let golden: Value = serde_json::from_str(include_str!("notes.golden.json")).unwrap();
    assert_eq!(json!(objects), golden, "{:#}", json!(objects));
    assert_eq!(rendered.trace.log, ["debug: 2 notes for web"]);
}

#[tokio::test]
async fn notes_names_the_field_where_it_says_no() {
    let host = host();
    let digest = host.with("typescript/notes").await;
    let Err(Error::Refused(failure)) = host.engine.render(&digest, in_containers(json!({}))).await
    else {
        panic!("there is no image for containers");
    };
    assert_eq!(failure.field.as_deref(), Some("/image"));
    assert!(failure.hint.is_some());
    let wrong = render(json!({"notes": {"": "no name"}}));
    let found = host.engine.check(&digest, wrong).await.unwrap();
    assert_eq!(found[0].field.as_deref(), Some("/notes/"));
    assert_eq!(host.engine.check(&digest, render(json!({}))).await.unwrap(), []);
}

#[tokio::test]
async fn in_order_waits_for_settings_before_it_applies_workloads() {
    let host = host();
    let (notes, control) =
        (host.with("typescript/notes").await, host.with("typescript/in-order").await);
    let desired = host.engine.render(&notes, render(json!({}))).await.unwrap().objects;
    let kinds = |objects: &[Object]| -> Vec<String> {
        objects.iter().map(|it| it.kind().to_owned()).collect()
    };
    let input = StepInput { desired: desired.clone(), ..step(OperationKind::Create) };
    let first = host.engine.step(&control, &input).await.unwrap();
    assert_eq!(kinds(&first.apply), ["ConfigMap"]);
    assert!(matches!(first.outcome, Outcome::Wait { .. }), "{:?}", first.outcome);

    let healthy = Verdict::new(Health::Healthy, "Exists", "It exists.");
    let seen = |object: &Object| Observed { object: object.clone(), verdict: healthy.clone() };
    let observed = vec![seen(&desired[0])];
    let input = StepInput { desired: desired.clone(), observed, ..step(OperationKind::Create) };
    let second = host.engine.step(&control, &input).await.unwrap();
    assert_eq!(kinds(&second.apply), ["ConfigMap", "Deployment"]);

    let observed = desired.iter().map(seen).collect();
    let input = StepInput { desired: desired.clone(), observed, ..step(OperationKind::Create) };
    let last = host.engine.step(&control, &input).await.unwrap();
    assert_eq!((last.apply, last.outcome), (desired, Outcome::Done));
    assert_eq!(last.links[0].url, "http://web.shop.localhost:8080/");
}

#[tokio::test]
async fn in_order_fails_at_its_deadline_and_knows_no_promotion() {
    let host = host();
    let control = host.with("typescript/in-order").await;
    let desired = vec![
        Object::new(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}))
            .unwrap(),
    ];
    let now_unix_milliseconds = 1_000_000 + 600_000;
    let late = StepInput { desired, now_unix_milliseconds, ..step(OperationKind::Update) };
    let Outcome::Failed(failure) = host.engine.step(&control, &late).await.unwrap().outcome else {
        panic!("its time is over");
    };
    assert_eq!(failure.code, "progress-deadline-exceeded");
    let answer = host.engine.step(&control, &step(OperationKind::Promote)).await;
    let Err(Error::Refused(failure)) = answer else { panic!("it must refuse") };
    assert_eq!(failure.code, "unsupported-operation");
}

async fn attacked(behaviour: &str, milliseconds: u32) -> Result<Rendered, Error> {
    guests::attacked("typescript/hostile-ts", behaviour, milliseconds).await
}

#[tokio::test]
async fn what_is_thrown_is_told_with_its_words_and_the_lines_of_the_source() {
    let Err(Error::Trapped { reason, backtrace, .. }) = attacked("throw", 20_000).await else {
        panic!("it must crash");
    };
    assert_eq!(reason, "TypeError: it was told to throw");
    assert!(backtrace.contains("thrower (src/main.ts:"), "{backtrace}");
    assert!(backtrace.contains("render (src/main.ts:"), "{backtrace}");
}

#[tokio::test]
async fn what_is_thrown_and_no_error_is_told_too() {
    let Err(Error::Trapped { reason, .. }) = attacked("throw-text", 20_000).await else {
        panic!("it must crash");
    };
    assert_eq!(reason, "thrown: \"only a text\"");
}

#[tokio::test]
async fn there_is_no_clock_and_no_chance_and_both_are_told() {
    for (behaviour, what) in [("clock", "no access to a clock"), ("chance", "to random numbers")] {
        let Err(Error::Trapped { reason, backtrace, .. }) = attacked(behaviour, 20_000).await
        else {
            panic!("{behaviour} must crash");
        };
        assert!(reason.contains(what), "{reason}");
        assert!(backtrace.contains("render (src/main.ts:"), "{backtrace}");
    }
    let rendered = attacked("date", 20_000).await.unwrap();
    assert_eq!(rendered.trace.log, ["info: 1970-01-01T00:00:00.000Z"]);
}

#[tokio::test]
async fn endless_recursion_is_told_as_one() {
    let Err(Error::Trapped { reason, backtrace, .. }) = attacked("stack", 20_000).await else {
        panic!("it must crash");
    };
    assert!(reason.contains("stack"), "{reason}");
    assert!(backtrace.len() <= 4_000, "{}", backtrace.len());
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

#[test]
fn a_plugin_in_typescript_imports_nothing_but_the_contract() {
    let (log, types) = ("slipway:log/log@1.0.0", "slipway:types/types@1.0.0");
    assert_eq!(imports("typescript/notes"), [log, types]);
    assert_eq!(imports("typescript/in-order"), [log, types]);
    let registry = "slipway:registry/registry@1.0.0";
    assert_eq!(imports("typescript/newest-tag"), [log, registry, types]);
}

fn imports(artefact: &str) -> Vec<String> {
    let (file, mut depth, mut imports) = (compiled(artefact), 0_u32, Vec::new());
    for payload in Parser::new(0).parse_all(&file) {
        match payload.unwrap() {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(it) if depth == 0 => {
                imports.extend(it.into_iter().map(|it| it.unwrap().name.name.to_owned()));
            }
            _ => {}
        }
    }
    imports
}
