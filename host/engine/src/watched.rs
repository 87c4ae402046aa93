//! Plugins that failed or computed for long lately: their calls begin apart from those that serve requests.
//!
//! The circuit breaker counts failures in a row, so a plugin that also answers well goes on being called. Here one is enough, because it
//! costs an honest plugin only that its calls are handed to another thread.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const FOR: Duration = Duration::from_secs(60);

/// Whether one plugin is, and until when.
#[derive(Debug, Default)]
pub struct Watched(Mutex<Option<Instant>>);

impl Watched {
    /// From now on, for a minute.
    pub fn from(&self, now: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now + FOR);
    }

    pub fn is(&self, now: Instant) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_after_the_last_time_it_is_over() {
        let (watched, begun) = (Watched::default(), Instant::now());
        assert!(!watched.is(begun));
        watched.from(begun);
        watched.from(begun + FOR / 2);
        assert!(watched.is(begun + FOR));
        assert!(!watched.is(begun + FOR * 3 / 2));
    }
}
