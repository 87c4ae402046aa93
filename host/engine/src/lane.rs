//! Who computes for long gives way to who does not.
//!
//! Most calls end within a few ticks. One that goes on computing is let go on in the slow lane, which all such calls share and which is never
//! given more than half of a core: so a plugin that loops costs its own caller time, and nobody else.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wasmtime::UpdateDeadline;

use crate::apart::Long;
use crate::spent::Spent;
use crate::ticker::{TICK, Ticking};
use crate::watched::Watched;

/// Half a tick. A tick does not count when less was computed since the last one that did: somebody else had the core meanwhile.
const FELT: Duration = Duration::from_micros(500);
/// Most calls end within so much computing, where they began.
const SHORT: Duration = TICK;
/// Computing that is given to everybody at once: what plugins in any language need for an honest answer.
const QUICK: Duration = Duration::from_millis(20);

/// When the slow lane is free again.
#[derive(Clone, Debug, Default)]
pub struct Lane(Arc<Mutex<Option<Instant>>>);

impl Lane {
    /// The time until the next place in the lane, which is taken by asking. Whoever has computed for so long leaves as much for others.
    fn wait(&self, now: Instant, computed: Duration) -> Duration {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = free.map_or(now, |it| it.max(now));
        *free = Some(begin + computed * 2);
        begin - now
    }
}

/// What one call has computed so far.
#[derive(Debug)]
pub struct Computed {
    so_far: Duration,
    /// Since the last tick that counted, or since it had its turn again.
    turn: Arc<Mutex<Spent>>,
    lane: Lane,
    long: Long,
    ticking: Ticking,
    /// Its plugin's.
    watched: Arc<Watched>,
}

impl Computed {
    pub fn nothing(lane: Lane, long: Long, ticking: Ticking, watched: Arc<Watched>) -> Self {
        let turn = Arc::new(Mutex::new(Spent::begin()));
        Self { so_far: Duration::ZERO, turn, lane, long, ticking, watched }
    }

    /// At each tick that finds the guest computing: where it goes on, and when.
    pub fn tick(&mut self) -> UpdateDeadline {
        let computed = locked(&self.turn).so_far();
        if computed < FELT {
            return UpdateDeadline::Continue(1);
        }
        *locked(&self.turn) = Spent::begin();
        self.so_far += computed;
        if self.so_far <= SHORT {
            return UpdateDeadline::Continue(1);
        }
        self.long.set();
        self.ticking.slow_down();
        if self.so_far <= QUICK {
            return self.give_way(Duration::ZERO);
        }
        let now = Instant::now();
        self.watched.slow(now);
        self.give_way(self.lane.wait(now, computed))
    }

    /// Others compute meanwhile, maybe on this very thread: its turn begins when it goes on.
    fn give_way(&self, wait: Duration) -> UpdateDeadline {
        let turn = Arc::clone(&self.turn);
        let others = async move {
            if wait.is_zero() {
                tokio::task::yield_now().await;
            } else {
                tokio::time::sleep(wait).await;
            }
            *locked(&turn) = Spent::begin();
        };
        UpdateDeadline::YieldCustom(1, Box::pin(others))
    }
}

fn locked(turn: &Mutex<Spent>) -> MutexGuard<'_, Spent> {
    turn.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apart::Threads;
    use crate::spent::compute_for;
    use crate::ticker::Ticker;

    #[test]
    fn all_that_compute_for_long_share_half_a_core() {
        let (lane, now) = (Lane::default(), Instant::now());
        let waits: Vec<Duration> = (0..4).map(|_| lane.wait(now, TICK)).collect();
        assert_eq!(waits, [0, 2, 4, 6].map(|it| TICK * it));
        assert_eq!(lane.wait(now + TICK * 20, TICK), Duration::ZERO, "nothing is saved up");
    }

    fn call(long: &Long, watched: &Arc<Watched>) -> Computed {
        let engine = wasmtime::Engine::default();
        let ticking = Ticker::start(engine.weak()).unwrap().run(true);
        Computed::nothing(Lane::default(), long.clone(), ticking, Arc::clone(watched))
    }

    #[tokio::test]
    async fn an_honest_call_never_waits() {
        let (long, watched) = (Long::default(), Arc::default());
        let mut call = call(&long, &watched);
        let mut tick = |time| {
            compute_for(time);
            call.tick()
        };
        assert!(matches!(tick(FELT), UpdateDeadline::Continue(1)));
        assert!(!long.is_set());
        assert!(matches!(tick(SHORT), UpdateDeadline::YieldCustom(1, _)));
        assert!(long.is_set());
        assert_eq!(watched.place(Instant::now()), Threads::Serving);
        tick(QUICK);
        assert_eq!(watched.place(Instant::now()), Threads::Apart, "its plugin's next calls");
    }

    #[tokio::test]
    async fn who_had_to_wait_for_a_core_has_not_computed() {
        let (long, watched) = (Long::default(), Arc::default());
        let mut call = call(&long, &watched);
        for _ in 0..20 {
            std::thread::sleep(TICK);
            assert!(matches!(call.tick(), UpdateDeadline::Continue(1)));
        }
        assert!(!long.is_set());
        // Little by little is as much in the end.
        for _ in 0..12 {
            compute_for(FELT / 4);
            call.tick();
        }
        assert!(long.is_set());
        // What others compute on its thread while it gives way is not its own.
        compute_for(FELT);
        let UpdateDeadline::YieldCustom(1, others) = call.tick() else { panic!("it goes on") };
        compute_for(QUICK);
        others.await;
        compute_for(FELT);
        call.tick();
        assert_eq!(watched.place(Instant::now()), Threads::Serving);
    }
}
