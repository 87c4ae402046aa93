//! Go: asks the program what plugin it is, compiles it to a module, and makes the component of that. Needs nothing but `go`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use super::component::component;
use super::said;
use crate::error::Error;

const GO: &str = "Install Go 1.25 or newer from https://go.dev/dl.";

/// What the program says of itself when it runs outside of a component.
#[derive(Deserialize)]
struct About {
    manifest: Value,
    pieces: Vec<String>,
}

/// Builds `dist/NAME.wasm`.
pub fn go(folder: &Path) -> Result<PathBuf, Error> {
    let about = about(folder)?;
    let word = |name: &str| about.manifest[name].as_str().unwrap_or_default();
    let dist = folder.join("dist");
    std::fs::create_dir_all(&dist).map_err(Error::of(&dist))?;
    let core = dist.join(".module");
    let mut command = at(folder);
    command.env("GOOS", "wasip1").env("GOARCH", "wasm");
    command.args(["build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w", "-o"]);
    said(command.args(["dist/.module", "."]), "go", GO)?;
    let module = std::fs::read(&core).map_err(Error::of(&core))?;
    std::fs::remove_file(&core).map_err(Error::of(&core))?;
    let manifest = about.manifest.to_string();
    let component = component(module, word("world"), &about.pieces, &manifest)
        .map_err(|reason| failed(format!("built what is no plugin: {reason}")))?;
    let file = dist.join(format!("{}.wasm", word("id")));
    std::fs::write(&file, component).map_err(Error::of(&file))?;
    Ok(file)
}

fn about(folder: &Path) -> Result<About, Error> {
    let mut command = at(folder);
    // For the machine that builds, whatever the author's shell is set to.
    command.env_remove("GOOS").env_remove("GOARCH").env("CGO_ENABLED", "0");
    let told = said(command.args(["run", "."]), "go", GO)?;
    serde_json::from_str(&told).map_err(|error| {
        let what = "ran a program that does not say what plugin it is";
        failed(format!("{what} ({error}); its main is to call slipway.Main() and nothing else"))
    })
}

fn at(folder: &Path) -> Command {
    let mut command = Command::new("go");
    command.current_dir(folder);
    command
}

fn failed(reason: String) -> Error {
    Error::Tool { tool: "go", reason }
}
