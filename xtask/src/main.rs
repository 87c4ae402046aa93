//! Orders the steps of building, running and checking the project; it holds no rule.

mod bench;
mod go;
mod guests;
mod python;
mod steps;
mod test;
mod typescript;
mod up;
mod web;

use std::process::ExitCode;

/// A command: its name, what it does, and its function.
type Command = (&'static str, &'static str, fn() -> anyhow::Result<()>);

const COMMANDS: &[Command] = &[
    ("up", "build everything and run Slipway; what follows is passed on to `slipway up`", up::up),
    ("test", "run every test, and say what was run and what was skipped", test::test),
    ("bench", "print figures of the release build; `bench main` is the main job's", bench::bench),
    ("guests", "compile all guests to WebAssembly and lay out target/bundle", guests::guests),
    ("web", "build the web app into host/web/dist", web::web),
    (
        "products",
        "write what is generated from the code: docs/openapi.json, the web app's types",
        web::products,
    ),
];

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
