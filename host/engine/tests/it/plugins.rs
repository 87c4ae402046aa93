//! Our own plugins, as hosts call them.

use serde_json::{Value, json};
use slipway_model::health::{Health, Verdict};
use slipway_model::object::Object;
use slipway_model::operation::OperationKind;
use slipway_model::plan::{Error, Observed, Outcome, Planner, StepInput};
use slipway_model::values;

use crate::guests::{host, render, step};

#[tokio::test]
async fn hello_web_describes_a_form_whose_defaults_fit_it() {
    let host = host();
    let digest = host.with("hello_web").await;
    let about = host.engine.blueprint(&digest).await.unwrap();
    assert_eq!((about.name.as_str(), about.title.as_str()), ("hello-web", "Hello web"));
    assert_eq!(values::check(&about.values_schema, &about.default_values).unwrap(), []);
    let properties = about.values_schema["properties"].as_object().unwrap();
    let mut fields: Vec<&String> = properties.keys().collect();
    fields.sort_by_key(|it| properties[*it]["x-slipway"]["order"].as_u64());
    assert_eq!(fields[..3], ["greeting", "accessCode", "image"], "the order of the form");
    assert_eq!(
        values::field_with_role(&about.values_schema, "replicas").as_deref(),
        Some("/replicas")
    );
    assert_eq!(about.values_schema["properties"]["replicas"]["title"], "Replicas");
}

#[tokio::test]
async fn hello_web_renders_the_same_for_the_same_input() {
    let host = host();
    let digest = host.with("hello_web").await;
    let input = render(json!({"replicas": 3}));
    let first = host.engine.render(&digest, input.clone()).await.unwrap();
    let second = host.engine.render(&digest, input).await.unwrap();
    assert_eq!(first.objects, second.objects);
    assert_eq!(first.trace.input, second.trace.input);
    assert_eq!(first.trace.output, second.trace.output);
    let kinds: Vec<&str> = first.objects.iter().map(Object::kind).collect();
    assert_eq!(kinds, ["Deployment", "Service", "Ingress"]);
    assert_eq!(first.objects[0].number("/spec/replicas"), Some(3));
}

/// The same file holds the builders of the other languages' SDKs to the same objects.
#[tokio::test]
async fn hello_web_renders_what_the_file_for_all_sdks_says() {
    let host = host();
    let digest = host.with("hello_web").await;
    let golden: Value =
        serde_json::from_str(include_str!("../../../../sdk/golden/hello-web.json")).unwrap();
    let input = render(golden["values"].clone());
    let rendered = host.engine.render(&digest, input).await.unwrap();
    let objects: Vec<&Value> = rendered.objects.iter().map(Object::json).collect();
    assert_eq!(json!(objects), golden["objects"], "{:#}", json!(objects));
}

#[tokio::test]
async fn a_value_that_a_blueprint_refuses_is_named_by_its_field() {
    let host = host();
    let digest = host.with("hello_web").await;
    let input = render(json!({"environment": {"A-B": "1"}}));
    let Err(Error::Refused(failure)) = host.engine.render(&digest, input).await else {
        panic!("it must refuse");
    };
    assert_eq!(failure.field.as_deref(), Some("/environment/A-B"));
}

#[tokio::test]
async fn rolling_applies_waits_and_is_done() {
    let host = host();
    let (web, rolling) = (host.with("hello_web").await, host.with("rolling").await);
    let desired = host.engine.render(&web, render(json!({}))).await.unwrap().objects;
    let input = StepInput { desired: desired.clone(), ..step(OperationKind::Create) };
    let first = host.engine.step(&rolling, &input).await.unwrap();
    assert_eq!(first.apply, desired);
    assert!(matches!(first.outcome, Outcome::Wait { .. }), "{:?}", first.outcome);
    assert_eq!(first.links[0].url, "http://web.shop.localhost:8080/");

    let healthy = Verdict::new(Health::Healthy, "Exists", "It exists.");
    let seen = |object| Observed { object, verdict: healthy.clone() };
    let observed = desired.iter().cloned().map(seen).collect();
    let input = StepInput { desired, observed, ..step(OperationKind::Create) };
    let last = host.engine.step(&rolling, &input).await.unwrap();
    assert_eq!(last.outcome, Outcome::Done);
}

#[tokio::test]
async fn rolling_says_no_to_an_operation_that_it_does_not_know() {
    let host = host();
    let rolling = host.with("rolling").await;
    let answer = host.engine.step(&rolling, &step(OperationKind::Promote)).await;
    let Err(Error::Refused(failure)) = answer else { panic!("it must refuse") };
    assert_eq!(failure.code, "unsupported-operation");
}

#[tokio::test]
async fn a_blueprint_without_a_check_finds_nothing_wrong() {
    let host = host();
    let digest = host.with("hello_web").await;
    assert_eq!(host.engine.check(&digest, render(json!({}))).await.unwrap(), []);
}

#[tokio::test]
async fn the_optional_check_is_found_and_asked() {
    let host = host();
    let digest = host.with("hostile").await;
    assert_eq!(host.engine.check(&digest, render(json!({}))).await.unwrap(), []);
    let wrong =
        host.engine.check(&digest, render(json!({"behaviour": "no-in-check"}))).await.unwrap();
    assert_eq!(wrong[0].field.as_deref(), Some("/behaviour"));
}

#[tokio::test]
async fn a_blueprint_is_no_control_plugin() {
    let host = host();
    let digest = host.with("hello_web").await;
    let Err(Error::Unfit(words)) = host.engine.step(&digest, &step(OperationKind::Create)).await
    else {
        panic!("it cannot step");
    };
    assert!(words.ends_with("is a blueprint, and a control plugin is needed here."), "{words}");
}
