//! The circuit breaker of one plugin: after a few failures in a row it rests, longer each time.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many failures in a row are borne.
const BORNE: u32 = 5;
const FIRST_REST: Duration = Duration::from_secs(10);
const LONGEST_REST: Duration = Duration::from_secs(300);

/// Counts what went wrong in a row.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    rests_until: Option<Instant>,
}

/// The plugin rests.
#[derive(Debug, PartialEq, Eq)]
pub struct Resting {
    pub failures: u32,
    pub seconds: u64,
}

impl Breaker {
    pub fn check(&self, now: Instant) -> Result<(), Resting> {
        let state = self.state();
        let left = state.rests_until.map(|it| it.saturating_duration_since(now));
        match left.filter(|it| !it.is_zero()) {
            // Rounded up, so that whoever waits that long finds it awake.
            Some(left) => Err(Resting { failures: state.failures, seconds: left.as_secs() + 1 }),
            None => Ok(()),
        }
    }

    pub fn succeeded(&self) {
        *self.state() = State::default();
    }

    /// How many failures in a row there are by now.
    pub fn failed(&self, now: Instant) -> u32 {
        let mut state = self.state();
        state.failures += 1;
        if state.failures >= BORNE {
            let doubled = FIRST_REST * 2_u32.pow((state.failures - BORNE).min(5));
            state.rests_until = Some(now + doubled.min(LONGEST_REST));
        }
        state.failures
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rests_after_five_failures_in_a_row_and_longer_after_the_sixth() {
        let (breaker, begun) = (Breaker::default(), Instant::now());
        for _ in 0..4 {
            breaker.failed(begun);
        }
        assert_eq!(breaker.check(begun), Ok(()));
        breaker.failed(begun);
        assert_eq!(breaker.check(begun), Err(Resting { failures: 5, seconds: 11 }));
        let rested = begun + FIRST_REST;
        assert_eq!(breaker.check(rested), Ok(()));
        breaker.failed(rested);
        assert_eq!(breaker.check(rested), Err(Resting { failures: 6, seconds: 21 }));
    }

    #[test]
    fn a_success_forgets_the_failures() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..4 {
            breaker.failed(now);
        }
        breaker.succeeded();
        breaker.failed(now);
        assert_eq!(breaker.check(now), Ok(()));
    }
}
