//! Build: from a plugin's folder to its component, by the tools of its language.

mod component;
mod fresh;
mod go;
mod python;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::error::Error;

/// Builds the plugin in a folder, and answers where its component is. What the tools say goes to standard error.
pub fn build(folder: &Path) -> Result<PathBuf, Error> {
    if folder.join("Cargo.toml").is_file() {
        rust(folder)
    } else if folder.join("package.json").is_file() {
        typescript(folder)
    } else if folder.join("go.mod").is_file() {
        go::go(folder)
    } else if folder.join("pyproject.toml").is_file() {
        python::python(folder)
    } else {
        Err(Error::NoPlugin(folder.to_owned()))
    }
}

fn rust(folder: &Path) -> Result<PathBuf, Error> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--target", "wasm32-wasip2"]);
    cargo.arg("--message-format=json-render-diagnostics").current_dir(folder);
    let said = said(&mut cargo, "cargo", "Install Rust from https://rustup.rs.")?;
    let artefacts = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut components = artefacts.filter_map(|it| {
        let files = it.get("filenames")?.as_array()?.clone();
        files.iter().filter_map(Value::as_str).map(PathBuf::from).find(|it| is_component(it))
    });
    // The plugin itself comes after what it is made of.
    components.next_back().ok_or_else(|| Error::Tool {
        tool: "cargo",
        reason: "built no component; the crate-type of a plugin is [\"cdylib\"]".into(),
    })
}

fn typescript(folder: &Path) -> Result<PathBuf, Error> {
    // A workspace has one for all, further up.
    let absolute = folder.canonicalize().map_err(Error::of(folder))?;
    if !absolute.ancestors().any(|it| it.join("node_modules").is_dir()) {
        said(Command::new("npm").arg("install").current_dir(folder), "npm", NODE)?;
    }
    let said =
        said(Command::new("npx").args(["slipway-sdk", "build"]).current_dir(folder), "npx", NODE)?;
    eprint!("{said}");
    let dist = folder.join("dist");
    let built = std::fs::read_dir(&dist).map_err(Error::of(&dist))?;
    let mut components: Vec<PathBuf> =
        built.filter_map(|it| Some(it.ok()?.path())).filter(|it| is_component(it)).collect();
    match (components.pop(), components.is_empty()) {
        (Some(one), true) => Ok(one),
        _ => Err(Error::Tool {
            tool: "slipway-sdk",
            reason: format!(
                "left not exactly one component in {}; empty it and build again",
                dist.display()
            ),
        }),
    }
}

fn is_component(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "wasm")
}

const NODE: &str = "Install Node.js 20.19 or newer.";

/// Runs a tool; its standard output, where it succeeded.
fn said(command: &mut Command, tool: &'static str, install: &str) -> Result<String, Error> {
    let failed = |reason: String| Error::Tool { tool, reason };
    let output = command.stderr(Stdio::inherit()).output();
    let output =
        output.map_err(|error| failed(format!("cannot be started: {error}. {install}")))?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stdout));
        return Err(failed(format!("ended with {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
