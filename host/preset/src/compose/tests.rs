//! What is refused before anything is composed; that the result works is held in `tests/tests/preset.rs`, by the engine.

use serde_json::json;

use super::*;

fn document() -> Document {
    serde_json::from_value(json!({
        "id": "shop", "title": "Shop", "summary": "A shop.", "version": "1.0.0",
        "base": {"id": "hello-web"},
    }))
    .unwrap()
}

fn refusal(base: &[u8]) -> String {
    compose(&Wrappers::default(), base, &document()).unwrap_err().to_string()
}

/// A component with this manifest, which exports nothing.
fn component(manifest: &str) -> Vec<u8> {
    let mut component = Component::new();
    component.section(&CustomSection { name: SECTION.into(), data: manifest.as_bytes().into() });
    component.finish()
}

#[test]
fn what_is_no_blueprint_is_refused_in_words() {
    assert_eq!(refusal(b"hello"), "the base is no component that can be read");
    let module = wasm_encoder::Module::new().finish();
    assert_eq!(refusal(&module), "the base is no blueprint of Slipway: it is a core module");
    let nothing = Component::new().finish();
    assert_eq!(refusal(&nothing), "the base is no blueprint of Slipway: it has no manifest");
    let other = component(r#"{"manifest":1,"id":"rolling","version":"1.0.0"}"#);
    assert!(refusal(&other).contains("does not export slipway:blueprint/blueprint"));
}

#[test]
fn the_text_lies_in_a_valid_component() {
    let text = "\u{e4}".repeat(40_000);
    let component = read::component(&text);
    wasmparser::Validator::new().validate_all(&component).unwrap();
    assert!(component.windows(text.len()).any(|it| it == text.as_bytes()));
}
