//! One instance: what it is given, and what it may use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wasmtime::component::ResourceTable;
use wasmtime::{ResourceLimiter, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::Ticker;
use crate::node::log::{Log, Source, Stream};
use crate::node::meter::{Admitted, Meter};
use crate::node::outgoing::Outgoing;

/// Bytes that may be copied from a guest to the host in one call.
const HOSTCALL_FUEL: usize = 16 << 20;
/// Handles that a guest may hold.
const MOST_HANDLES: usize = 10_000;

/// What all instances of a container have in common.
pub(crate) struct Setting {
    pub env: Vec<(String, String)>,
    pub args: Vec<String>,
    pub log: Arc<Log>,
    pub meter: Arc<Meter>,
    pub ticker: Arc<Ticker>,
    pub outgoing: Outgoing,
    /// Set when an instance asked for more memory than the container may have.
    pub starved: AtomicBool,
}

impl Setting {
    /// A store for one instance, when there is room for one.
    pub async fn store(self: &Arc<Self>, engine: &wasmtime::Engine) -> Store<Guest> {
        let admitted = self.meter.admit().await;
        let mut table = ResourceTable::new();
        table.set_max_capacity(MOST_HANDLES);
        let guest = Guest {
            wasi: self.wasi(),
            http: WasiHttpCtx::new(),
            table,
            outgoing: self.outgoing.clone(),
            limits: Limits { admitted, setting: self.clone() },
        };
        let mut store = Store::new(engine, guest);
        store.limiter(|it| &mut it.limits);
        store.set_hostcall_fuel(HOSTCALL_FUEL);
        store.epoch_deadline_async_yield_and_update(1);
        store
    }

    fn wasi(&self) -> WasiCtx {
        let mut builder = WasiCtx::builder();
        builder.args(&self.args);
        builder.envs(&self.env);
        builder.stdout(Stream::new(self.log.clone(), Source::Out));
        builder.stderr(Stream::new(self.log.clone(), Source::Error));
        builder.build()
    }
}

/// The state of one instance.
pub(crate) struct Guest {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    outgoing: Outgoing,
    limits: Limits,
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.outgoing }
    }
}

struct Limits {
    admitted: Admitted,
    setting: Arc<Setting>,
}

/// A table's element is a pointer.
const ELEMENT_BYTES: usize = size_of::<usize>();

impl ResourceLimiter for Limits {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(self.grow(desired.saturating_sub(current)))
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(self.grow(desired.saturating_sub(current).saturating_mul(ELEMENT_BYTES)))
    }
}

impl Limits {
    fn grow(&mut self, more: usize) -> bool {
        let granted = self.admitted.grow(more);
        if !granted {
            self.setting.starved.store(true, Ordering::Relaxed);
        }
        granted
    }
}
