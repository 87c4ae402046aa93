//! Plugins in Go: the guests that are written against the Go SDK, and their tests without WebAssembly.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::steps::{has, is_made, program, root, run};

const SDK: &str = "sdk/go";
/// Folders of guests; each becomes `target/guests/go/NAME.wasm`.
const GUESTS: &[&str] =
    &["examples/guestbook", "tests/guests/hostile-go", "tests/guests/newest-tag-go"];
const TARGET: &str = "target/guests/go";
/// It makes components of what Go compiles, and has to be built before.
const SLIPWAY: &str = "target/debug/slipway";

/// Compiles what has changed.
pub fn guests() -> Result<()> {
    if !is_there() {
        return Ok(());
    }
    fs::create_dir_all(root().join(TARGET))?;
    for guest in GUESTS {
        let name = Path::new(guest).file_name().unwrap_or_default().to_string_lossy();
        let file = root().join(TARGET).join(format!("{name}.wasm"));
        if is_made(&file, &[SDK, "wit", guest].map(|it| root().join(it)))? {
            continue;
        }
        run(guest, &mut program(SLIPWAY, "", &["plugin", "build", guest, "--quiet"]))?;
        let built = root().join(guest).join("dist").join(format!("{name}.wasm"));
        fs::copy(&built, &file).with_context(|| built.display().to_string())?;
    }
    Ok(())
}

/// Runs the tests of the SDK and of the guests; `go test` keeps what it found of what has not changed.
pub fn test() -> Result<()> {
    if !is_there() {
        return Ok(());
    }
    for folder in [SDK].iter().chain(GUESTS) {
        let unformatted = program("gofmt", folder, &["-l", "."]).output()?;
        ensure!(
            unformatted.status.success() && unformatted.stdout.is_empty(),
            "{folder}: not as gofmt has it: {}",
            String::from_utf8_lossy(&unformatted.stdout)
        );
        run(folder, &mut program("go", folder, &["test", "./..."]))?;
    }
    Ok(())
}

fn is_there() -> bool {
    let is_there = has("go");
    if !is_there {
        eprintln!(
            "skipped: plugins in Go: they are built with Go 1.25 or newer, and go is not on the PATH"
        );
    }
    is_there
}
