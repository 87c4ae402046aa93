//! What a container uses: processor time and memory.
//!
//! Processor time is measured around guest execution: whenever a guest's future is polled, the time that its thread
//! spent on a processor (`CLOCK_THREAD_CPUTIME_ID`) is read before and after, and the difference is the guest's. The
//! guest runs nowhere else, and waiting costs nothing. Host functions that the guest calls count too, since they run
//! in the same poll on its behalf.
//!
//! Memory is the linear memory and tables of the instances that are alive, as wasmtime's limiter is asked for each
//! growth. An instance that serves one request lives for microseconds, so the figure that is told is the highest of
//! the last minute.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};
use tokio::sync::Notify;

use super::program::Ticker;

const WINDOW: Duration = Duration::from_secs(30);

pub(super) struct Meter {
    limit_bytes: usize,
    cpu_nanoseconds: AtomicU64,
    used_bytes: AtomicUsize,
    instances: AtomicUsize,
    /// The most that one instance has used, to guess what the next one will.
    typical_bytes: AtomicUsize,
    peaks: Mutex<Peaks>,
    freed: Notify,
}

/// The highest use in this window of time and in the one before.
struct Peaks {
    began: Instant,
    now: usize,
    before: usize,
}

impl Meter {
    pub fn new(limit_bytes: usize) -> Self {
        Self {
            limit_bytes,
            cpu_nanoseconds: AtomicU64::new(0),
            used_bytes: AtomicUsize::new(0),
            instances: AtomicUsize::new(0),
            typical_bytes: AtomicUsize::new(1 << 20),
            peaks: Mutex::new(Peaks { began: Instant::now(), now: 0, before: 0 }),
            freed: Notify::new(),
        }
    }

    pub fn cpu_nanoseconds(&self) -> u64 {
        self.cpu_nanoseconds.load(Ordering::Relaxed)
    }

    /// The highest use in the last minute.
    pub fn memory_bytes(&self) -> usize {
        self.peak(self.used_bytes.load(Ordering::Relaxed))
    }

    /// Waits until there is room for one more instance. One is always let in.
    pub async fn admit(self: &Arc<Self>) -> Admitted {
        loop {
            let mut freed = std::pin::pin!(self.freed.notified());
            // Registered before looking, so that what is freed in between is not missed.
            freed.as_mut().enable();
            let running = self.instances.load(Ordering::Acquire);
            let expected = self.typical_bytes.load(Ordering::Relaxed).saturating_mul(running + 1);
            let room = running == 0 || expected <= self.limit_bytes;
            let claimed = room
                && self
                    .instances
                    .compare_exchange(running, running + 1, Ordering::AcqRel, Ordering::Relaxed)
                    .is_ok();
            if claimed {
                return Admitted { meter: self.clone(), used: 0 };
            }
            if !room {
                freed.await;
            }
        }
    }

    fn peak(&self, used: usize) -> usize {
        let mut peaks = self.peaks.lock().unwrap_or_else(PoisonError::into_inner);
        let age = peaks.began.elapsed();
        if age >= WINDOW {
            let before = if age >= 2 * WINDOW { used } else { peaks.now };
            *peaks = Peaks { began: Instant::now(), now: used, before };
        }
        peaks.now = peaks.now.max(used);
        peaks.now.max(peaks.before)
    }
}

/// The right of one instance to run, and what it uses.
pub(super) struct Admitted {
    meter: Arc<Meter>,
    used: usize,
}

impl Admitted {
    /// Asks for more memory; false if the container has no more.
    pub fn grow(&mut self, more: usize) -> bool {
        let before = self.meter.used_bytes.fetch_add(more, Ordering::AcqRel);
        if before.saturating_add(more) > self.meter.limit_bytes {
            self.meter.used_bytes.fetch_sub(more, Ordering::AcqRel);
            return false;
        }
        self.used += more;
        self.meter.typical_bytes.fetch_max(self.used, Ordering::Relaxed);
        self.meter.peak(before + more);
        true
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.meter.used_bytes.fetch_sub(self.used, Ordering::AcqRel);
        self.meter.instances.fetch_sub(1, Ordering::AcqRel);
        self.meter.freed.notify_waiters();
    }
}

/// A guest that runs, with its processor time measured and the engine's clock kept going.
pub(super) struct Metered<F> {
    guest: Pin<Box<F>>,
    meter: Arc<Meter>,
    ticker: Arc<Ticker>,
}

impl<F> Metered<F> {
    pub fn new(guest: F, meter: Arc<Meter>, ticker: Arc<Ticker>) -> Self {
        Self { guest: Box::pin(guest), meter, ticker }
    }
}

impl<F: Future> Future for Metered<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let _ticking = this.ticker.enter();
        let before = thread_nanoseconds();
        let polled = this.guest.as_mut().poll(cx);
        let spent = thread_nanoseconds().saturating_sub(before);
        this.meter.cpu_nanoseconds.fetch_add(spent, Ordering::Relaxed);
        polled
    }
}

fn thread_nanoseconds() -> u64 {
    nanoseconds(ClockId::CLOCK_THREAD_CPUTIME_ID)
}

/// The processor time of the whole process.
pub(super) fn process_nanoseconds() -> u64 {
    nanoseconds(ClockId::CLOCK_PROCESS_CPUTIME_ID)
}

fn nanoseconds(clock: ClockId) -> u64 {
    let Ok(time) = clock_gettime(clock) else { return 0 };
    u64::try_from(Duration::from(time).as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn a_container_never_holds_more_than_its_limit() {
        let meter = Arc::new(Meter::new(3 << 20));
        let mut first = meter.admit().now_or_never().unwrap();
        assert!(first.grow(2 << 20));
        assert!(!first.grow(2 << 20));
        assert_eq!(meter.memory_bytes(), 2 << 20);
        assert!(meter.admit().now_or_never().is_none(), "two of this size do not fit");
        drop(first);
        assert!(meter.admit().now_or_never().is_some());
        assert_eq!(meter.memory_bytes(), 2 << 20, "the peak is remembered for a while");
    }
}
