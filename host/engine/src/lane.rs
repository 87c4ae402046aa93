//! Who computes for long gives way to who does not.
//!
//! Most calls end before the first tick. One that goes on computing is let go on in the slow lane, which all such calls share and which is never
//! given more than half of a core: so a plugin that loops costs its own caller time, and nobody else.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wasmtime::UpdateDeadline;

use crate::place::{Place, SEEN, Threads};
use crate::spent::Spent;
use crate::ticker::Ticking;
use crate::watched::Watched;

/// A tick does not count when less was computed since the last one that did: the call has just begun, or somebody else had the core.
const FELT: Duration = Duration::from_micros(500);
/// Most calls end within so much computing. One that a tick finds to have computed for longer goes on elsewhere.
pub const SHORT: Duration = Duration::from_millis(1);
/// Computing that is given to everybody at once: what plugins in any language need for an honest answer.
const QUICK: Duration = Duration::from_millis(20);
/// From then on a call is computed when nobody else computes, if there is a core for that: twenty times what an interpreter of Python takes
/// for one.
const FAR: Duration = Duration::from_millis(50);

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

/// How much of the time of its turns a call has had a core lately.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    computed: Duration,
    took: Duration,
}

impl Share {
    /// One more turn, or one more part of it. What was long ago says nothing about now.
    fn also(&mut self, computed: Duration, took: Duration) {
        if self.took > SEEN {
            *self = Self::default();
        }
        self.computed += computed;
        self.took += took;
    }

    /// Seen for long enough, with the turn that it has now.
    fn is_less_than_half(mut self, computed: Duration, took: Duration) -> bool {
        self.also(computed, took);
        self.took > SEEN && !has_a_core(self.computed, self.took)
    }
}

/// Half of one will do: others have their turns, too.
fn has_a_core(computed: Duration, took: Duration) -> bool {
    computed * 2 >= took
}

/// What one call has computed so far.
#[derive(Debug)]
pub struct Computed {
    so_far: Duration,
    /// Since the last tick that counted, or since it had its turn again.
    turn: Arc<Mutex<Spent>>,
    lane: Lane,
    place: Place,
    share: Share,
    _ticking: Ticking,
    /// Its plugin's.
    watched: Arc<Watched>,
}

impl Computed {
    pub fn nothing(lane: Lane, place: Place, ticking: Ticking, watched: Arc<Watched>) -> Self {
        let turn = Arc::new(Mutex::new(Spent::begin()));
        let (so_far, share) = (Duration::ZERO, Share::default());
        Self { so_far, turn, lane, place, share, _ticking: ticking, watched }
    }

    /// At each tick that finds the guest computing: where it goes on, and when.
    pub fn tick(&mut self) -> UpdateDeadline {
        let (computed, took) = {
            let turn = locked(&self.turn);
            (turn.so_far(), turn.took())
        };
        let is_last = self.place.threads() == Threads::Last;
        let is_stuck = is_last && self.share.is_less_than_half(computed, took);
        if computed < FELT && !is_stuck {
            return UpdateDeadline::Continue(1);
        }
        self.share.also(computed, took);
        *locked(&self.turn) = Spent::begin();
        self.so_far += computed;
        let now = Instant::now();
        if is_stuck {
            self.place.gets_no_core(now);
            return self.give_way(Duration::ZERO);
        }
        if self.so_far <= SHORT {
            return UpdateDeadline::Continue(1);
        }
        // Who is last on a machine whose cores are all busy would not get on at all.
        let is_far = self.so_far > FAR && has_a_core(computed, took);
        self.place.at_least(if is_far { Threads::Last } else { Threads::Apart }, now);
        if self.so_far <= QUICK {
            return self.give_way(Duration::ZERO);
        }
        self.watched.failed_or_slow(now);
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
    use crate::spent::compute_for;
    use crate::ticker::{TICK, Ticker};

    #[test]
    fn all_that_compute_for_long_share_half_a_core() {
        let (lane, now) = (Lane::default(), Instant::now());
        let waits: Vec<Duration> = (0..4).map(|_| lane.wait(now, SHORT)).collect();
        assert_eq!(waits, [0, 2, 4, 6].map(|it| SHORT * it));
        assert_eq!(lane.wait(now + SHORT * 20, SHORT), Duration::ZERO, "nothing is saved up");
    }

    fn call(place: &Place, watched: &Arc<Watched>) -> Computed {
        let engine = wasmtime::Engine::default();
        let ticking = Ticker::start(engine.weak()).unwrap().run();
        Computed::nothing(Lane::default(), place.clone(), ticking, Arc::clone(watched))
    }

    #[tokio::test]
    async fn an_honest_call_never_waits() {
        let (place, watched) = (Place::default(), Arc::default());
        let mut call = call(&place, &watched);
        let mut tick = |time| {
            compute_for(time);
            call.tick()
        };
        assert!(matches!(tick(FELT), UpdateDeadline::Continue(1)));
        assert_eq!(place.threads(), Threads::Serving);
        assert!(matches!(tick(SHORT), UpdateDeadline::YieldCustom(1, _)));
        assert_eq!(place.threads(), Threads::Apart);
        assert_eq!(watched.place(Instant::now()), Threads::Serving);
        tick(QUICK);
        assert_eq!(watched.place(Instant::now()), Threads::Apart, "its plugin's next calls");
        assert_eq!(place.threads(), Threads::Apart);
    }

    #[tokio::test]
    async fn who_goes_on_and_on_is_last_where_a_core_is_free_for_it() {
        let (place, watched) = (Place::default(), Arc::default());
        let mut call = call(&place, &watched);
        for _ in 0..FAR.as_millis() * 2 {
            // Somebody else had the core for most of the time.
            *locked(&call.turn) = Spent::begin();
            compute_for(FELT * 2);
            std::thread::sleep(FELT * 4);
            call.tick();
        }
        assert_eq!(place.threads(), Threads::Apart);
        while place.threads() != Threads::Last {
            *locked(&call.turn) = Spent::begin();
            compute_for(FELT * 2);
            call.tick();
        }
        assert_eq!(watched.place(Instant::now()), Threads::Apart, "the next may be a short one");
    }

    #[test]
    fn less_than_half_of_a_core_is_none() {
        let (mut share, part) = (Share::default(), SEEN / 10);
        for _ in 0..100 {
            assert!(!share.is_less_than_half(part, part));
            share.also(part, part);
        }
        let turns = (1..100).find(|_| {
            let is = share.is_less_than_half(part / 5, part);
            share.also(part / 5, part);
            is
        });
        assert!(
            turns.is_some_and(|it| it < 25),
            "what it had before does not count for long: {turns:?}"
        );
        assert!(!Share::default().is_less_than_half(part, SEEN), "not seen for long enough");
    }

    #[tokio::test]
    async fn who_is_last_and_hardly_gets_on_does_not_wait_for_a_tick_that_counts() {
        let (place, watched) = (Place::default(), Arc::default());
        let mut call = call(&place, &watched);
        place.at_least(Threads::Last, Instant::now());
        std::thread::sleep(SEEN);
        assert!(matches!(call.tick(), UpdateDeadline::YieldCustom(1, _)));
        assert_eq!(place.threads(), Threads::Apart);
    }

    #[tokio::test]
    async fn who_had_to_wait_for_a_core_has_not_computed() {
        let (place, watched) = (Place::default(), Arc::default());
        let mut call = call(&place, &watched);
        for _ in 0..20 {
            std::thread::sleep(TICK);
            assert!(matches!(call.tick(), UpdateDeadline::Continue(1)));
        }
        assert_eq!(place.threads(), Threads::Serving);
        // Little by little is as much in the end.
        for _ in 0..12 {
            compute_for(FELT / 4);
            call.tick();
        }
        assert_eq!(place.threads(), Threads::Apart);
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
