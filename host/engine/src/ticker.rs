//! The epoch ticks that let long computations be interrupted; there are none while nothing runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use wasmtime::EngineWeak;

/// A call on a thread that serves requests is looked at so often.
pub const TICK: Duration = Duration::from_millis(1);
/// While all calls compute apart from requests, where the kernel lets others go first: a timer costs others more than its thread does,
/// since it wakes a core.
const SELDOM: Duration = Duration::from_millis(5);
/// Ticks without a call before the thread goes to sleep: a busy host must not wake it for every call.
const IDLE_TICKS: u32 = 20;

/// Wakes and stops the ticking thread.
#[derive(Debug)]
pub struct Ticker {
    running: Arc<Running>,
    thread: Thread,
}

/// How many calls need ticks, and how often.
#[derive(Debug, Default)]
struct Running {
    often: AtomicUsize,
    seldom: AtomicUsize,
}

/// While it lives, there are ticks.
#[derive(Debug)]
pub struct Ticking {
    running: Arc<Running>,
    is_often: bool,
}

impl Ticker {
    /// The thread ends with the engine.
    pub fn start(engine: EngineWeak) -> std::io::Result<Self> {
        let running = Arc::<Running>::default();
        let seen = Arc::clone(&running);
        let thread = thread::Builder::new()
            .name("plugin-ticks".into())
            .spawn(move || tick(&engine, &seen))?
            .thread()
            .clone();
        Ok(Self { running, thread })
    }

    pub fn run(&self, is_often: bool) -> Ticking {
        if self.running.calls(is_often).fetch_add(1, Ordering::SeqCst) == 0 {
            self.thread.unpark();
        }
        Ticking { running: Arc::clone(&self.running), is_often }
    }
}

impl Running {
    fn calls(&self, is_often: bool) -> &AtomicUsize {
        if is_often { &self.often } else { &self.seldom }
    }
}

impl Ticking {
    /// From now on seldom.
    pub fn slow_down(&mut self) {
        if self.is_often {
            self.running.seldom.fetch_add(1, Ordering::SeqCst);
            self.running.often.fetch_sub(1, Ordering::SeqCst);
            self.is_often = false;
        }
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.running.calls(self.is_often).fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.thread.unpark();
    }
}

fn tick(engine: &EngineWeak, running: &Running) {
    let mut idle = 0;
    loop {
        let Some(engine) = engine.upgrade() else { return };
        engine.increment_epoch();
        drop(engine);
        let is_often = running.often.load(Ordering::SeqCst) > 0;
        idle = if is_often { 0 } else { idle + 1 };
        // A wake-up between the look above and a `park` below is not lost: it makes `park` return at once.
        if idle <= IDLE_TICKS {
            thread::sleep(TICK);
        } else if running.seldom.load(Ordering::SeqCst) > 0 {
            thread::park_timeout(SELDOM);
        } else {
            thread::park();
            idle = 0;
        }
    }
}
