//! Orders the steps of building and checking the project; it holds no rule.

mod guests;

use std::process::ExitCode;

/// Every command: its name, what it does, and its function.
const COMMANDS: &[(&str, &str, fn() -> anyhow::Result<()>)] =
    &[("guests", "compile all guests to WebAssembly and lay out target/bundle", guests::guests)];

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let Some((_, _, run)) = COMMANDS.iter().find(|(name, _, _)| *name == wanted) else {
        eprintln!("usage: cargo xtask <command>\n\ncommands:");
        for (name, what, _) in COMMANDS {
            eprintln!("  {name:<8} {what}");
        }
        return ExitCode::from(2);
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
