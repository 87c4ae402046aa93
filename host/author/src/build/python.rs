//! Python: asks the program what plugin it is, and has componentize-py make the component, in which the manifest is put.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use super::component::{joined, with_manifest};
use super::fresh::{self, is_fresh};
use super::said;
use crate::error::Error;
use crate::sources::{Contract, files};

/// The version that plugins are tested with; `.ci/run` installs it.
pub const COMPONENTIZE_PY: &str = "0.25.1";

const PYTHON: &str = "Install Python 3.11 or newer.";
/// Finds the SDK, which tells the rest.
const INTRODUCE: &str = include_str!("introduce.py");
/// The module that the component is made of, as `slipway_plugin.py` in a folder of its own.
const MODULE: &str = "slipway_plugin";

/// What the program says of itself when it runs outside of a component.
#[derive(Deserialize)]
struct About {
    manifest: Value,
    pieces: Vec<String>,
    /// Where modules are looked for, beside the plugin's own folder.
    path: Vec<String>,
}

impl About {
    fn word(&self, name: &str) -> &str {
        self.manifest[name].as_str().unwrap_or_default()
    }
}

/// Builds `dist/NAME.wasm`.
pub fn python(folder: &Path) -> Result<PathBuf, Error> {
    let about = about(folder)?;
    let dist = folder.join("dist");
    let (file, note) = (dist.join(format!("{}.wasm", about.word("id"))), dist.join(".sources"));
    let sources = sources(folder, &about)?;
    if is_fresh(&file, &note, &sources) {
        return Ok(file);
    }
    let parts = dist.join(".parts");
    lay(&parts, &about)?;
    let made = componentize(folder, &about);
    let component = made.and_then(|()| {
        let file = parts.join("component");
        std::fs::read(&file).map_err(Error::of(&file))
    });
    std::fs::remove_dir_all(&parts).map_err(Error::of(&parts))?;
    let component = with_manifest(component?, &about.manifest.to_string());
    std::fs::write(&file, component).map_err(Error::of(&file))?;
    std::fs::write(&note, sources).map_err(Error::of(&note))?;
    Ok(file)
}

/// Two builds of the same differ, because Python's snapshot holds seeds of hash tables: what is built once is kept.
fn sources(folder: &Path, about: &About) -> Result<String, Error> {
    let About { manifest, pieces, path } = about;
    let versions = [env!("CARGO_PKG_VERSION"), COMPONENTIZE_PY];
    let besides = format!("{versions:?} {manifest} {pieces:?} {path:?}\n");
    let folders = path.iter().map(|it| folder.join(it));
    fresh::sources(&[folder.to_owned()].into_iter().chain(folders).collect::<Vec<_>>(), &besides)
}

fn about(folder: &Path) -> Result<About, Error> {
    let mut command = Command::new("python3");
    command.current_dir(folder).args(["-B", "-c", INTRODUCE]);
    let told = said(&mut command, "python3", PYTHON)?;
    serde_json::from_str(&told).map_err(|error| Error::Tool {
        tool: "python3",
        reason: format!("ran a program that does not say what plugin it is ({error})"),
    })
}

/// What the component is made of beside the plugin: the contract, and the module that answers for it.
fn lay(parts: &Path, about: &About) -> Result<(), Error> {
    let (id, version) = (about.word("id"), about.word("version"));
    let module = format!(
        "from slipway.component.exported import exported\n\nglobals().update(exported(\"main\", {id:?}, {version:?}))\n"
    );
    let module = (format!("module/{MODULE}.py"), module.into_bytes());
    // componentize-py can join worlds itself, but not those whose types come from another package.
    let world = joined(about.word("world"), &about.pieces).into_bytes();
    let worlds = files::<Contract>("v1/worlds").into_iter();
    let worlds = worlds.map(|(name, it)| (format!("wit/deps/plugin/worlds{name}"), it));
    let deps = files::<Contract>("v1/deps/").into_iter();
    let deps = deps.map(|(name, it)| (format!("wit/deps/{name}"), it));
    for (name, bytes) in worlds.chain(deps).chain([module, ("wit/plugin.wit".into(), world)]) {
        let path = parts.join(name);
        let parent = path.parent().unwrap_or(parts);
        std::fs::create_dir_all(parent).map_err(Error::of(parent))?;
        std::fs::write(&path, bytes).map_err(Error::of(&path))?;
    }
    Ok(())
}

fn componentize(folder: &Path, about: &About) -> Result<(), Error> {
    let mut command = tool(folder);
    command.current_dir(folder);
    command.args(["--quiet", "--wit-path", "dist/.parts/wit"]);
    command.args(["--world", "slipway:build/plugin"]);
    command.args(["componentize", "--python-path", "dist/.parts/module", "--python-path", "."]);
    for path in &about.path {
        command.args(["--python-path", path]);
    }
    command.args(["--output", "dist/.parts/component", MODULE]);
    said(&mut command, "componentize-py", &install()).map(drop)
}

fn install() -> String {
    format!(
        "Install it: python3 -m venv .venv && .venv/bin/pip install componentize-py=={COMPONENTIZE_PY}"
    )
}

/// That of the plugin's own environment, or the one on the PATH, or the package of the Python on the PATH, which has no
/// `__main__` to be run with `-m`.
fn tool(folder: &Path) -> Command {
    let own = folder.join(".venv/bin/componentize-py");
    if let Ok(own) = own.canonicalize() {
        return Command::new(own);
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let is_there = std::env::split_paths(&paths).any(|it| it.join("componentize-py").is_file());
    if is_there || !is_a_package() {
        return Command::new("componentize-py");
    }
    let mut python = Command::new("python3");
    python.args(["-c", "from componentize_py import script; script()"]);
    python
}

fn is_a_package() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import componentize_py"]);
    python.output().is_ok_and(|it| it.status.success())
}
