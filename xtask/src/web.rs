//! `cargo xtask web` and `cargo xtask products`.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::steps::{cargo, has, packages, program, root, run};

/// Builds the web app, with the packages that its lock file names.
pub fn web() -> Result<()> {
    if !has("npm") {
        bail!("the web app is built with Node.js 20.19 or newer, and npm is not on the PATH");
    }
    let folder = "host/web";
    packages("web packages", folder)?;
    run("web app", &mut program("npm", folder, &["run", "--silent", "build"]))
}

/// Writes what is generated from the code, for the commit.
pub fn products() -> Result<()> {
    run("binary", &mut cargo(&["build"]))?;
    for (name, file) in [
        ("openapi", "docs/openapi.json"),
        ("crd", "docs/rollouts.crd.json"),
        ("rbac", "docs/slipway.clusterrole.json"),
    ] {
        let output = program("target/debug/slipway", "", &["product", name]).output();
        let output = output.with_context(|| format!("slipway product {name}"))?;
        fs::write(root().join(file), output.stdout)?;
    }
    run("web types", &mut program("npm", "host/web", &["run", "--silent", "generate"]))
}
