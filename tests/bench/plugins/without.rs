//! The same logic without WebAssembly: as a function of this program, and as a process for each call, which is what scripts are.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use slipway_sdk::blueprint::Blueprint;
use slipway_sdk::testing;

use self::hello_web::HelloWeb;
use crate::figures::{Table, Times};

/// The source itself: a component that is a library as well is compiled without optimisation at link time.
#[path = "../../../blueprints/hello-web/src/lib.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "its tests are run where it lives")]
mod hello_web;

/// Told to this program when it is to be the process.
pub const AS_PROCESS: &str = "--as-process";

const NATIVE_CALLS: usize = 5_000;
const PROCESSES: usize = 300;

/// JSON in, JSON out, as a plugin has it.
fn render(values: &str) -> Result<String> {
    let values = serde_json::from_str::<<HelloWeb as Blueprint>::Values>(values)?;
    let rendered = HelloWeb::render(&testing::app(), &values, &testing::facts());
    let objects = rendered.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    let objects: Vec<String> = objects.into_iter().map(|it| it.to_string()).collect();
    Ok(serde_json::to_string(&objects)?)
}

fn values() -> String {
    json!({"replicas": 2}).to_string()
}

/// What the process does: values on standard input, objects on standard output.
pub fn serve() -> Result<()> {
    let values = std::io::read_to_string(std::io::stdin())?;
    std::io::stdout().write_all(render(&values)?.as_bytes())?;
    Ok(())
}

pub fn measure(table: &mut Table) -> Result<()> {
    let mut times = Vec::with_capacity(NATIVE_CALLS);
    for _ in 0..NATIVE_CALLS {
        let started = Instant::now();
        render(&values())?;
        times.push(started.elapsed());
    }
    let what = "hello-web natively, `render` as a function";
    table.row(what, Times::new(times).to_string(), String::new(), "");
    let program = std::env::current_exe().context("this program")?;
    let mut times = Vec::with_capacity(PROCESSES);
    for _ in 0..PROCESSES {
        let started = Instant::now();
        let mut child = Command::new(&program)
            .arg(AS_PROCESS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        child.stdin.take().context("its input")?.write_all(values().as_bytes())?;
        let output = child.wait_with_output()?;
        times.push(started.elapsed());
        let objects: Vec<Value> = serde_json::from_slice(&output.stdout)?;
        ensure!(objects.len() == 3, "the process answers with {} objects", objects.len());
    }
    let what = "hello-web as a process for each call (what Octopod's scripts are)";
    table.row(what, Times::new(times).to_string(), String::new(), "");
    Ok(())
}
