//! `cargo xtask bench`: figures of the release build, printed as a table.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::steps::{cargo, program, root, run};
use crate::{guests, web};

/// The benchmarks that there are.
const BENCHES: &[&str] = &["hostile", "live", "main", "plugins", "reconcile"];

/// Builds the release binary and runs one benchmark; what follows its name says which parts.
pub fn bench() -> Result<()> {
    let mut arguments = std::env::args().skip(2);
    let name = arguments.next().unwrap_or_default();
    ensure!(
        BENCHES.contains(&name.as_str()),
        "usage: cargo xtask bench {} [PART...]",
        BENCHES.join("|")
    );
    // Where plugins are called, the one who measures is what is measured; elsewhere that is the release binary.
    let profile = if ["main", "plugins"].contains(&name.as_str()) { "release" } else { "dev" };
    let mut bench = cargo(&["bench", "--profile", profile, "--bench", &name, "--"]);
    if name == "plugins" {
        // The engine alone, without a server.
        guests::guests()?;
        return run("benchmark", bench.args(arguments));
    }
    guests::bundle()?;
    web::web()?;
    run("release binary", &mut cargo(&["build", "--release", "--bin", "slipway"]))?;
    match name.as_str() {
        "live" => {
            // Controllers that make pods, and simulated nodes that run them.
            let nodes = [("NODE", "kwok"), ("CONTROLLERS", "yes")];
            run("benchmark", beside_a_cluster(&name).envs(nodes).args(arguments))
        }
        "reconcile" => {
            let sizes: Vec<String> = arguments.collect();
            let sizes = if sizes.is_empty() { vec!["100".into(), "1000".into()] } else { sizes };
            // Each has a server that nothing was brought to before.
            sizes.iter().try_for_each(|it| run("benchmark", beside_a_cluster(&name).arg(it)))
        }
        _ => run("benchmark", bench.args(arguments)),
    }
}

/// A benchmark that needs an API server of its own, in a network namespace of its own.
fn beside_a_cluster(name: &str) -> Command {
    let mut bench = program("bash", "tests/testbed", &["bench.sh", "cargo"]);
    bench.args(["bench", "--profile", "dev", "--bench", name, "--"]);
    bench.env("SLIPWAY_ROOT", root());
    bench
}
