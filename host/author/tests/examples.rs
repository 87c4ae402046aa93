//! The examples, as `cargo xtask guests` has built them, answer as the golden files beside them say.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::{Path, PathBuf};
use std::process::Command;

use slipway_author::{Bench, Verdict, cases};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder, its component, and how many golden files it has. `SLIPWAY_UPDATE=1` writes the answers anew, for a person to read.
async fn answers_as_its_golden_files_say(folder: &str, component: &str, count: usize) {
    let update = std::env::var_os("SLIPWAY_UPDATE").is_some();
    let component = built(component);
    assert!(component.is_file(), "run `cargo xtask guests` first: {}", component.display());
    let bench = Bench::with(std::fs::read(component).unwrap()).await.unwrap();
    let cases = cases(&root().join(folder)).unwrap();
    assert_eq!(cases.len(), count, "{folder}");
    for case in cases {
        let verdict = case.ask(&bench, update).await.unwrap().verdict;
        let is_good = verdict == Verdict::Same || update && verdict == Verdict::Written;
        assert!(is_good, "{folder}: {}: {verdict:?}", case.name);
    }
}

fn built(component: &str) -> PathBuf {
    root().join("target/guests").join(component)
}

/// Where the tool that builds it is not, the component may be missing.
fn may_be_asked(component: &str, tool: &str) -> bool {
    let may = built(component).is_file() || Command::new(tool).arg("version").output().is_ok();
    if !may {
        println!("skipped: {tool} is not on the PATH");
    }
    may
}

#[tokio::test]
async fn in_rust() {
    let folder = "wasm32-wasip2/guest";
    answers_as_its_golden_files_say("blueprints/stack", &format!("{folder}/stack.wasm"), 2).await;
    answers_as_its_golden_files_say("examples/task", &format!("{folder}/task.wasm"), 4).await;
}

#[tokio::test]
async fn in_typescript() {
    answers_as_its_golden_files_say("examples/notes", "typescript/notes.wasm", 3).await;
    answers_as_its_golden_files_say("examples/newest-tag", "typescript/newest-tag.wasm", 3).await;
    let shown = "examples/notes/golden/behind-a-password.expect.yaml";
    let shown = std::fs::read_to_string(root().join(shown)).unwrap();
    assert!(!shown.contains("swordfish"), "a blueprint gets a reference, not the secret");
}

#[tokio::test]
async fn in_go() {
    let component = "go/guestbook.wasm";
    if may_be_asked(component, "go") {
        answers_as_its_golden_files_say("examples/guestbook", component, 5).await;
    }
}

#[tokio::test]
async fn in_python() {
    let component = "python/settled.wasm";
    if may_be_asked(component, "componentize-py") {
        answers_as_its_golden_files_say("examples/settled", component, 4).await;
    }
}
