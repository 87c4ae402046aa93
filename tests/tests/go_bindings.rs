//! The bindings of the Go SDK are those of the contract in `wit/`. They are committed, because an author needs them and has no
//! generator: `slipway plugin new` and an editor find them in the SDK's folder. Set `SLIPWAY_UPDATE=1` to write them anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use slipway_tests::root;
use wit_bindgen_core::Files;
use wit_bindgen_core::wit_parser::Resolve;

/// All that a plugin may answer. What a plugin is made for decides which of it is in its component.
const WORLDS: &[&str] =
    &["blueprint", "control", "update-checker", "config-check", "migrate", "suggest"];
const PACKAGE: &str = "slipway.dev/slipway/internal/wit";
/// The generator's own runtime; the proxy refuses its newer versions, and ours stands beside the bindings.
const RUNTIME: &str = "go.bytecodealliance.org/pkg/wit";

fn place() -> PathBuf {
    root().join("sdk/go/internal/wit")
}

fn generated() -> BTreeMap<PathBuf, String> {
    let mut resolve = Resolve::default();
    resolve.push_path(root().join("wit/v1")).unwrap();
    let includes = WORLDS.iter().map(|it| format!("include slipway:plugin/{it}@1.0.0;\n"));
    let text = format!("package slipway:sdk;\nworld go {{ {} }}", includes.collect::<String>());
    let package = resolve.push_str("sdk.wit", &text).unwrap();
    let world = resolve.select_world(&[package], Some("go")).unwrap();
    let options = wit_bindgen_go::Opts { pkg_name: Some(PACKAGE.to_owned()), ..Default::default() };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files).unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(RUNTIME, PACKAGE);
    files.iter().map(|(name, bytes)| (PathBuf::from(name), formatted(name, text(bytes)))).collect()
}

/// As `gofmt` has it: the other name of the runtime changes the order of imports.
fn formatted(name: &str, text: String) -> String {
    if Path::new(name).extension().is_none_or(|it| it != "go") {
        return text;
    }
    let mut gofmt = Command::new("gofmt");
    let mut gofmt = gofmt.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    gofmt.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(gofmt.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn the_bindings_of_the_go_sdk_are_those_of_the_contract() {
    let mut old = Vec::new();
    for (name, text) in generated() {
        let file = place().join(&name);
        if std::fs::read_to_string(&file).is_ok_and(|it| it == text) {
            continue;
        }
        if std::env::var_os("SLIPWAY_UPDATE").is_some() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
        } else {
            old.push(name.display().to_string());
        }
    }
    assert!(
        old.is_empty(),
        "old, compared with wit/: {}; SLIPWAY_UPDATE=1 writes them",
        old.join(", ")
    );
}
