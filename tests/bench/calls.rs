//! What a call of a plugin costs, and how many of them one core makes.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use slipway_engine::{Config, Engine};
use slipway_model::digest::Digest;
use slipway_model::health::{Health, Verdict};
use slipway_model::object::Object;
use slipway_model::operation::OperationKind;
use slipway_model::plan::{App, Error, Observed, Planner, RenderInput, StepInput};
use slipway_tests::root;

use crate::figures::{Table, Times, short};

const CALLS: usize = 5_000;
const CORE_TIME: Duration = Duration::from_secs(3);

pub async fn measure(table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let engine = Engine::new(&Config::new(folder.path().join("code")))?;
    let web = install(&engine, "blueprints/hello-web.wasm").await?;
    let rolling = install(&engine, "plugins/rolling.wasm").await?;
    let objects = engine.render(&web, render()).await?.objects;
    let observed = objects.iter().cloned().map(healthy).collect();
    let step = StepInput { desired: objects, observed, ..nothing(OperationKind::Update) };
    // The least that a guest can be asked: what is left is the instance and the way in and out.
    let least = || nothing(OperationKind::Promote);
    let floor = times(least, async |input| drop(engine.step(&rolling, &input).await)).await;
    let rendering = times(render, async |input| drop(done(engine.render(&web, input).await))).await;
    let stepping =
        times(|| step.clone(), async |input| drop(done(engine.step(&rolling, &input).await))).await;
    let bar = "50 µs median beyond the guest's own work";
    let words = format!("{floor} (a step without objects, refused at once)");
    table.row("one `render` (hello-web, 3 objects)", rendering.to_string(), words.clone(), bar);
    table.row("one `step` (rolling, 3 objects)", stepping.to_string(), words, bar);
    let (started, mut count) = (Instant::now(), 0_u32);
    while started.elapsed() < CORE_TIME {
        drop(done(engine.render(&web, render()).await));
        count += 1;
    }
    let per_second = f64::from(count) / started.elapsed().as_secs_f64();
    let floor = format!("{:.0} such steps", 1.0 / floor.median().as_secs_f64());
    table.row(
        "`render` calls a second, one at a time",
        format!("{per_second:.0}"),
        floor,
        "15000 on one core",
    );
    let per_call = per_call_of_process()?;
    table.row(
        "the same as a process (what a script costs at least)",
        short(per_call),
        "`true`, started and waited for".into(),
        "",
    );
    Ok(())
}

/// What it costs to run a program that does nothing: the floor of logic in scripts.
fn per_call_of_process() -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..200 {
        let started = Instant::now();
        std::process::Command::new("true").status().context("`true`")?;
        times.push(started.elapsed());
    }
    Ok(Times::new(times).median())
}

async fn times<I>(input: impl Fn() -> I, mut call: impl AsyncFnMut(I)) -> Times {
    let mut times = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let input = input();
        let started = Instant::now();
        call(input).await;
        times.push(started.elapsed());
    }
    Times::new(times)
}

fn done<T>(result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| panic!("the plugin answers: {error}"))
}

async fn install(engine: &Engine, file: &str) -> Result<Digest> {
    let file = Path::new("target/bundle").join(file);
    let component = std::fs::read(root().join(&file))
        .with_context(|| format!("{}; run `cargo xtask guests` first", file.display()))?;
    let installed = engine.install(component).await?;
    engine.set_grant(&installed.digest, installed.manifest.wants)?;
    Ok(installed.digest)
}

fn app() -> App {
    App {
        project: "shop".parse().expect("a label"),
        name: "web".parse().expect("a label"),
        namespace: "shop".into(),
        hosts: vec!["web.shop.localhost".into()],
        revision: 1,
    }
}

fn render() -> RenderInput {
    RenderInput { app: app(), values: json!({"replicas": 2}), facts: json!({"runtime": "wasm"}) }
}

fn healthy(object: Object) -> Observed {
    Observed { object, verdict: Verdict::new(Health::Healthy, "Exists", "It exists.") }
}

fn nothing(operation: OperationKind) -> StepInput {
    StepInput {
        operation,
        operation_id: "op-1".into(),
        arguments: json!({}),
        options: json!({}),
        app: app(),
        desired: Vec::new(),
        previous: Vec::new(),
        observed: Vec::new(),
        facts: json!({}),
        memory: Value::Null,
        now_unix_milliseconds: 1,
        started_unix_milliseconds: 1,
        attempt: 0,
    }
}
