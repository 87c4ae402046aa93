//! Where a call is computed; it goes on elsewhere from the next time that it gives way.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Whether a core is left for who is scheduled last is seen after so long.
pub const SEEN: Duration = Duration::from_millis(100);
/// So long nobody is scheduled last after somebody was and got no core.
const BUSY: Duration = Duration::from_secs(10);

/// Where a call is computed; who computes for longer comes after who does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Threads {
    /// Where it was asked for.
    #[default]
    Serving,
    /// On threads of low priority.
    Apart,
    /// On threads that compute when nobody else does.
    Last,
}

/// Whether a core is left for threads that compute when nobody else does. Where all are busy these get nothing, and who has to be computed
/// there would answer nobody.
#[derive(Debug, Default)]
pub struct Spare {
    none_until: Mutex<Option<Instant>>,
    turns: AtomicU64,
}

impl Spare {
    fn is_there(&self, now: Instant) -> bool {
        let until = *self.none_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_none_or(|until| now >= until)
    }

    fn is_missing(&self, now: Instant) {
        *self.none_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(now + BUSY);
    }

    /// The turns of calls on those threads until now: while they grow, a core is there, and who waits does so for others.
    pub fn turns(&self) -> u64 {
        self.turns.load(Ordering::Relaxed)
    }
}

/// Of one call; shared with who waits for it.
#[derive(Clone, Debug, Default)]
pub struct Place {
    threads: Arc<Mutex<Threads>>,
    spare: Arc<Spare>,
}

impl Place {
    pub fn new(begin: Threads, spare: Arc<Spare>, now: Instant) -> Self {
        let place = Self { threads: Arc::default(), spare };
        place.at_least(begin, now);
        place
    }

    pub fn threads(&self) -> Threads {
        *self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Unless it is further already; and last only where a core is left for that.
    pub fn at_least(&self, threads: Threads, now: Instant) {
        let can = if self.spare.is_there(now) { threads } else { threads.min(Threads::Apart) };
        let mut at = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        *at = can.max(*at);
    }

    /// It was computed on these threads until it gave way or ended.
    pub fn had_a_turn(&self, threads: Threads) {
        if threads == Threads::Last {
            self.spare.turns.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// It is last and gets no core: it goes on with low priority, and so do all for a while.
    pub fn gets_no_core(&self, now: Instant) {
        self.spare.is_missing(now);
        *self.threads.lock().unwrap_or_else(PoisonError::into_inner) = Threads::Apart;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_last_where_somebody_was_and_got_no_core() {
        let (spare, now) = (Arc::<Spare>::default(), Instant::now());
        let begin = |now| Place::new(Threads::Last, Arc::clone(&spare), now);
        let (first, second) = (begin(now), begin(now));
        assert_eq!(first.threads(), Threads::Last);
        first.gets_no_core(now);
        assert_eq!(first.threads(), Threads::Apart);
        assert_eq!(second.threads(), Threads::Last, "which finds out for itself");
        first.at_least(Threads::Last, now);
        assert_eq!(first.threads(), Threads::Apart);
        assert_eq!(begin(now).threads(), Threads::Apart);
        assert_eq!(begin(now + BUSY).threads(), Threads::Last);
    }

    #[test]
    fn a_call_does_not_come_nearer_by_itself() {
        let place = Place::default();
        for (wanted, is) in [
            (Threads::Serving, Threads::Serving),
            (Threads::Apart, Threads::Apart),
            (Threads::Serving, Threads::Apart),
        ] {
            place.at_least(wanted, Instant::now());
            assert_eq!(place.threads(), is);
        }
    }
}
