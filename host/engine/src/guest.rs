//! What belongs to one instance: an empty world of WASI, its limits, and what it logs.

use std::time::Duration;

use wasmtime::component::ResourceTable;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use crate::lane::Computed;
use crate::limits::{HANDLES, LOG_BYTES, Limiter};
use crate::lookout::Lookout;

/// The data of one store.
pub struct Guest {
    wasi: WasiCtx,
    table: ResourceTable,
    printed: MemoryOutputPipe,
    pub limiter: Limiter,
    pub log: Log,
    pub computed: Computed,
    /// Of an update checker that is asked to look.
    pub lookout: Option<Lookout>,
}

/// What the outside world is for one call: a function of the input, so that the same input gives the same answer.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    /// The time that the guest's clock shows, always.
    pub now: Duration,
    /// Where its random numbers come from. No plugin makes keys.
    pub seed: [u8; 32],
    pub mebibytes: u32,
}

impl Guest {
    pub fn new(surroundings: Surroundings, computed: Computed) -> Self {
        let Surroundings { now, seed, mebibytes } = surroundings;
        let printed = MemoryOutputPipe::new(LOG_BYTES);
        let wasi = WasiCtxBuilder::new()
            .stdout(printed.clone())
            .stderr(printed.clone())
            .wall_clock(Stopped(now))
            .secure_random(Deterministic::new(seed.to_vec()))
            .insecure_random(Deterministic::new(seed.to_vec()))
            .insecure_random_seed(u128::from_le_bytes(first_half(seed)))
            .max_random_size(LOG_BYTES as u64)
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .build();
        let mut table = ResourceTable::new();
        table.set_max_capacity(HANDLES);
        let limiter = Limiter::new(mebibytes);
        Self { wasi, table, printed, limiter, log: Log::default(), computed, lookout: None }
    }

    /// What it wrote to standard output and error: of a panic, the message.
    pub fn printed(&self) -> String {
        String::from_utf8_lossy(&self.printed.contents()).into_owned()
    }
}

fn first_half(seed: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&seed[..16]);
    half
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

struct Stopped(Duration);

impl HostWallClock for Stopped {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        self.0
    }
}

/// The lines that a plugin logged, as far as there is room.
#[derive(Debug, Default)]
pub struct Log {
    lines: Vec<String>,
    bytes: usize,
    is_full: bool,
}

impl Log {
    pub fn write(&mut self, level: &str, message: &str) {
        if self.is_full {
            return;
        }
        let line = format!("{level}: {message}");
        self.bytes += line.len();
        if self.bytes > LOG_BYTES {
            self.is_full = true;
            self.lines.push("(more was logged than is kept)".into());
        } else {
            self.lines.push(line);
        }
    }

    /// The last line, if it tells of an error.
    pub fn last_error(&self) -> Option<&str> {
        self.lines.last()?.strip_prefix("error: ")
    }

    pub fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_ends_where_the_room_ends() {
        let mut log = Log::default();
        for _ in 0..100_000 {
            log.write("info", "the same again and again");
        }
        let lines = log.into_lines();
        assert!(lines.iter().map(String::len).sum::<usize>() < LOG_BYTES + 100);
        assert_eq!(lines.last().unwrap(), "(more was logged than is kept)");
    }
}
