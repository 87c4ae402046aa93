//! WebAssembly components: compiled once, kept on disk, linked, ready to be run.

mod code;
mod guest;
mod ticker;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use slipway_model::digest::Digest;
use wasmtime::component::{Component, Linker};
use wasmtime_wasi::p2::bindings::CommandPre;
use wasmtime_wasi_http::p2::bindings::ProxyPre;

pub(super) use guest::{Guest, Setting};
pub(super) use ticker::Ticker;

/// Why a component cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is no component, or one that wasmtime refuses.
    #[error("it does not compile as a WebAssembly component")]
    Compile(#[source] wasmtime::Error),
    /// It wants what this node does not give.
    #[error("it imports what this node does not give, or not in this version")]
    Link(#[source] wasmtime::Error),
    /// It exports nothing that this node runs.
    #[error(
        "it exports neither wasi:http/incoming-handler nor wasi:cli/run (0.2), so there is nothing to run"
    )]
    NothingToRun,
    /// The engine.
    #[error("the engine refused its configuration")]
    Engine(#[source] wasmtime::Error),
    /// The disk.
    #[error("compiled code could not be kept in {}", path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// A component that is ready to run.
pub(super) enum Program {
    /// It answers requests: a fresh instance for each.
    Server(ProxyPre<Guest>),
    /// It runs from its beginning to its end.
    Command(CommandPre<Guest>),
}

/// Compiles and links. Guests of one engine share nothing but its clock.
pub(super) struct Engine {
    compiler: wasmtime::Engine,
    linker: Linker<Guest>,
    folder: PathBuf,
    ticker: Arc<Ticker>,
}

impl Engine {
    pub fn new(dir: &Path) -> Result<Self, Error> {
        let mut config = wasmtime::Config::new();
        config.wasm_component_model(true);
        config.epoch_interruption(true);
        // A compilation takes one core and not all: apps that run are not to notice.
        config.parallel_compilation(false);
        // Names in backtraces are worth it; whole debug information is not.
        config.wasm_backtrace_max_frames(std::num::NonZeroUsize::new(20));
        let engine = wasmtime::Engine::new(&config).map_err(Error::Engine)?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(Error::Engine)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)
            .map_err(Error::Engine)?;
        let folder = code::folder(dir, &engine);
        crate::node::sweep(&folder);
        let ticker = Ticker::start(engine.weak());
        Ok(Self { compiler: engine, linker, folder, ticker })
    }

    pub fn ticker(&self) -> Arc<Ticker> {
        self.ticker.clone()
    }

    /// The program of a component whose compiled code was kept.
    pub fn kept(&self, digest: &Digest) -> Option<Result<Program, Error>> {
        code::kept(&self.compiler, &self.folder, digest).map(|it| self.link(&it))
    }

    /// Makes a program of a component. It blocks for as long as compiling takes.
    pub fn compile(&self, digest: &Digest, content: &[u8]) -> Result<Program, Error> {
        self.link(&code::compile(&self.compiler, &self.folder, digest, content)?)
    }

    fn link(&self, component: &Component) -> Result<Program, Error> {
        let exports = Exports::of(&self.compiler, component);
        let linked = self.linker.instantiate_pre(component).map_err(Error::Link)?;
        if exports.http {
            ProxyPre::new(linked).map(Program::Server).map_err(Error::Link)
        } else if exports.command {
            CommandPre::new(linked).map(Program::Command).map_err(Error::Link)
        } else {
            Err(Error::NothingToRun)
        }
    }
}

/// What of interest a component exports.
struct Exports {
    http: bool,
    command: bool,
}

impl Exports {
    fn of(engine: &wasmtime::Engine, component: &Component) -> Self {
        let kind = component.component_type();
        let has = |name: &str| kind.exports(engine).any(|(it, _)| it.starts_with(name));
        Self { http: has("wasi:http/incoming-handler@0.2."), command: has("wasi:cli/run@0.2.") }
    }
}
