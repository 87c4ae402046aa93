//! Plugins that failed or computed for long lately: their calls begin apart from those that serve requests.
//!
//! The circuit breaker counts failures in a row, so a plugin that also answers well goes on being called. Here one is enough, because it
//! costs an honest plugin only that its calls are handed to another thread. None begins among those that are scheduled last: where all
//! cores are busy those do not get on, and a plugin that once took too much would not answer anybody.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::apart::Threads;

const FOR: Duration = Duration::from_secs(60);

/// Until when one plugin is.
#[derive(Debug, Default)]
pub struct Watched(Mutex<Option<Instant>>);

impl Watched {
    /// Watched from now on, for a minute.
    pub fn failed_or_slow(&self, now: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now + FOR);
    }

    /// Where its next call begins.
    pub fn place(&self, now: Instant) -> Threads {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if until.is_some_and(|until| now < until) { Threads::Apart } else { Threads::Serving }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_after_the_last_time_it_is_over() {
        let (watched, begun) = (Watched::default(), Instant::now());
        assert_eq!(watched.place(begun), Threads::Serving);
        watched.failed_or_slow(begun);
        watched.failed_or_slow(begun + FOR / 2);
        assert_eq!(watched.place(begun + FOR), Threads::Apart);
        assert_eq!(watched.place(begun + FOR * 3 / 2), Threads::Serving);
    }
}
