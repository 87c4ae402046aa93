//! Who computes for long gives way to who does not.
//!
//! Most calls end within a few ticks. One that goes on computing is let go on in the slow lane, which all such calls share and which is never
//! given more than half of a core: so a plugin that loops costs its own caller time, and nobody else.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use wasmtime::UpdateDeadline;

use crate::apart::Long;
use crate::ticker::TICK;
use crate::watched::Watched;

/// Ticks of computing that are given to everybody at once: what plugins in any language need for an honest answer.
const QUICK_TICKS: u32 = 20;
/// One tick of computing, and one for others.
const PACE: Duration = TICK.saturating_mul(2);

/// When the slow lane is free again.
#[derive(Clone, Debug, Default)]
pub struct Lane(Arc<Mutex<Option<Instant>>>);

impl Lane {
    /// The time until the next place in the lane, which is taken by asking.
    fn wait(&self, now: Instant) -> Duration {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = free.map_or(now, |it| it.max(now));
        *free = Some(begin + PACE);
        begin - now
    }
}

/// What one call has computed so far.
#[derive(Debug)]
pub struct Computed {
    ticks: u32,
    lane: Lane,
    long: Long,
    /// Its plugin's.
    watched: Arc<Watched>,
}

impl Computed {
    pub fn nothing(lane: Lane, long: Long, watched: Arc<Watched>) -> Self {
        Self { ticks: 0, lane, long, watched }
    }

    /// At each tick that finds the guest computing: where it goes on, and when.
    pub fn tick(&mut self) -> UpdateDeadline {
        self.ticks += 1;
        if self.ticks == 1 {
            // It may have begun just before.
            return UpdateDeadline::Continue(1);
        }
        self.long.set();
        if self.ticks <= QUICK_TICKS {
            return UpdateDeadline::Yield(1);
        }
        let now = Instant::now();
        self.watched.from(now);
        let wait = self.lane.wait(now);
        let turn: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(tokio::time::sleep(wait));
        UpdateDeadline::YieldCustom(1, turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_compute_for_long_share_half_a_core() {
        let (lane, now) = (Lane::default(), Instant::now());
        let waits: Vec<Duration> = (0..4).map(|_| lane.wait(now)).collect();
        assert_eq!(waits, [0, 1, 2, 3].map(|it| PACE * it));
        assert_eq!(lane.wait(now + PACE * 10), Duration::ZERO, "nothing is saved up");
    }

    #[tokio::test]
    async fn an_honest_call_never_waits() {
        let watched = Arc::new(Watched::default());
        let mut call = Computed::nothing(Lane::default(), Long::default(), Arc::clone(&watched));
        assert!(matches!(call.tick(), UpdateDeadline::Continue(1)));
        for _ in 1..QUICK_TICKS {
            assert!(matches!(call.tick(), UpdateDeadline::Yield(1)));
        }
        assert!(!watched.is(Instant::now()));
        assert!(matches!(call.tick(), UpdateDeadline::YieldCustom(1, _)));
        assert!(watched.is(Instant::now()), "and its plugin's next calls begin apart");
    }
}
