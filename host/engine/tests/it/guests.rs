//! Compiled guests, an engine in a folder of its own, and ordinary inputs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use slipway_engine::{Config, Engine};
use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::operation::OperationKind;
use slipway_model::plan::{App, Error, Planner, RenderInput, Rendered, StepInput};

/// The bytes of a guest, of one in another language than Rust as `typescript/notes`. One that is not compiled fails the
/// test: a test that skips tests nothing.
pub fn compiled(artefact: &str) -> Vec<u8> {
    let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/guests");
    let folder = if artefact.contains('/') { guests } else { guests.join("wasm32-wasip2/guest") };
    let file: PathBuf = folder.join(artefact).with_extension("wasm");
    std::fs::read(&file).unwrap_or_else(|error| {
        panic!("{}: {error}; run `cargo xtask guests` first", file.display())
    })
}

/// An engine.
pub struct Host {
    pub engine: Arc<Engine>,
}

/// An engine whose cache all tests share, so that each guest is compiled once.
pub fn host() -> Host {
    host_at(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled"))
}

pub fn host_at(cache: &Path) -> Host {
    Host { engine: Arc::new(Engine::new(&Config::new(cache)).unwrap()) }
}

impl Host {
    /// Installs a guest with the kinds that it wants, and with more time than a busy machine takes.
    pub async fn with(&self, artefact: &str) -> Digest {
        let installed = self.engine.install(compiled(artefact)).await.unwrap();
        let grant = Grant { time_milliseconds: 20_000, ..installed.manifest.wants };
        self.engine.set_grant(&installed.digest, grant).unwrap();
        installed.digest
    }

    /// The same with little time, for tests that wait for the end of it.
    pub async fn hasty(&self, artefact: &str) -> Digest {
        let digest = self.with(artefact).await;
        let grant = Grant { time_milliseconds: 300, ..Grant::nothing() };
        self.engine.set_grant(&digest, grant).unwrap();
        digest
    }
}

/// Has a hostile guest try something within a time; after it, the next call is a fresh one.
pub async fn attacked(
    artefact: &str,
    behaviour: &str,
    milliseconds: u32,
) -> Result<Rendered, Error> {
    let host = host();
    let digest = host.with(artefact).await;
    let grant = Grant { time_milliseconds: milliseconds, ..Grant::nothing() };
    host.engine.set_grant(&digest, grant).unwrap();
    let answer = host.engine.render(&digest, render(json!({"behaviour": behaviour}))).await;
    let fine = host.engine.render(&digest, render(json!({}))).await;
    assert_eq!(fine.unwrap().objects, [], "the next call is a fresh one");
    answer
}

pub fn app() -> App {
    App {
        project: "shop".parse().unwrap(),
        name: "web".parse().unwrap(),
        namespace: "shop".into(),
        hosts: vec!["web.shop.localhost".into()],
        revision: 1,
    }
}

pub fn render(values: Value) -> RenderInput {
    RenderInput { app: app(), values, facts: json!({"runtime": "wasm"}) }
}

pub fn step(operation: OperationKind) -> StepInput {
    StepInput {
        operation,
        operation_id: "op-1".into(),
        arguments: json!({}),
        options: json!({}),
        app: app(),
        desired: Vec::new(),
        previous: Vec::new(),
        observed: Vec::new(),
        facts: json!({"ingressPort": 8080}),
        memory: Value::Null,
        now_unix_milliseconds: 1_000_000,
        started_unix_milliseconds: 1_000_000,
        attempt: 0,
    }
}
