//! Plugins that failed, computed for long or took more than they may lately: their calls begin apart from those that serve requests.
//!
//! The circuit breaker counts failures in a row, so a plugin that also answers well goes on being called. Here one is enough, because it
//! costs an honest plugin only that its calls are handed to another thread.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::place::Threads;

const FOR: Duration = Duration::from_secs(60);

/// Whether one plugin is, and until when.
#[derive(Debug, Default)]
pub struct Watched(Mutex<Until>);

#[derive(Clone, Copy, Debug, Default)]
struct Until {
    failed_or_slow: Option<Instant>,
    greedy: Option<Instant>,
}

impl Watched {
    /// Watched from now on, for a minute.
    pub fn failed_or_slow(&self, now: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failed_or_slow = Some(now + FOR);
    }

    /// It took more time, memory or room than it may.
    pub fn greedy(&self, now: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).greedy = Some(now + FOR);
    }

    /// Where its next call begins.
    pub fn place(&self, now: Instant) -> Threads {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is = |until: Option<Instant>| until.is_some_and(|until| now < until);
        if is(until.greedy) {
            Threads::Last
        } else if is(until.failed_or_slow) {
            Threads::Apart
        } else {
            Threads::Serving
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_after_the_last_time_it_is_over() {
        let (watched, begun) = (Watched::default(), Instant::now());
        assert_eq!(watched.place(begun), Threads::Serving);
        watched.greedy(begun);
        watched.failed_or_slow(begun + FOR / 2);
        assert_eq!(watched.place(begun + FOR / 2), Threads::Last);
        assert_eq!(watched.place(begun + FOR), Threads::Apart);
        assert_eq!(watched.place(begun + FOR * 3 / 2), Threads::Serving);
    }
}
