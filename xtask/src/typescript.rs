//! The TypeScript SDK: its packages, the guests that are written against it, and their tests without WebAssembly.

use std::path::Path;

use anyhow::Result;

use crate::steps::{has, is_made, packages, program, root, run};

const SDK: &str = "sdk/typescript";
/// Folders of guests; each becomes `target/guests/typescript/NAME.wasm`. The workspaces of `package.json` are these and
/// the SDK.
const GUESTS: &[&str] =
    &["examples/notes", "examples/in-order", "examples/newest-tag", "tests/guests/hostile-ts"];
const TARGET: &str = "target/guests/typescript";

/// Compiles what has changed.
pub fn guests() -> Result<()> {
    if !has("npm") {
        eprintln!(
            "skipped: guests in TypeScript: they are built with Node.js 20.19 or newer, and npm is not on the PATH"
        );
        return Ok(());
    }
    packages("TypeScript packages", "")?;
    compile_sdk()?;
    let [source, tool] = ["dist/src", "dist/tool"].map(|it| root().join(SDK).join(it));
    for guest in GUESTS {
        let file = component(guest);
        let sources = [source.clone(), tool.clone(), root().join(guest)];
        if is_made(&root().join(&file), &sources)? {
            continue;
        }
        let arguments = ["bin/slipway-sdk.js", "build", &up(guest), "--output", &up(&file)];
        run(guest, &mut program("node", SDK, &arguments))?;
    }
    Ok(())
}

/// Runs the tests of the SDK and of the guests that have some.
pub fn test() -> Result<()> {
    for folder in [SDK].iter().chain(GUESTS) {
        if root().join(folder).join("tests").is_dir() {
            let arguments = ["bin/slipway-sdk.js", "test", &up(folder)];
            run(folder, &mut program("node", SDK, &arguments))?;
        }
    }
    Ok(())
}

/// From TypeScript to what Node.js runs, where a source is newer than that.
fn compile_sdk() -> Result<()> {
    let folder = root().join(SDK);
    let sources = ["src", "tool", "tsconfig.json"].map(|it| folder.join(it));
    if is_made(&folder.join("dist/tool/main.js"), &sources)? {
        return Ok(());
    }
    run("TypeScript SDK", &mut program("npm", SDK, &["run", "--silent", "build"]))
}

fn component(guest: &str) -> String {
    let name = Path::new(guest).file_name().unwrap_or_default().to_string_lossy();
    format!("{TARGET}/{name}.wasm")
}

/// A path of the checkout as the SDK's folder sees it.
fn up(path: &str) -> String {
    format!("../../{path}")
}
