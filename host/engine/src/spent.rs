//! Processor time of a call.

use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// What was computed since something began. Time that others had the core does not count, for as long as it stays on the thread that it
/// began on; elsewhere all time counts.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    thread: ThreadId,
    computed: Duration,
    began: Instant,
}

impl Spent {
    /// It begins now, on this thread.
    pub fn nothing() -> Self {
        Self { thread: thread::current().id(), computed: of_this_thread(), began: Instant::now() }
    }

    pub fn so_far(&self) -> Duration {
        if self.thread == thread::current().id() {
            of_this_thread().saturating_sub(self.computed)
        } else {
            self.began.elapsed()
        }
    }
}

fn of_this_thread() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_millis(20);

    #[test]
    fn waiting_is_not_computing() {
        let spent = Spent::nothing();
        thread::sleep(LONG);
        assert!(spent.so_far() < LONG / 2);
        while spent.so_far() < LONG {
            std::hint::spin_loop();
        }
        // On another thread nothing better is known than the time.
        thread::spawn(move || assert!(spent.so_far() >= LONG * 2)).join().unwrap();
    }
}
