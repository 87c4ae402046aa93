//! The epoch ticks that let long computations be interrupted; there are none while nothing runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use wasmtime::EngineWeak;

/// A call that goes on computing is looked at so often. Most calls have ended long before, and each tick wakes a core.
pub const TICK: Duration = Duration::from_millis(5);
/// Ticks without a call before the thread goes to sleep: a busy host must not wake it for every call.
const IDLE_TICKS: u32 = 4;

/// Wakes and stops the ticking thread.
#[derive(Debug)]
pub struct Ticker {
    calls: Arc<Calls>,
    thread: Thread,
}

#[derive(Debug, Default)]
struct Calls {
    running: AtomicUsize,
    /// Whether one has begun since the last tick, which it may not have lived to see.
    begun: AtomicBool,
}

/// While it lives, there are ticks.
#[derive(Debug)]
pub struct Ticking(Arc<Calls>);

impl Ticker {
    /// The thread ends with the engine.
    pub fn start(engine: EngineWeak) -> std::io::Result<Self> {
        let calls = Arc::<Calls>::default();
        let seen = Arc::clone(&calls);
        let thread = thread::Builder::new()
            .name("plugin-ticks".into())
            .spawn(move || tick(&engine, &seen))?
            .thread()
            .clone();
        Ok(Self { calls, thread })
    }

    pub fn run(&self) -> Ticking {
        self.calls.running.fetch_add(1, Ordering::SeqCst);
        if !self.calls.begun.swap(true, Ordering::SeqCst) {
            self.thread.unpark();
        }
        Ticking(Arc::clone(&self.calls))
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.thread.unpark();
    }
}

fn tick(engine: &EngineWeak, calls: &Calls) {
    let mut idle = 0;
    loop {
        let Some(engine) = engine.upgrade() else { return };
        engine.increment_epoch();
        drop(engine);
        let are_some =
            calls.begun.swap(false, Ordering::SeqCst) || calls.running.load(Ordering::SeqCst) > 0;
        idle = if are_some { 0 } else { idle + 1 };
        if idle > IDLE_TICKS {
            // A call that has begun since the look above has unparked the thread, and this returns at once.
            thread::park();
            idle = 0;
        }
        thread::sleep(TICK);
    }
}
