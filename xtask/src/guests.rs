//! `cargo xtask guests`: compiles every guest, those in Rust in one cargo call, and lays the bundle that the host ships
//! with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::steps::{cargo, run};
use crate::{go, python, typescript};

/// One compiled component.
struct Guest {
    package: &'static str,
    /// File name that cargo gives it, without `.wasm`.
    artefact: &'static str,
    /// Where it lies in the bundle; none for guests that only tests load.
    bundle: Option<&'static str>,
    /// A name that must stand in the component, so that an unfinished guest is left out.
    exports: &'static str,
}

const GUESTS: &[Guest] = &[
    Guest {
        package: "rolling",
        artefact: "rolling",
        bundle: Some("plugins/rolling.wasm"),
        exports: "slipway:control/control",
    },
    Guest {
        package: "blue-green",
        artefact: "blue_green",
        bundle: Some("plugins/blue-green.wasm"),
        exports: "slipway:control/control",
    },
    // Until the host offers its world, it is loaded by tests only.
    Guest {
        package: "semver-range",
        artefact: "semver_range",
        bundle: None,
        exports: "slipway:update-checker/update-checker",
    },
    Guest {
        package: "hello-web",
        artefact: "hello_web",
        bundle: Some("blueprints/hello-web.wasm"),
        exports: "slipway:blueprint/blueprint",
    },
    Guest {
        package: "stack",
        artefact: "stack",
        bundle: Some("blueprints/stack.wasm"),
        exports: "slipway:blueprint/blueprint",
    },
    Guest {
        package: "hello-app",
        artefact: "hello_app",
        bundle: Some("images/hello-app.wasm"),
        exports: "wasi:http/incoming-handler",
    },
    Guest {
        package: "hello-app",
        artefact: "hello-job",
        bundle: Some("images/hello-job.wasm"),
        exports: "wasi:cli/run",
    },
    Guest {
        package: "task",
        artefact: "task",
        bundle: None,
        exports: "slipway:blueprint/blueprint",
    },
    Guest { package: "flaky", artefact: "flaky", bundle: None, exports: "slipway:control/control" },
    Guest {
        package: "hostile",
        artefact: "hostile",
        bundle: None,
        exports: "slipway:blueprint/blueprint",
    },
    Guest {
        package: "turncoat",
        artefact: "turncoat",
        bundle: None,
        exports: "slipway:control/control",
    },
    Guest {
        package: "seven",
        artefact: "seven",
        bundle: None,
        exports: "slipway:blueprint/blueprint",
    },
];

/// The wrapper of presets, and with which features it is compiled: each apart from all others, so that no other guest's
/// features bring it the standard library.
const WRAPPERS: &[(&str, &str)] =
    &[("", "presets/plain.wasm"), ("checked", "presets/checked.wasm")];

/// Relative to the workspace: a target directory of their own, so that guests never disturb the host's cache.
const TARGET: &str = "target/guests";
const BUNDLE: &str = "target/bundle";

/// All of them.
pub fn guests() -> Result<()> {
    of_other_compilers()?;
    run("slipway, which makes components of plugins in Go and Python", &mut cargo(&["build"]))?;
    go::guests()?;
    python::guests()
}

/// All for which the binary is not needed.
pub fn of_other_compilers() -> Result<()> {
    bundle()?;
    typescript::guests()
}

/// Those in Rust, among them all that the host ships with.
pub fn bundle() -> Result<()> {
    let root = root();
    compile(&root)?;
    for guest in GUESTS {
        lay(&root, guest)?;
    }
    for (features, place) in WRAPPERS {
        wrapper(&root, features, place)?;
    }
    Ok(())
}

fn wrapper(root: &Path, features: &str, place: &'static str) -> Result<()> {
    let mut command = build(root);
    command.args(["--package", "preset", "--features", features]);
    let status = command.status().context("cargo cannot be started")?;
    ensure!(status.success(), "the wrapper of presets does not compile");
    let exports = "slipway:blueprint/blueprint";
    lay(root, &Guest { package: "preset", artefact: "preset", bundle: Some(place), exports })
}

fn build(root: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root).args(["build", "--target", "wasm32-wasip2", "--profile", "guest"]);
    command.args(["--target-dir", TARGET]);
    command
}

fn compile(root: &Path) -> Result<()> {
    let mut command = build(root);
    let mut packages: Vec<&str> = GUESTS.iter().map(|it| it.package).collect();
    packages.dedup();
    for package in packages {
        command.args(["--package", package]);
    }
    let status = command.status().context("cargo cannot be started")?;
    ensure!(status.success(), "the guests do not compile");
    Ok(())
}

/// Copies one component into the bundle, unless it lies there already.
fn lay(root: &Path, guest: &Guest) -> Result<()> {
    let Some(place) = guest.bundle else { return Ok(()) };
    let compiled =
        root.join(TARGET).join("wasm32-wasip2/guest").join(guest.artefact).with_extension("wasm");
    let component =
        fs::read(&compiled).with_context(|| format!("{} is missing", compiled.display()))?;
    let target = root.join(BUNDLE).join(place);
    if !contains(&component, guest.exports.as_bytes()) {
        eprintln!("{} is left out: it does not export {} yet", guest.package, guest.exports);
        return Ok(());
    }
    if fs::read(&target).is_ok_and(|it| it == component) {
        return Ok(());
    }
    let folder = target.parent().context("a place in the bundle has a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    fs::write(&target, &component)
        .with_context(|| format!("{} cannot be written", target.display()))?;
    eprintln!("{BUNDLE}/{place} ({} KiB)", component.len() / 1024);
    Ok(())
}

fn contains(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|it| it == part)
}

fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_path_buf).unwrap_or(here)
}
