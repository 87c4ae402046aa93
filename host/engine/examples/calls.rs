//! What a call of a plugin costs: `cargo run --release --example calls`, after `cargo xtask guests`.
//!
//! Three figures beside each other: a call as the host makes it, one that finds the plugin's work done (`describe`
//! of a fresh instance cannot be had from outside, so an operation that is refused at once stands for it), and how
//! many calls one core makes in a second.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use slipway_engine::{Config, Engine};
use slipway_model::digest::Digest;
use slipway_model::health::{Health, Verdict};
use slipway_model::object::Object;
use slipway_model::operation::OperationKind;
use slipway_model::plan::{App, Observed, Planner, RenderInput, StepInput};

const CALLS: u32 = 10_000;
const CORE_TIME: Duration = Duration::from_secs(3);

type Failure = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("slipway-calls-{}", std::process::id()));
    let engine = Engine::new(&Config::new(&folder))?;
    let web = install(&engine, "hello_web").await?;
    let rolling = install(&engine, "rolling").await?;
    let objects = engine.render(&web, render()).await?.objects;
    let observed = objects.iter().cloned().map(healthy).collect();
    let step = StepInput { desired: objects, observed, ..step(OperationKind::Update) };
    let refused = step_of(&step, OperationKind::Promote);

    println!("{:<34} {:>10} {:>10} {:>10} {:>12}", "call", "median", "p99", "inside", "per second");
    report(&engine, "render (hello-web)", async |engine: &Engine| {
        engine.render(&web, render()).await.map(|it| it.trace.microseconds)
    })
    .await?;
    report(&engine, "step (rolling, 3 objects)", async |engine: &Engine| {
        engine.step(&rolling, step.clone()).await.map(|it| it.trace.microseconds)
    })
    .await?;
    report(&engine, "step refused at once (floor)", async |engine: &Engine| {
        let _ = black_box(engine.step(&rolling, refused.clone()).await);
        Ok(0)
    })
    .await?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

async fn install(engine: &Engine, artefact: &str) -> Result<Digest, Failure> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file =
        workspace.join("target/guests/wasm32-wasip2/guest").join(artefact).with_extension("wasm");
    let component = std::fs::read(&file)
        .map_err(|error| format!("{}: {error}; run `cargo xtask guests` first", file.display()))?;
    let installed = engine.install(component).await?;
    engine.set_grant(&installed.digest, installed.manifest.wants)?;
    Ok(installed.digest)
}

async fn report<F>(engine: &Engine, name: &str, call: F) -> Result<(), Failure>
where
    F: AsyncFn(&Engine) -> Result<u64, slipway_model::plan::Error>,
{
    let mut outside = Vec::new();
    let mut inside = Vec::new();
    for _ in 0..CALLS {
        let started = Instant::now();
        inside.push(call(engine).await?);
        outside.push(u64::try_from(started.elapsed().as_nanos())?);
    }
    let (started, mut count) = (Instant::now(), 0_u32);
    while started.elapsed() < CORE_TIME {
        call(engine).await?;
        count += 1;
    }
    let per_second = f64::from(count) / started.elapsed().as_secs_f64();
    outside.sort_unstable();
    inside.sort_unstable();
    let microseconds = |nanoseconds: u64| format!("{:.1} µs", nanoseconds as f64 / 1000.0);
    println!(
        "{name:<34} {:>10} {:>10} {:>10} {per_second:>12.0}",
        microseconds(outside[outside.len() / 2]),
        microseconds(outside[outside.len() * 99 / 100]),
        format!("{} µs", inside[inside.len() / 2]),
    );
    Ok(())
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

fn step(operation: OperationKind) -> StepInput {
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

fn step_of(step: &StepInput, operation: OperationKind) -> StepInput {
    StepInput { operation, ..step.clone() }
}
