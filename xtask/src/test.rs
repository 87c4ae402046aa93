//! `cargo xtask test`: everything that is checked, in order, and what was left out.

use anyhow::Result;

use crate::steps::{cargo, has, program, root, run};
use crate::{guests, web};

/// Runs all checks; the first that fails ends it.
pub fn test() -> Result<()> {
    let mut ran = Vec::new();
    let mut skipped = Vec::new();

    run("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    ran.push("format");
    guests::guests()?;
    web::web()?;
    run(
        "web types and accessibility",
        &mut program("npm", "host/web", &["run", "--silent", "check"]),
    )?;
    run("web logic", &mut program("npm", "host/web", &["run", "--silent", "test"]))?;
    ran.push("web check");
    run("binary", &mut cargo(&["build"]))?;
    lints()?;
    ran.push("lints");
    run("tests", &mut cargo(&["test", "--no-fail-fast"]))?;
    ran.push("unit, room, contract and end-to-end tests (embedded cluster)");

    browser(&mut ran, &mut skipped)?;
    kubernetes(&mut ran, &mut skipped)?;

    println!("\nran:     {}", ran.join("; "));
    for reason in &skipped {
        println!("skipped: {reason}");
    }
    println!("{} passed, 0 failed, {} skipped", ran.len(), skipped.len());
    Ok(())
}

/// Clippy as the compiler of our own crates: so it shares the dependencies that the build has made, where
/// `cargo clippy` would check them all once more (ten minutes on two cores).
fn lints() -> Result<()> {
    let found = program("rustup", "", &["which", "clippy-driver"]).output()?;
    let driver = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    let mut build = cargo(&["build", "--quiet"]);
    run("lints", build.env("RUSTC_WORKSPACE_WRAPPER", driver).env("CLIPPY_ARGS", "-Dwarnings"))
}

fn browser(ran: &mut Vec<&'static str>, skipped: &mut Vec<String>) -> Result<()> {
    if !has("chromium") {
        skipped.push(
            "browser: there is no chromium on the PATH (Debian: apt-get install chromium)".into(),
        );
        return Ok(());
    }
    let folder = "tests/browser";
    run("browser packages", &mut program("npm", folder, &["ci", "--no-audit", "--no-fund"]))?;
    run("browser", &mut program("npm", folder, &["test", "--silent"]))?;
    ran.push("browser");
    Ok(())
}

/// On request only, until it has been seen to pass: it needs root, network namespaces, and programs that
/// `tests/testbed/testbed.sh build` compiles from Go modules in about ten minutes.
fn kubernetes(ran: &mut Vec<&'static str>, skipped: &mut Vec<String>) -> Result<()> {
    if std::env::var_os("SLIPWAY_KUBERNETES").is_none() {
        skipped.push(
            "real Kubernetes: it was not asked for; SLIPWAY_KUBERNETES=1 runs tests/testbed/e2e.sh, \
             which has not been seen to pass yet"
                .into(),
        );
        return Ok(());
    }
    run("testbed", &mut program("bash", "tests/testbed", &["testbed.sh", "ready"]))?;
    run(
        "real Kubernetes",
        program("bash", "tests/testbed", &["e2e.sh"]).env("SLIPWAY_ROOT", root()),
    )?;
    ran.push("real Kubernetes");
    Ok(())
}
