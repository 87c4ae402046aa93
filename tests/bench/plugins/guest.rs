//! One guest: compiled, loaded, called alone and in a crowd, and what it leaves in memory.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use slipway_engine::{Config, Engine};
use slipway_model::digest::Digest;
use slipway_model::plan::{App, Planner, RenderInput};
use slipway_tests::{memory_kibibytes, root};

use crate::figures::{Table, Times, short};

/// A blueprint in one language.
#[derive(Clone, Copy)]
pub struct Guest {
    pub name: &'static str,
    file: &'static str,
    values: fn() -> Value,
    /// What its cluster runs.
    runtime: &'static str,
    /// How many of it are loaded to see what one takes; compiling them takes a while.
    copies: u8,
}

/// All of them, by size.
pub const GUESTS: &[Guest] = &[
    Guest {
        name: "Rust (hello-web, 3 objects)",
        file: "wasm32-wasip2/guest/hello_web.wasm",
        values: || json!({"replicas": 2}),
        runtime: "wasm",
        copies: 10,
    },
    Guest {
        name: "TypeScript (notes, QuickJS)",
        file: "typescript/notes.wasm",
        values: || json!({}),
        runtime: "wasm",
        copies: 10,
    },
    Guest {
        name: "Go (guestbook, 5 objects)",
        file: "go/guestbook.wasm",
        values: || json!({}),
        runtime: "containers",
        copies: 10,
    },
    Guest {
        name: "Python (hostile-py, 1 object)",
        file: "python/hostile-py.wasm",
        values: || json!({"behaviour": "object"}),
        runtime: "wasm",
        copies: 3,
    },
];

const CALLS: usize = 2_000;
const CROWDS: [usize; 3] = [1, 8, 64];

impl Guest {
    pub fn is_built(&self) -> bool {
        root().join("target/guests").join(self.file).is_file()
    }

    pub async fn measure(&self, table: &mut Table) -> Result<()> {
        let name = self.name;
        let file = Path::new("target/guests").join(self.file);
        let component = std::fs::read(root().join(&file))
            .with_context(|| format!("{}; run `cargo xtask guests` first", file.display()))?;
        let folder = tempfile::tempdir()?;
        let config = Config::new(folder.path().join("code"));
        let started = Instant::now();
        let engine = Engine::new(&config)?;
        let digest = install(&engine, component.clone()).await?;
        let compiled = started.elapsed();
        let started = Instant::now();
        self.call(&engine, &digest).await?;
        let first = started.elapsed();
        drop(engine);

        let engine = Arc::new(Engine::new(&config)?);
        let started = Instant::now();
        install(&engine, component.clone()).await?;
        let recalled = started.elapsed();
        let size = component.len().div_ceil(1024);
        table.row(
            &format!("{name}: taken in"),
            format!("compiled {}, first call {}", short(compiled), short(first)),
            format!("from the cache {}", short(recalled)),
            &format!("{size} KiB"),
        );
        for crowd in CROWDS {
            let (times, per_second) = self.crowd(&engine, &digest, crowd).await?;
            let what = format!("{name}: `render`, {crowd} at a time");
            table.row(&what, times.to_string(), format!("{per_second:.0} a second"), "");
        }
        self.memory(table, &engine, &component).await
    }

    /// So many calls at a time; each waits for the one before it in its own line.
    async fn crowd(
        &self,
        engine: &Arc<Engine>,
        digest: &Digest,
        crowd: usize,
    ) -> Result<(Times, f64)> {
        let started = Instant::now();
        let line = |_| {
            let (guest, engine, digest) = (*self, Arc::clone(engine), digest.clone());
            tokio::spawn(async move {
                let mut times = Vec::new();
                for _ in 0..CALLS / crowd {
                    let started = Instant::now();
                    guest.call(&engine, &digest).await?;
                    times.push(started.elapsed());
                }
                anyhow::Ok(times)
            })
        };
        let lines = futures::future::try_join_all((0..crowd).map(line)).await?;
        let times: Vec<_> = lines.into_iter().flatten().flatten().collect();
        let per_second = times.len() as f64 / started.elapsed().as_secs_f64();
        Ok((Times::new(times), per_second))
    }

    /// Copies that differ in nothing but their digest. What a call takes is the peak of the first one of each over what is left after it.
    async fn memory(&self, table: &mut Table, engine: &Engine, component: &[u8]) -> Result<()> {
        let resident = || memory_kibibytes(std::process::id(), "VmRSS");
        let own = || memory_kibibytes(std::process::id(), "RssAnon");
        let mut copies = Vec::new();
        for copy in 0..self.copies {
            let mut changed = component.to_vec();
            // A custom section of its own: id 0, its length, the length of its name, its name.
            changed.extend([0, 2, 1, b'a' + copy]);
            let digest = Engine::install(engine, changed).await?.digest;
            engine.unload(&digest);
            copies.push(digest);
        }
        let (before, mut in_calls) = ((resident(), own()), 0);
        for digest in &copies {
            engine.recall(digest).await?.context("it was compiled just now")?;
            // The kernel's own word for: forget the peak (proc_pid_clear_refs(5)).
            std::fs::write("/proc/self/clear_refs", "5")?;
            self.call(engine, digest).await?;
            in_calls += memory_kibibytes(std::process::id(), "VmHWM").saturating_sub(resident());
        }
        let copies = u64::from(self.copies);
        let of = |after: u64, before: u64| after.saturating_sub(before) / copies;
        table.row(
            &format!("{}: memory of one that is loaded and was called", self.name),
            format!("{} KiB resident", of(resident(), before.0)),
            format!("{} KiB of it its own, the rest mapped from files", of(own(), before.1)),
            "",
        );
        table.row(
            &format!("{}: memory of a call, until it ends", self.name),
            format!("{} KiB resident", in_calls / copies),
            String::new(),
            "",
        );
        Ok(())
    }

    async fn call(&self, engine: &Engine, digest: &Digest) -> Result<()> {
        let app = App {
            project: "shop".parse()?,
            name: "web".parse()?,
            namespace: "shop".into(),
            hosts: vec!["web.shop.localhost".into()],
            revision: 1,
        };
        let facts = json!({"runtime": self.runtime});
        let input = RenderInput { app, values: (self.values)(), facts };
        engine.render(digest, input).await?;
        Ok(())
    }
}

async fn install(engine: &Engine, component: Vec<u8>) -> Result<Digest> {
    let installed = engine.install(component).await?;
    engine.set_grant(&installed.digest, installed.manifest.wants)?;
    Ok(installed.digest)
}
