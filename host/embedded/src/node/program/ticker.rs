//! The engine's clock: it ticks while guests run and rests while none does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::Thread;
use std::time::Duration;

use wasmtime::EngineWeak;

/// A guest that computes for this long lets others run.
const TICK: Duration = Duration::from_millis(10);

pub(crate) struct Ticker {
    running: AtomicUsize,
    resting: AtomicBool,
    thread: Thread,
}

/// While this lives, the clock ticks.
pub(crate) struct Ticking<'a>(&'a Ticker);

impl Ticker {
    pub(super) fn start(engine: EngineWeak) -> Arc<Self> {
        let (sender, receiver) = std::sync::mpsc::channel::<std::sync::Weak<Self>>();
        let spawned = std::thread::Builder::new().name("wasm-clock".into()).spawn(move || {
            let Ok(ticker) = receiver.recv() else { return };
            while let Some(ticker) = ticker.upgrade() {
                let Some(engine) = engine.upgrade() else { return };
                if ticker.running.load(Ordering::SeqCst) > 0 {
                    drop(ticker);
                    std::thread::sleep(TICK);
                    engine.increment_epoch();
                } else {
                    ticker.rest();
                }
            }
        });
        let thread = spawned.expect("a process that starts can start one thread").thread().clone();
        let (running, resting) = (AtomicUsize::new(0), AtomicBool::new(false));
        let ticker = Arc::new(Self { running, resting, thread });
        // The thread waits for exactly this.
        drop(sender.send(Arc::downgrade(&ticker)));
        ticker
    }

    /// Keeps the clock ticking until the answer is dropped.
    pub fn enter(&self) -> Ticking<'_> {
        self.running.fetch_add(1, Ordering::SeqCst);
        if self.resting.swap(false, Ordering::SeqCst) {
            self.thread.unpark();
        }
        Ticking(self)
    }

    fn rest(&self) {
        self.resting.store(true, Ordering::SeqCst);
        // A guest that entered before this line did not see us rest.
        if self.running.load(Ordering::SeqCst) == 0 {
            std::thread::park_timeout(Duration::from_mins(1));
        }
        self.resting.store(false, Ordering::SeqCst);
    }
}

impl Drop for Ticking<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}
