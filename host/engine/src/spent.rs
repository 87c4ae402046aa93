//! How long a thread has computed, which is not how long it took: others may have had its core meanwhile.

use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// A point on the clock of a thread's own processor time.
#[derive(Debug)]
pub struct Spent {
    thread: ThreadId,
    computed: Duration,
    at: Instant,
}

impl Spent {
    /// From now on, of this thread.
    pub fn begin() -> Self {
        Self { thread: thread::current().id(), computed: computed(), at: Instant::now() }
    }

    /// The processor time since. Who goes on on another thread is thought to have computed all the time.
    pub fn so_far(&self) -> Duration {
        if self.thread == thread::current().id() {
            computed().saturating_sub(self.computed)
        } else {
            self.took()
        }
    }

    /// The time since.
    pub fn took(&self) -> Duration {
        self.at.elapsed()
    }
}

fn computed() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

#[cfg(test)]
pub fn compute_for(time: Duration) {
    let begun = Spent::begin();
    while begun.so_far() < time {
        std::hint::spin_loop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A_WHILE: Duration = Duration::from_millis(20);

    #[test]
    fn waiting_is_not_computing() {
        let begun = Spent::begin();
        thread::sleep(A_WHILE);
        assert!(begun.so_far() < A_WHILE / 2, "{:?}", begun.so_far());
        compute_for(A_WHILE);
        assert!(begun.so_far() >= A_WHILE, "{:?}", begun.so_far());
    }

    #[test]
    fn on_another_thread_all_the_time_counts() {
        let begun = Spent::begin();
        let there = thread::spawn(move || {
            thread::sleep(A_WHILE);
            begun.so_far()
        });
        assert!(there.join().unwrap() >= A_WHILE);
    }
}
