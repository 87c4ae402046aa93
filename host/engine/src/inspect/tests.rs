//! Files that are no plugins, and the words that they are answered with.

use super::*;

fn refused(file: &[u8]) -> String {
    inspect(file).unwrap_err().to_string()
}

/// A component with nothing but a manifest.
fn component(manifest: &str) -> Vec<u8> {
    let mut file = b"\0asm\x0d\0\x01\0".to_vec();
    let mut section = vec![u8::try_from(SECTION.len()).unwrap()];
    section.extend(SECTION.as_bytes());
    section.extend(manifest.as_bytes());
    file.push(0);
    let mut left = section.len();
    while left >= 0x80 {
        file.push(u8::try_from(left & 0x7f).unwrap() | 0x80);
        left >>= 7;
    }
    file.push(u8::try_from(left).unwrap());
    file.extend(section);
    file
}

fn made_for(world: &str) -> Vec<u8> {
    component(&format!(r#"{{"manifest":1,"world":"{world}","id":"web","version":"0.1.0"}}"#))
}

#[test]
fn a_text_is_no_webassembly() {
    assert!(refused(b"#!/bin/sh").starts_with("The file is no WebAssembly."));
}

#[test]
fn a_core_module_is_told_how_to_become_a_component() {
    let words = refused(b"\0asm\x01\0\0\0");
    assert!(words.contains("a core module") && words.contains("wasm32-wasip2"), "{words}");
}

#[test]
fn a_truncated_component_is_damaged() {
    let mut file = made_for("slipway:plugin/blueprint@1.0.0");
    file.truncate(20);
    assert!(refused(&file).starts_with("The file is damaged"), "{}", refused(&file));
}

#[test]
fn a_component_without_a_manifest_is_told_what_is_missing() {
    assert!(refused(b"\0asm\x0d\0\x01\0").contains("custom section slipway:plugin is missing"));
}

#[test]
fn another_major_version_is_answered_with_what_to_do() {
    assert_eq!(
        refused(&made_for("slipway:plugin/blueprint@2.0.0")),
        "web needs slipway:plugin/blueprint@2.0.0, and this host offers version 1.0.0 of that contract. Update this host, or take a version of the plugin that is made for the older contract."
    );
    assert!(
        refused(&made_for("slipway:plugin/blueprint@0.9.0"))
            .ends_with("Take a newer version of the plugin.")
    );
}

#[test]
fn an_unknown_world_is_answered_with_the_known_ones() {
    let words = refused(&made_for("slipway:plugin/teapot@1.0.0"));
    assert!(words.contains("slipway:plugin/control@1.0.0"), "{words}");
}

#[test]
fn a_manifest_that_promises_more_than_is_exported_is_refused() {
    let words = refused(&made_for("slipway:plugin/blueprint@1.0.0"));
    assert!(words.contains("but it exports nothing of Slipway's"), "{words}");
}
