//! The engine: installs plugins, holds those that are ready, and bounds how many calls run at once.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::plan::Error as PlanError;
use tokio::sync::{Semaphore, broadcast};
use wasmtime::component::{Component, Linker};
use wasmtime::{
    Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails,
};

use crate::apart::Apart;
use crate::cache::Cache;
use crate::compiler::Compiler;
use crate::guest::Guest;
use crate::inspect::{self, Fit, unfit};
use crate::lane::Lane;
use crate::limits::MOST_MEBIBYTES;
use crate::plugin::{Code, Installed, Plugin, World};
use crate::ticker::Ticker;
use crate::v1;

/// Calls at once, where nobody says otherwise.
pub(crate) const AT_ONCE: u32 = 16;

/// Where compiled code is kept, and how many calls run at once.
#[derive(Clone, Debug)]
pub struct Config {
    /// A folder of its own; it is made, and closed to other users.
    pub cache: PathBuf,
    /// More calls than this wait for their turn.
    pub at_once: u32,
    pub compiler: Compiler,
}

impl Config {
    /// Sixteen calls at once; compiled is here.
    pub fn new(cache: impl Into<PathBuf>) -> Self {
        Self { cache: cache.into(), at_once: AT_ONCE, compiler: Compiler::Here }
    }
}

/// Runs plugins. Hold it in an `Arc`; dropping it ends its thread.
pub struct Engine {
    plugins: RwLock<HashMap<Digest, Slot>>,
    linker: Linker<Guest>,
    pub(crate) cache: Cache,
    pub(crate) wasmtime: wasmtime::Engine,
    pub(crate) permits: Arc<Semaphore>,
    pub(crate) lane: Lane,
    pub(crate) apart: Apart,
    /// Of each plugin: one alone cannot take all turns.
    at_once_each: usize,
    pub(crate) compiling: Semaphore,
    pub(crate) compiler: Compiler,
    /// Checks wait for registries, and a slow one must not take the turns of those who deploy.
    pub(crate) looking: Semaphore,
    pub(crate) failing: broadcast::Sender<Digest>,
    // Last: its thread ends once the engine above is gone.
    pub(crate) ticker: Ticker,
}

#[derive(Clone)]
enum Slot {
    /// By name, for people.
    Compiling(String),
    Ready(Arc<Plugin>),
    /// It must not run, and why.
    Barred(String),
}

/// Why the engine did not start, or a plugin was not installed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The plugin is at fault; the text is for whoever installs it.
    #[error("the plugin cannot be installed: {0}")]
    Plugin(#[from] PlanError),
    #[error("the folder for compiled plugins cannot be used")]
    Cache(#[source] io::Error),
    #[error("the program that compiles plugins does not start")]
    Compiler(#[source] io::Error),
    #[error("compiled code that was just written cannot be loaded")]
    Load(#[source] wasmtime::Error),
    #[error("the WebAssembly engine does not start")]
    Start(#[source] wasmtime::Error),
    #[error("the thread that interrupts long computations does not start")]
    Ticker(#[source] io::Error),
}

impl Engine {
    /// Starts the engine; nothing is compiled or loaded yet.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let wasmtime = wasmtime(config.at_once).map_err(Error::Start)?;
        Ok(Self {
            plugins: RwLock::default(),
            linker: v1::linker(&wasmtime).map_err(Error::Start)?,
            cache: Cache::open(&config.cache, &wasmtime).map_err(Error::Cache)?,
            lane: Lane::default(),
            apart: Apart::default(),
            at_once_each: usize::try_from(config.at_once).unwrap_or(1).div_ceil(2),
            permits: Arc::new(Semaphore::new(usize::try_from(config.at_once).unwrap_or(1))),
            compiling: Semaphore::new(1),
            compiler: config.compiler.clone(),
            looking: Semaphore::new(usize::try_from(config.at_once).unwrap_or(1).div_ceil(4)),
            failing: broadcast::Sender::new(64),
            ticker: Ticker::start(wasmtime.weak()).map_err(Error::Ticker)?,
            wasmtime,
        })
    }

    /// What a component says of itself; nothing of it is compiled, and nothing is kept.
    pub fn look(&self, file: &[u8]) -> Result<Installed, Error> {
        let Fit { manifest, world, section: _ } = inspect::inspect(file)?;
        Ok(Installed { digest: Digest::of(file), world, manifest })
    }

    /// Checks a component, compiles it where it is not in the cache, and makes it ready. It may do nothing that needs
    /// a grant until [`Engine::set_grant`]. Installing what is installed changes nothing.
    pub async fn install(&self, file: Vec<u8>) -> Result<Installed, Error> {
        let digest = Digest::of(&file);
        if let Some(Slot::Ready(plugin)) = self.slot(&digest) {
            return Ok(plugin.installed.clone());
        }
        let fit = inspect::inspect(&file)?;
        let name = format!("{} {}", fit.manifest.id, fit.manifest.version);
        let slot = Compiling { engine: self, digest: &digest, is_over: false }.begin(name);
        let component = self.compile(&digest, &fit, file).await?;
        let plugin = self.ready(&digest, fit, &component).await?;
        Ok(slot.end(plugin))
    }

    /// Makes ready what was installed before this start, from the cache alone; none where the cache does not have it.
    pub async fn recall(&self, digest: &Digest) -> Result<Option<Installed>, Error> {
        if let Some(Slot::Ready(plugin)) = self.slot(digest) {
            return Ok(Some(plugin.installed.clone()));
        }
        let Some((component, section)) = self.cached(digest).await? else { return Ok(None) };
        let fit = inspect::remembered(section)?;
        let plugin = self.ready(digest, fit, &component).await?;
        let installed = plugin.installed.clone();
        self.put(digest, Slot::Ready(plugin));
        Ok(Some(installed))
    }

    /// Says what a plugin may do; at most the engine's own limits of memory and time.
    pub fn set_grant(&self, digest: &Digest, grant: Grant) -> Result<(), PlanError> {
        self.plugin(digest).map(|plugin| plugin.set_grant(grant))
    }

    /// Has a plugin not run any more, and says why to whoever asks for it; it is made ready again as after a start.
    pub fn bar(&self, digest: &Digest, reason: String) {
        self.put(digest, Slot::Barred(reason));
    }

    /// Forgets a plugin; calls that are under way end as they would have. Says whether there was one.
    pub fn unload(&self, digest: &Digest) -> bool {
        let mut plugins = self.plugins.write().unwrap_or_else(PoisonError::into_inner);
        plugins.remove(digest).is_some()
    }

    /// What is ready, in no order.
    pub fn installed(&self) -> Vec<Installed> {
        let plugins = self.plugins.read().unwrap_or_else(PoisonError::into_inner);
        let ready = plugins.values().filter_map(|slot| match slot {
            Slot::Ready(plugin) => Some(plugin.installed.clone()),
            Slot::Compiling(_) | Slot::Barred(_) => None,
        });
        ready.collect()
    }

    pub(crate) fn plugin(&self, digest: &Digest) -> Result<Arc<Plugin>, PlanError> {
        match self.slot(digest) {
            Some(Slot::Ready(plugin)) => Ok(plugin),
            Some(Slot::Compiling(name)) => Err(PlanError::Compiling(name)),
            Some(Slot::Barred(reason)) => Err(PlanError::Barred(reason)),
            None => Err(PlanError::NotInstalled(digest.clone())),
        }
    }

    /// Links it, and asks it what it is: what cannot say that cannot be installed.
    async fn ready(
        &self,
        digest: &Digest,
        fit: Fit,
        component: &Component,
    ) -> Result<Arc<Plugin>, Error> {
        let Fit { manifest, world, section: _ } = fit;
        let code = self.link(component, world).map_err(|error| {
            unfit(format!(
                "{} does not fit the contract that it names: {}. Build it against {}.",
                manifest.id,
                error.root_cause(),
                manifest.world
            ))
        })?;
        let installed = Installed { digest: digest.clone(), world, manifest };
        let plugin = Arc::new(Plugin::new(installed, code, self.at_once_each));
        self.describe(&plugin).await?;
        Ok(plugin)
    }

    fn link(&self, component: &Component, world: World) -> wasmtime::Result<Code> {
        let instance = self.linker.instantiate_pre(component)?;
        Ok(match world {
            World::Blueprint => {
                let has_check = component.get_export_index(None, v1::CONFIG_CHECK).is_some();
                let check = has_check
                    .then(|| v1::config_check::ConfigCheckPre::new(instance.clone()))
                    .transpose()?;
                let blueprint = v1::blueprint::BlueprintPre::new(instance)?;
                Code::Blueprint { blueprint, check, description: Default::default() }
            }
            World::Control => {
                let control = v1::control::ControlPre::new(instance)?;
                Code::Control { control, description: Default::default() }
            }
            World::UpdateChecker => {
                let checker = v1::update_checker::UpdateCheckerPre::new(instance)?;
                Code::UpdateChecker { checker, description: Default::default() }
            }
        })
    }

    fn slot(&self, digest: &Digest) -> Option<Slot> {
        self.plugins.read().unwrap_or_else(PoisonError::into_inner).get(digest).cloned()
    }

    fn put(&self, digest: &Digest, slot: Slot) {
        self.plugins.write().unwrap_or_else(PoisonError::into_inner).insert(digest.clone(), slot);
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("cache", &self.cache).finish_non_exhaustive()
    }
}

/// Shows a plugin as being compiled; however the attempt ends, it does not stay so.
struct Compiling<'e> {
    engine: &'e Engine,
    digest: &'e Digest,
    is_over: bool,
}

impl Compiling<'_> {
    fn begin(self, name: String) -> Self {
        self.engine.put(self.digest, Slot::Compiling(name));
        self
    }

    fn end(mut self, plugin: Arc<Plugin>) -> Installed {
        let installed = plugin.installed.clone();
        self.engine.put(self.digest, Slot::Ready(plugin));
        self.is_over = true;
        installed
    }
}

impl Drop for Compiling<'_> {
    fn drop(&mut self) {
        let is_compiling = matches!(self.engine.slot(self.digest), Some(Slot::Compiling(_)));
        if !self.is_over && is_compiling {
            self.engine.unload(self.digest);
        }
    }
}

/// wasmtime as plugins get it: interruptible, pooled, and small when idle.
pub(crate) fn wasmtime(at_once: u32) -> wasmtime::Result<wasmtime::Engine> {
    // One more than there are permits: an exhausted pool is an error and not a queue.
    let slots = at_once + 1;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_stacks(slots)
        // Compilers split a component into a handful of modules that share one memory; interpreters bring tables.
        .total_core_instances(slots * 32)
        .max_core_instances_per_component(32)
        // QuickJS comes with three: its own, and two of the modules that join it to the contract. A preset adds two to
        // those of its base, the wrapper's and the document's, and may be the base of another.
        .total_memories(slots * 8)
        .max_memories_per_component(8)
        .total_tables(slots * 8)
        .max_tables_per_component(8)
        .max_memory_size((MOST_MEBIBYTES as usize) << 20)
        .max_unused_warm_slots(8)
        .linear_memory_keep_resident(128 << 10)
        // A Rust guest has its stack first, of which only the far end is touched: without the scan, the kept bytes
        // would be others than those that are used, and each call would fault its pages in anew.
        .pagemap_scan(Enabled::Auto)
        .table_keep_resident(16 << 10);
    let mut config = wasmtime::Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .epoch_interruption(true)
        .concurrency_support(false)
        // Names are in the component; reading DWARF for lines would cost memory for each trap.
        .wasm_backtrace_details(WasmBacktraceDetails::Disable);
    wasmtime::Engine::new(&config)
}
