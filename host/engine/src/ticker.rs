//! The epoch ticks that let long computations be interrupted; there are none while nothing runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use wasmtime::EngineWeak;

/// A guest that computes gives way to others at each tick.
pub const TICK: Duration = Duration::from_millis(1);
/// Ticks without a call before the thread goes to sleep: a busy host must not wake it for every call.
const IDLE_TICKS: u32 = 20;

/// Wakes and stops the ticking thread.
#[derive(Debug)]
pub struct Ticker {
    running: Arc<AtomicUsize>,
    thread: Thread,
}

/// While it lives, there are ticks.
#[derive(Debug)]
pub struct Ticking(Arc<AtomicUsize>);

impl Ticker {
    /// The thread ends with the engine.
    pub fn start(engine: EngineWeak) -> std::io::Result<Self> {
        let running = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&running);
        let thread = thread::Builder::new()
            .name("plugin-ticks".into())
            .spawn(move || tick(&engine, &seen))?
            .thread()
            .clone();
        Ok(Self { running, thread })
    }

    pub fn run(&self) -> Ticking {
        if self.running.fetch_add(1, Ordering::SeqCst) == 0 {
            self.thread.unpark();
        }
        Ticking(Arc::clone(&self.running))
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.thread.unpark();
    }
}

fn tick(engine: &EngineWeak, running: &AtomicUsize) {
    let mut idle = 0;
    loop {
        let Some(engine) = engine.upgrade() else { return };
        engine.increment_epoch();
        drop(engine);
        idle = if running.load(Ordering::SeqCst) == 0 { idle + 1 } else { 0 };
        if idle > IDLE_TICKS {
            // A wake-up between the look above and this line is not lost: it makes `park` return at once.
            thread::park();
            idle = 0;
        } else {
            thread::sleep(TICK);
        }
    }
}
