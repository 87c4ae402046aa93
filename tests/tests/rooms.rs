//! The table of rooms in ARCHITECTURE.md, as data, against the crates' real dependencies.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};
use slipway_tests::root;

/// A room, the rooms that it may import, and outside crates that it must not know.
const TABLE: &[(&str, &[&str], &[&str])] = &[
    ("model", &[], &["tokio", "axum", "redb", "kube", "wasmtime", "reqwest", "hyper"]),
    ("wire", &["model"], &["tokio", "axum", "redb", "kube", "wasmtime"]),
    ("database", &[], &["tokio", "axum", "kube", "wasmtime", "serde_json"]),
    ("queue", &[], &["axum", "kube", "redb", "wasmtime", "serde_json"]),
    ("store", &["model", "database"], &["axum", "kube", "wasmtime", "hyper", "reqwest"]),
    ("identity", &["model"], &["axum", "kube", "redb", "hyper", "tokio"]),
    ("engine", &["model"], &["axum", "kube", "redb", "hyper", "reqwest"]),
    ("registry", &["model"], &["axum", "kube", "redb", "wasmtime"]),
    ("author", &["model", "engine"], &["axum", "kube", "redb", "hyper", "reqwest", "wasmtime"]),
    ("overlay", &[], &["tokio", "axum", "kube", "redb", "wasmtime", "serde"]),
    (
        "preset",
        &["model", "overlay"],
        &["tokio", "axum", "kube", "redb", "wasmtime", "hyper", "reqwest"],
    ),
    ("cluster", &["model", "queue"], &["axum", "redb", "wasmtime"]),
    ("embedded", &["model", "database", "queue", "registry"], &["utoipa"]),
    (
        "platform",
        &["model", "store", "identity", "registry", "preset"],
        &["axum", "kube", "redb", "wasmtime", "hyper", "k8s-openapi"],
    ),
    ("api", &["platform", "wire", "model"], &["redb", "kube", "wasmtime"]),
    (
        "cli",
        &["wire", "model", "author", "preset", "registry"],
        &["axum", "redb", "kube", "wasmtime"],
    ),
];

#[test]
fn every_room_imports_only_what_the_table_lets_it() {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec().unwrap();
    let rooms: BTreeMap<_, _> = TABLE.iter().map(|(room, may, not)| (*room, (may, not))).collect();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let Some(room) = package.name.strip_prefix("slipway-") else { continue };
        let Some((may, must_not)) = rooms.get(room) else { continue };
        seen.insert(room.to_owned());
        for dependency in package.dependencies.iter().filter(|it| it.kind == DependencyKind::Normal)
        {
            let name = dependency.name.as_str();
            if let Some(other) = name.strip_prefix("slipway-") {
                if !may.contains(&other) {
                    wrong.push(format!("{room} imports the room {other}"));
                }
            } else if must_not.contains(&name) {
                wrong.push(format!("{room} knows {name}"));
            }
        }
    }
    assert_eq!(seen.len(), TABLE.len(), "rooms of the table that are no crates");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_architecture_names_every_room_of_the_table() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for (room, may, _) in TABLE {
        let row = text.lines().find(|it| it.starts_with(&format!("| `host/{room}` |")));
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for host/{room}"));
        for other in *may {
            assert!(row.contains(other), "the row of host/{room} does not name {other}: {row}");
        }
    }
}

#[test]
fn every_file_begins_with_what_it_is() {
    let mut wrong = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !["target", "node_modules", ".git"].contains(&name.as_str()) {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                if !text.starts_with("//!") {
                    wrong.push(path.display().to_string());
                }
            }
        }
    }
    assert!(wrong.is_empty(), "files without a first sentence:\n{}", wrong.join("\n"));
}

#[test]
fn what_is_generated_is_what_is_committed() {
    for (product, file) in [
        ("openapi", "docs/openapi.json"),
        ("crd", "docs/rollouts.crd.json"),
        ("rbac", "docs/slipway.clusterrole.json"),
    ] {
        let output = std::process::Command::new(slipway_tests::binary())
            .args(["product", product])
            .output()
            .expect("the binary runs");
        let made = String::from_utf8_lossy(&output.stdout).into_owned();
        let committed = std::fs::read_to_string(root().join(file)).unwrap_or_default();
        assert!(made == committed, "{file} is old: run `cargo xtask products`");
    }
}
