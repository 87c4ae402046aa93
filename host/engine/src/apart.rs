//! Threads beside those that serve requests, for calls that compute for long.
//!
//! Most calls end before the first tick, where they began: to hand each over would cost more than the call. One that computes for longer
//! goes on here, and for a while all calls of a plugin that did so, or that failed, begin here. The threads are one fewer than cores and of
//! lower priority. One that goes on and on, and those of a plugin that took more than it may, are scheduled last of all: a thread of low
//! priority still keeps its core for some milliseconds when others wake, one of the idle class does not. It gets nothing where all cores are
//! busy, and then what it has goes on with low priority.

use std::panic;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Poll;
use std::thread;
use std::time::Instant;

use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;

use crate::place::{Place, SEEN, Spare, Threads};

/// Ten steps of niceness: about a tenth of the weight of a thread that serves requests.
pub const NICENESS: i32 = 10;

type Call<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The threads, begun when the first call needs them.
#[derive(Debug, Default)]
pub struct Apart {
    low: OnceLock<Option<Runtime>>,
    last: OnceLock<Option<Runtime>>,
    spare: Arc<Spare>,
}

impl Apart {
    /// Of a call that begins there; or before, where that is last and no core is left for it.
    pub fn place(&self, begin: Threads) -> Place {
        Place::new(begin, Arc::clone(&self.spare), Instant::now())
    }

    /// Polls a call where its place is, until it ends or gives way having to go on elsewhere; and then there.
    pub async fn run<T>(&self, place: &Place, call: impl Future<Output = T> + Send + 'static) -> T
    where
        T: Send + 'static,
    {
        let mut call: Call<T> = Box::pin(call);
        loop {
            let threads = place.threads();
            let ended = match (threads, self.runtime(threads)) {
                (Threads::Last, Some(runtime)) => self.last(runtime, place, call).await,
                (_, Some(runtime)) => {
                    let here = go_on(call, threads, place.clone());
                    // Ends with who waits for it.
                    joined(AbortOnDropHandle::new(runtime.spawn(here)).await).await
                }
                (_, None) => go_on(call, threads, place.clone()).await,
            };
            match ended {
                Ok(answer) => return answer,
                Err(rest) => call = rest,
            }
        }
    }

    /// On threads that may never get a core: a call that has had no turn there comes back.
    async fn last<T>(&self, runtime: &Runtime, place: &Place, call: Call<T>) -> Result<T, Call<T>>
    where
        T: Send + 'static,
    {
        let waits = Arc::new(Mutex::new(Some(call)));
        let take = |waits: &Mutex<Option<Call<T>>>| {
            waits.lock().unwrap_or_else(PoisonError::into_inner).take()
        };
        let (taken, there) = (Arc::clone(&waits), place.clone());
        let mut here = AbortOnDropHandle::new(runtime.spawn(async move {
            let call = take(&taken)?;
            Some(go_on(call, Threads::Last, there).await)
        }));
        let mut turns = self.spare.turns();
        loop {
            if let Ok(ended) = tokio::time::timeout(SEEN, &mut here).await {
                match joined(ended).await {
                    Some(ended) => return ended,
                    // Only who waits here takes it away.
                    None => std::future::pending().await,
                }
            }
            let until_now = self.spare.turns();
            if turns == until_now
                && let Some(call) = take(&waits)
            {
                place.gets_no_core(Instant::now());
                return Err(call);
            }
            turns = until_now;
        }
    }

    /// None: the threads of whoever asks.
    fn runtime(&self, threads: Threads) -> Option<&Runtime> {
        match threads {
            Threads::Serving => None,
            Threads::Apart => self.low.get_or_init(|| start("plugins", be_low)).as_ref(),
            Threads::Last => self.last.get_or_init(|| start("plugins-last", be_last)).as_ref(),
        }
    }
}

/// Polls a call until it ends; or gives it back where it has to go on elsewhere.
async fn go_on<T>(mut call: Call<T>, threads: Threads, place: Place) -> Result<T, Call<T>> {
    let ended = std::future::poll_fn(|context| {
        let polled = call.as_mut().poll(context);
        place.had_a_turn(threads);
        match polled {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if place.threads() != threads => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    });
    ended.await.ok_or(call)
}

async fn joined<T>(ended: Result<T, JoinError>) -> T {
    match ended.map_err(JoinError::try_into_panic) {
        Ok(ended) => ended,
        Err(Ok(panic)) => panic::resume_unwind(panic),
        // Only the end of the engine does this, and nobody can wait for what has ended.
        Err(Err(_)) => std::future::pending().await,
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        // Without waiting, which async code may not: a guest gives way at its next tick and is dropped there.
        for runtime in [&mut self.low, &mut self.last] {
            if let Some(runtime) = runtime.take().flatten() {
                runtime.shutdown_background();
            }
        }
    }
}

fn start(name: &str, order: fn()) -> Option<Runtime> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = Builder::new_multi_thread()
        .worker_threads(cores.saturating_sub(1).max(1))
        .thread_name(name)
        .on_thread_start(order)
        // What a guest may wait for is on the clock; registries are asked on the threads of whoever lent them.
        .enable_time()
        .build();
    threads
        .inspect_err(|error| {
            tracing::warn!(%error, "plugins that compute for long have no threads of their own");
        })
        .ok()
}

fn be_low() {
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::warn!(%error, "plugins that compute for long have the priority of all else");
    }
}

fn be_last() {
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    let thread = thread_priority::thread_native_id();
    let set = thread_priority::set_thread_priority_and_policy(thread, ThreadPriority::Min, policy);
    if let Err(error) = set {
        tracing::warn!(?error, "plugins that take more than they may are not scheduled last");
        be_low();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Threads::{Apart as Low, Last, Serving};
    use super::*;

    /// Whose threads for what is last have a core though others have all: not what a machine does meanwhile is tested here.
    fn with_a_core() -> Apart {
        let apart = Apart::default();
        apart.last.set(start("plugins-last", || {})).unwrap();
        apart
    }

    /// The name of the thread at first, and after each time that a call gave way and had to go on at these threads.
    async fn seen(place: Place, further: &'static [Threads]) -> Vec<String> {
        let name = || thread::current().name().unwrap_or_default().to_owned();
        let mut names = vec![name()];
        for threads in further {
            place.at_least(*threads, Instant::now());
            tokio::task::yield_now().await;
            names.push(name());
        }
        names
    }

    async fn run(apart: &Apart, begin: Threads, further: &'static [Threads]) -> Vec<String> {
        let place = apart.place(begin);
        apart.run(&place, seen(place.clone(), further)).await
    }

    #[tokio::test]
    async fn only_what_is_long_goes_on_elsewhere() {
        let apart = with_a_core();
        let here = thread::current().name().unwrap_or_default().to_owned();
        let here = here.as_str();
        assert_eq!(run(&apart, Serving, &[Serving]).await, [here, here]);
        assert!(apart.low.get().is_none(), "no thread is begun without need");
        let all = run(&apart, Serving, &[Low, Low, Last, Low]).await;
        assert_eq!(all, [here, "plugins", "plugins", "plugins-last", "plugins-last"]);
        assert_eq!(run(&apart, Serving, &[Last]).await, [here, "plugins-last"]);
        assert_eq!(run(&apart, Low, &[Serving, Low]).await, ["plugins"; 3], "all of it");
        assert_eq!(run(&apart, Last, &[Low]).await, ["plugins-last"; 2]);
    }

    #[tokio::test]
    async fn who_is_last_computes_when_nobody_else_does() {
        let policy = async { thread_priority::thread_schedule_policy().unwrap() };
        let seen = Apart::default().runtime(Last).unwrap().spawn(policy).await.unwrap();
        assert_eq!(seen, ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle));
    }

    #[tokio::test]
    async fn who_is_last_and_gets_no_core_goes_on_with_low_priority() {
        let apart = with_a_core();
        // As where all cores are busy, which a test cannot make them without holding up all others: nothing has a turn.
        let (busy, over) = std::sync::mpsc::channel::<()>();
        let threads = apart.runtime(Last).unwrap();
        let over = Arc::new(Mutex::new(over));
        for _ in 0..threads.metrics().num_workers() {
            let over = Arc::clone(&over);
            threads.spawn(async move {
                let _ = over.lock().unwrap().recv();
            });
        }
        assert_eq!(run(&apart, Last, &[Low]).await, ["plugins"; 2]);
        assert_eq!(run(&apart, Last, &[Last]).await, ["plugins"; 2], "and so do the next");
        drop(busy);
    }

    #[tokio::test]
    async fn who_waits_for_others_that_are_last_is_last() {
        let apart = with_a_core();
        let long = || async {
            for _ in 0..5 {
                thread::sleep(SEEN / 2);
                tokio::task::yield_now().await;
            }
        };
        let place = apart.place(Last);
        let cores = thread::available_parallelism().unwrap().get();
        let mut others: Vec<_> = (0..cores).map(|_| Box::pin(apart.run(&place, long()))).collect();
        for call in &mut others {
            assert!(futures::poll!(call).is_pending());
        }
        assert_eq!(run(&apart, Last, &[]).await, ["plugins-last"]);
    }

    #[tokio::test]
    async fn a_panic_there_is_one_here() {
        let apart = with_a_core();
        let place = apart.place(Serving);
        let told = place.clone();
        let call = async move {
            seen(told, &[Low]).await;
            panic!("as told");
        };
        let waiting = tokio::spawn(async move { apart.run::<()>(&place, call).await });
        assert!(waiting.await.unwrap_err().is_panic());
    }

    #[tokio::test]
    async fn what_nobody_waits_for_ends() {
        let apart = with_a_core();
        for far in [&[Low], &[Last]] {
            let place = apart.place(Serving);
            let (held, told) = (Arc::new(()), place.clone());
            let holds = Arc::clone(&held);
            let call = async move {
                seen(told, far).await;
                std::future::pending::<()>().await;
                drop(holds);
            };
            let waiting = tokio::time::timeout(Duration::from_millis(50), apart.run(&place, call));
            assert!(waiting.await.is_err());
            while Arc::strong_count(&held) > 1 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    }
}
