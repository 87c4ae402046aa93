//! Presets in the host's own engine: what is composed is a blueprint like any other.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use serde_json::{Value, json};
use slipway_engine::{Config, Engine, Installed};
use slipway_model::plan::{App, Error, Planner, RenderInput};
use slipway_preset::{Document, Wrappers, compose};
use slipway_tests::bundle;

fn wrappers() -> Wrappers {
    let read = |name: &str| std::fs::read(bundle().join("presets").join(name)).unwrap();
    Wrappers { plain: read("plain.wasm"), checked: read("checked.wasm") }
}

fn base(name: &str) -> Vec<u8> {
    std::fs::read(bundle().join("blueprints").join(name)).unwrap()
}

fn document(json: Value) -> Document {
    serde_json::from_value(json).unwrap()
}

async fn installed(component: Vec<u8>) -> (tempfile::TempDir, Engine, Installed) {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::new(&Config::new(folder.path().to_owned())).unwrap();
    let installed = engine.install(component).await.unwrap();
    engine.set_grant(&installed.digest, installed.manifest.wants.clone()).unwrap();
    (folder, engine, installed)
}

fn input(values: Value) -> RenderInput {
    let app = App {
        project: "shop".parse().unwrap(),
        name: "web".parse().unwrap(),
        namespace: "shop".into(),
        hosts: vec!["web.shop.localhost".into()],
        revision: 1,
    };
    RenderInput { app, values, facts: json!({"runtime": "wasm"}) }
}

fn greeting() -> Document {
    document(json!({
        "id": "greeter", "title": "Greeter", "summary": "Says moin.", "version": "2.1.0",
        "base": {"id": "hello-web"}, "values": {"greeting": "Moin", "environment": {"A": "1"}},
        "ask": [
            {"pointer": "/accessCode", "title": "Code", "required": true, "secret": true, "generate": 20},
            {"pointer": "/environment/REGION", "required": true},
        ],
    }))
}

#[tokio::test]
async fn a_preset_is_a_blueprint_of_its_own_with_what_its_base_wants() {
    let base = base("hello-web.wasm");
    let component = compose(&wrappers(), &base, &greeting()).unwrap();
    assert_eq!(component, compose(&wrappers(), &base, &greeting()).unwrap(), "the same bytes");
    assert!(component.windows(base.len()).any(|it| it == base), "the base as it is");
    let (_folder, engine, installed) = installed(component).await;
    let manifest = &installed.manifest;
    assert_eq!((manifest.id.as_str(), manifest.version.as_str()), ("greeter", "2.1.0"));
    assert_eq!(manifest.wants.kinds.len(), 3);
    let about = engine.blueprint(&installed.digest).await.unwrap();
    assert_eq!((about.name.as_str(), about.title.as_str()), ("greeter", "Greeter"));
    assert_eq!(about.default_values["greeting"], "Moin");
    let field = |pointer: &str| about.values_schema.pointer(pointer).unwrap().clone();
    assert_eq!(field("/properties/accessCode/title"), "Code");
    assert_eq!(field("/properties/accessCode/writeOnly"), true);
    assert_eq!(field("/properties/accessCode/x-slipway/generate"), 20);
    assert_eq!(field("/properties/image/x-slipway/advanced"), true);
    assert_eq!(field("/properties/environment/required"), json!(["REGION"]));
    let mut values = about.default_values.clone();
    values["environment"]["REGION"] = "north".into();
    let rendered = engine.render(&installed.digest, input(values)).await.unwrap();
    let text = serde_json::to_string(rendered.objects[0].json()).unwrap();
    assert!(text.contains("Moin") && text.contains("north"), "{text}");
}

#[tokio::test]
async fn a_locked_preset_hides_what_it_sets_and_its_base_says_no_in_its_own_words() {
    let mut greeting = greeting();
    greeting.locked = true;
    greeting.values["environment"]["A-B"] = "1".into();
    let component = compose(&wrappers(), &base("hello-web.wasm"), &greeting).unwrap();
    let (_folder, engine, installed) = installed(component).await;
    let about = engine.blueprint(&installed.digest).await.unwrap();
    assert!(about.values_schema.pointer("/properties/image").is_none());
    let values = json!({"environment": {"REGION": "north"}});
    let Err(Error::Refused(failure)) = engine.render(&installed.digest, input(values)).await else {
        panic!("A-B is no name");
    };
    assert_eq!(failure.field.as_deref(), Some("/environment/A-B"));
}

#[tokio::test]
async fn a_preset_can_be_the_base_of_another() {
    let first = compose(&wrappers(), &base("hello-web.wasm"), &greeting()).unwrap();
    let second = document(json!({
        "id": "greeter-north", "title": "North", "summary": "Says moin in the north.", "version": "1.0.0",
        "base": {"id": "greeter", "version": "2.1.0"}, "values": {"environment": {"REGION": "north"}},
        "ask": [{"pointer": "/replicas"}], "locked": true,
    }));
    let component = compose(&wrappers(), &first, &second).unwrap();
    let (_folder, engine, installed) = installed(component).await;
    assert_eq!(installed.manifest.id.as_str(), "greeter-north");
    let rendered = engine.render(&installed.digest, input(json!({"replicas": 3}))).await.unwrap();
    let deployment = rendered.objects[0].json();
    assert_eq!(deployment["spec"]["replicas"], 3);
    assert!(deployment.to_string().contains("north"));
    let other = document(json!({
        "id": "x", "title": "X", "summary": "X.", "version": "1.0.0", "base": {"id": "greeter", "version": "9.0.0"},
    }));
    let refusal = compose(&wrappers(), &first, &other).unwrap_err().to_string();
    assert_eq!(refusal, "the document speaks of greeter 9.0.0, and the base is greeter 2.1.0");
}

/// QuickJS brings three memories, and a base in TypeScript checks values itself.
#[tokio::test]
async fn a_base_in_typescript_is_wrapped_with_its_own_check() {
    let notes = slipway_tests::root().join("target/guests/typescript/notes.wasm");
    let notes = std::fs::read(notes).expect("`cargo xtask guests` compiles it");
    let diary = document(json!({
        "id": "diary", "title": "Diary", "summary": "One note a day.", "version": "1.0.0",
        "base": {"id": "notes"}, "values": {"title": "Diary", "notes": {"": "no name"}},
        "ask": [{"pointer": "/title"}], "locked": true,
    }));
    let component = compose(&wrappers(), &notes, &diary).unwrap();
    let (_folder, engine, installed) = installed(component).await;
    let wrong = engine.check(&installed.digest, input(json!({"title": "Mine"}))).await.unwrap();
    assert_eq!(wrong[0].field.as_deref(), Some("/notes/"), "{wrong:?}");
}
