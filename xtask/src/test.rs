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
    ran.push("web check");
    run("binary", &mut cargo(&["build"]))?;
    run("lints", &mut cargo(&["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"]))?;
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

/// The testbed needs root, network namespaces and its programs, which `tests/testbed/testbed.sh build` makes.
fn kubernetes(ran: &mut Vec<&'static str>, skipped: &mut Vec<String>) -> Result<()> {
    let ready = program("bash", "tests/testbed", &["testbed.sh", "ready"]).output()?;
    if !ready.status.success() {
        let reason = String::from_utf8_lossy(&ready.stderr).trim().to_owned();
        skipped.push(format!("real Kubernetes: {reason}"));
        return Ok(());
    }
    run(
        "real Kubernetes",
        program("bash", "tests/testbed", &["e2e.sh"]).env("SLIPWAY_ROOT", root()),
    )?;
    ran.push("real Kubernetes");
    Ok(())
}
