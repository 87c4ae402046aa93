//! Plugins in Python: the guests that are written against the Python SDK, and their tests without WebAssembly.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::steps::{has, is_made, program, root, run, with_tools};

const SDK: &str = "sdk/python";
/// Folders of guests; each becomes `target/guests/python/NAME.wasm`.
const GUESTS: &[&str] = &["examples/settled", "tests/guests/hostile-py"];
const TARGET: &str = "target/guests/python";
/// It has components made, puts manifests into them, and has to be built before.
const SLIPWAY: &str = "target/debug/slipway";

/// Why nothing can be built; none where it can.
pub fn missing() -> Option<&'static str> {
    if !has("python3") {
        return Some("python3 is not on the PATH");
    }
    (!has("componentize-py"))
        .then_some("componentize-py is not on the PATH (pip install componentize-py)")
}

/// Compiles what has changed. Where that cannot be done, nothing older is left that tests would take for it.
pub fn guests() -> Result<()> {
    let target = root().join(TARGET);
    if let Some(why) = missing() {
        eprintln!("skipped: plugins in Python: {why}");
        return if target.exists() { Ok(fs::remove_dir_all(target)?) } else { Ok(()) };
    }
    fs::create_dir_all(&target)?;
    for guest in GUESTS {
        let name = Path::new(guest).file_name().unwrap_or_default().to_string_lossy();
        let file = target.join(format!("{name}.wasm"));
        if is_made(&file, &[SDK, "wit", guest].map(|it| root().join(it)))? {
            continue;
        }
        let mut build = program(SLIPWAY, "", &["plugin", "build", guest, "--quiet"]);
        run(guest, with_tools(&mut build))?;
        let built = root().join(guest).join("dist").join(format!("{name}.wasm"));
        fs::copy(&built, &file).with_context(|| built.display().to_string())?;
    }
    Ok(())
}

/// Runs the tests of the SDK and of the guests that have some; they need nothing but Python.
pub fn test() -> Result<()> {
    if !has("python3") {
        return Ok(());
    }
    run(SDK, &mut python(SDK, &["-m", "unittest", "discover", "--quiet", "tests"]))?;
    for guest in GUESTS.iter().filter(|it| it.starts_with("examples/")) {
        run(guest, &mut python(guest, &["-m", "unittest", "--quiet"]))?;
    }
    Ok(())
}

fn python(folder: &str, arguments: &[&str]) -> Command {
    let mut command = program("python3", folder, arguments);
    command.env("PYTHONPATH", root().join(SDK)).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}
