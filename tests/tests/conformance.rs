//! The OCI distribution specification's own conformance suite against the running binary.
//!
//! The suite is a program from outside; `.ci/run` installs it, and `docs/registry.md` says how to name another. Without it the test says
//! that it was skipped, and what the suite looks at is still held by `registry.rs` and `host/registry/tests`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use slipway_tests::Host;

/// Groups that the suite itself leaves off by default in both versions, with the reason why they stay off here.
const LEFT_OFF: &[(&str, &str)] = &[(
    "Sparse Manifests",
    "the specification lets a registry refuse a manifest whose content is not there, and this one does",
)];

/// 1.1 and what the next version adds: cancelled uploads, digest headers, tags as parameters, with SHA-512 too.
const VERSION: &str = "dev";

#[tokio::test(flavor = "multi_thread")]
async fn every_group_of_the_conformance_suite_passes() {
    let Some(suite) = suite() else {
        println!("skipped: there is no oci-conformance on the PATH and OCI_CONFORMANCE names none");
        return;
    };
    let host = Host::start();
    let admin = host.admin().await;
    admin.post("/api/v1/projects", &json!({"name": "conformance"})).await.expect(201);
    let token = json!({"name": "conformance", "scope": "deploy"});
    let token = admin.post("/api/v1/tokens", &token).await.expect(201);
    let token = token["text"].as_str().unwrap().to_owned();

    let results = tempfile::tempdir().unwrap();
    let folder = results.path().to_owned();
    let registry = host.url().trim_start_matches("http://").to_owned();
    let run = move || run(&suite, &registry, &token, &folder);
    let (said, is_success) = tokio::task::spawn_blocking(run).await.unwrap();
    let counts = section(&said, "OCI Conformance Result");
    let groups: BTreeMap<_, _> = section(&said, "API conformance:")
        .into_iter()
        .chain(section(&said, "Data conformance:"))
        .collect();
    for (group, outcome) in &groups {
        println!("{group}: {outcome}");
    }
    println!("{counts:?}");

    assert!(is_success, "{said}");
    assert!(groups.len() >= 50, "the suite has other groups than this test knows:\n{said}");
    let left_off: Vec<&str> = LEFT_OFF.iter().map(|(group, _)| *group).collect();
    let other = groups.iter().filter(|(_, outcome)| *outcome != "Pass");
    let other: Vec<&str> = other.map(|(group, _)| group.as_str()).collect();
    assert_eq!(other, left_off, "groups that did not pass, and those that may not\n{said}");
    let count = |name: &str| counts.get(name).and_then(|it| it.parse::<u32>().ok());
    for none in ["FAIL", "Error", "Skip", "Disabled"] {
        assert_eq!(count(none), Some(0), "{none}\n{said}");
    }
    assert!(count("Pass").is_some_and(|it| it > 900), "{said}");
}

fn suite() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("OCI_CONFORMANCE") {
        let path = PathBuf::from(named);
        assert!(path.is_file(), "OCI_CONFORMANCE names {}, which is no file", path.display());
        return Some(path);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|it| it.join("oci-conformance")).find(|it| it.is_file())
}

/// What it says, and whether it ended well. Only what is set here decides which groups it runs.
fn run(suite: &Path, registry: &str, token: &str, results: &Path) -> (String, bool) {
    let mut command = Command::new(suite);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("OCI_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(results)
        .env("OCI_VERSION", VERSION)
        .env("OCI_REGISTRY", registry)
        .env("OCI_TLS", "disabled")
        .env("OCI_REPO1", "conformance/repo1")
        .env("OCI_REPO2", "conformance/repo2")
        .env("OCI_USERNAME", "any")
        .env("OCI_PASSWORD", token)
        .env("OCI_RESULTS_DIR", results);
    let output = command.output().expect("the suite runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (said + &String::from_utf8_lossy(&output.stderr), output.status.success())
}

/// The lines `name....: value` below a heading, up to the next blank line.
fn section(said: &str, heading: &str) -> BTreeMap<String, String> {
    let lines = said.lines().skip_while(|it| !it.starts_with(heading)).skip(1);
    let lines = lines.take_while(|it| !it.trim().is_empty());
    let pairs = lines.filter_map(|line| {
        let (name, value) = line.rsplit_once(':')?;
        Some((name.trim().trim_end_matches('.').to_owned(), value.trim().to_owned()))
    });
    pairs.collect()
}

/// Whoever reads the results expects the form that this reads.
#[test]
fn the_suites_summary_is_read() {
    let said = "noise\nOCI Conformance Result: Pass\n  Skip....:    0\n  Pass....:  12\n\nAPI conformance:\n  Blob get....:  Pass\n\n";
    assert_eq!(section(said, "OCI Conformance Result")["Pass"], "12");
    assert_eq!(section(said, "API conformance:").len(), 1);
    let _: Value = json!(section(said, "API conformance:"));
}
