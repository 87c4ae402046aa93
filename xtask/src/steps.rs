//! Steps: programs that are run one after another, each announced and timed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, SystemTime};

use anyhow::{Context, Result, bail};

/// The checkout.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Cargo as it runs us, in the checkout.
pub fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(arguments);
    command
}

/// A program in a folder of the checkout.
pub fn program(name: &str, folder: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root().join(folder)).args(arguments);
    command
}

/// Runs a step; what it prints is shown as it comes.
pub fn run(what: &str, command: &mut Command) -> Result<()> {
    eprintln!("==> {what}");
    let begun = Instant::now();
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{program} cannot be started"))?;
    if !status.success() {
        bail!("{what}: {program} ended with {status}");
    }
    eprintln!("    {what}: {:.1} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// Installs the npm packages that a folder's lock file names, unless those are what is there.
pub fn packages(what: &str, folder: &str) -> Result<()> {
    let folder_of = root().join(folder);
    let (lock, stamp) =
        (folder_of.join("package-lock.json"), folder_of.join("node_modules/.slipway-lock"));
    let wanted = fs::read(&lock).with_context(|| lock.display().to_string())?;
    if fs::read(&stamp).ok().as_ref() != Some(&wanted) {
        run(what, &mut program("npm", folder, &["ci", "--no-audit", "--no-fund"]))?;
        fs::write(&stamp, &wanted)?;
    }
    Ok(())
}

/// Where `.ci/run` puts programs for the checkout that no Debian package has.
const TOOLS: [&str; 2] = ["target/python/bin", "target/tools/bin"];

/// The PATH, and the checkout's own tools before it: they have the versions that are wanted.
fn paths() -> Vec<PathBuf> {
    let theirs = std::env::var_os("PATH").unwrap_or_default();
    let ours = TOOLS.map(|it| root().join(it)).into_iter();
    ours.chain(std::env::split_paths(&theirs)).collect()
}

/// Whether a program is there.
pub fn has(name: &str) -> bool {
    paths().iter().any(|it| it.join(name).is_file())
}

/// The same command, with the checkout's own tools on its PATH.
pub fn with_tools(command: &mut Command) -> &mut Command {
    match std::env::join_paths(paths()) {
        Ok(all) => command.env("PATH", all),
        Err(_) => command,
    }
}

/// When something in these was written last; what was made of a folder, in its `dist` or by Python beside its sources, does
/// not count.
fn newest(paths: &[PathBuf]) -> Result<SystemTime> {
    let mut last = SystemTime::UNIX_EPOCH;
    for path in paths {
        let about = fs::metadata(path).with_context(|| path.display().to_string())?;
        if about.is_dir() {
            let entries = fs::read_dir(path)?.map(|it| it.map(|it| it.path()));
            let mut inside = entries.collect::<Result<Vec<_>, _>>()?;
            inside.retain(|it| !it.ends_with("dist") && !it.ends_with("__pycache__"));
            last = last.max(newest(&inside)?);
        } else {
            last = last.max(about.modified()?);
        }
    }
    Ok(last)
}

/// Whether a file is there and was made after all of its sources were written.
pub fn is_made(file: &Path, sources: &[PathBuf]) -> Result<bool> {
    let made = fs::metadata(file).and_then(|it| it.modified()).ok();
    let written = newest(sources)?;
    Ok(made.is_some_and(|made| made > written))
}
