//! `cargo xtask test`: everything that is checked, in order, and what was left out.

use std::process::Command;

use anyhow::Result;

use crate::steps::{cargo, has, packages, program, root, run, with_tools};
use crate::{go, guests, python, typescript, web};

/// Runs all checks; the first that fails ends it.
pub fn test() -> Result<()> {
    let mut ran = Vec::new();
    let mut skipped = Vec::new();

    run("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    ran.push("format");
    guests::of_other_compilers()?;
    typescript::test()?;
    ran.push("TypeScript SDK and its examples");
    web::web()?;
    run(
        "web types and accessibility",
        &mut program("npm", "host/web", &["run", "--silent", "check"]),
    )?;
    run("web logic", &mut program("npm", "host/web", &["run", "--silent", "test"]))?;
    ran.push("web check");
    let linted = Linted::new()?;
    run("binary, with lints", linted.build(&mut cargo(&["build"])))?;
    go::guests()?;
    go::test()?;
    if has("go") {
        ran.push("Go SDK and its plugins");
    } else {
        skipped.push("plugins in Go: go is not on the PATH, and tests of them will fail".into());
    }
    plugins_in_python(&mut ran, &mut skipped)?;
    run("test programs, with lints", linted.build(&mut cargo(&["test", "--no-run", "--quiet"])))?;
    ran.push("lints");
    let mut tests = cargo(&["test", "--no-fail-fast"]);
    run("tests", linted.build(with_tools(&mut tests)))?;
    ran.push("unit, room, contract and end-to-end tests (embedded cluster), SDK and plugins too");
    deny(&mut ran, &mut skipped)?;

    conformance(&mut ran, &mut skipped);
    sharing(&mut ran, &mut skipped);
    browser(&mut ran, &mut skipped)?;
    kubernetes(&linted, &mut ran, &mut skipped)?;

    println!("\nran:     {}", ran.join("; "));
    for reason in &skipped {
        println!("skipped: {reason}");
    }
    println!("{} passed, 0 failed, {} skipped", ran.len(), skipped.len());
    Ok(())
}

/// Building them needs what a machine may not have; the tests that need their components say so, and do nothing.
fn plugins_in_python(ran: &mut Vec<&'static str>, skipped: &mut Vec<String>) -> Result<()> {
    python::guests()?;
    python::test()?;
    match python::missing() {
        None => ran.push("Python SDK and its plugins"),
        Some(why) => skipped.push(format!("plugins in Python: {why}")),
    }
    Ok(())
}

/// Clippy as the compiler of our own crates: what is tested is what was linted, nothing of ours is compiled twice,
/// and the dependencies are those of every other build (`cargo clippy` checks them all once more).
struct Linted {
    driver: String,
}

impl Linted {
    fn new() -> Result<Self> {
        let found = program("rustup", "", &["which", "clippy-driver"]).output()?;
        Ok(Self { driver: String::from_utf8_lossy(&found.stdout).trim().to_owned() })
    }

    fn build<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env("RUSTC_WORKSPACE_WRAPPER", &self.driver).env("CLIPPY_ARGS", "-Dwarnings")
    }
}

/// Licences, sources and versions of what we depend on; the advisories need a database from outside.
fn deny(ran: &mut Vec<&'static str>, skipped: &mut Vec<String>) -> Result<()> {
    if !has("cargo-deny") {
        let words = "cargo deny: it is not installed (cargo install --locked cargo-deny)";
        skipped.push(words.into());
        return Ok(());
    }
    run(
        "cargo deny",
        &mut cargo(&["deny", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]),
    )?;
    ran.push("cargo deny");
    Ok(())
}

/// The suite of the OCI distribution specification is a program from outside; the test that runs it is among the others.
fn conformance(ran: &mut Vec<&'static str>, skipped: &mut Vec<String>) {
    if std::env::var_os("OCI_CONFORMANCE").is_some() || has("oci-conformance") {
        ran.push("OCI distribution conformance");
    } else {
        let words = "OCI distribution conformance: there is no oci-conformance on the PATH (docs/registry.md)";
        skipped.push(words.into());
    }
    let clients = [
        ("skopeo", "apt-get install skopeo"),
        ("oras", "go install oras.land/oras/cmd/oras@v1.3.6"),
        ("wkg", "cargo install --locked wkg@0.16.1"),
    ];
    for (client, how) in clients.into_iter().filter(|(client, _)| !has(client)) {
        skipped.push(format!("our registry with {client}: it is not installed ({how})"));
    }
}

/// The registry that pushes and pulls are tried against beside our own; the tests are among the others.
fn sharing(ran: &mut Vec<&'static str>, skipped: &mut Vec<String>) {
    if !has("cosign") {
        let words = "signatures with cosign itself: it is not installed (go install github.com/sigstore/cosign/v2/cmd/cosign@v2.6.5)";
        skipped.push(words.into());
    }
    if has("docker-registry") {
        ran.push("push, pull and signatures at docker-registry");
    } else {
        let words = "push, pull and signatures at docker-registry: it is not installed (apt-get install docker-registry)";
        skipped.push(words.into());
    }
}

fn browser(ran: &mut Vec<&'static str>, skipped: &mut Vec<String>) -> Result<()> {
    if !has("chromium") {
        skipped.push(
            "browser: there is no chromium on the PATH (Debian: apt-get install chromium)".into(),
        );
        return Ok(());
    }
    let folder = "tests/browser";
    packages("browser packages", folder)?;
    run("browser", &mut program("npm", folder, &["test", "--silent"]))?;
    ran.push("browser");
    Ok(())
}

/// On a real cluster in a network namespace of its own. It needs root and programs that
/// `tests/testbed/testbed.sh build` compiles from Go modules, so a machine may not have it.
fn kubernetes(
    linted: &Linted,
    ran: &mut Vec<&'static str>,
    skipped: &mut Vec<String>,
) -> Result<()> {
    let folder = "tests/testbed";
    let ready = program("bash", folder, &["testbed.sh", "ready"]).output()?;
    if !ready.status.success() {
        let why = String::from_utf8_lossy(&ready.stderr).trim().to_owned();
        skipped.push(format!("real Kubernetes: {why}"));
        return Ok(());
    }
    // The script asks cargo where the test programs are: the same words, or they would be built once more.
    let mut script = program("bash", folder, &["e2e.sh"]);
    run("real Kubernetes", linted.build(script.env("SLIPWAY_ROOT", root())))?;
    ran.push("main job, contract and reconciler on real Kubernetes");
    Ok(())
}
