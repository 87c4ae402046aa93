//! Threads beside those that serve requests, for calls that compute for long.
//!
//! Most calls end before the first tick, where they began: to hand each over would cost more than the call. One that computes for longer
//! goes on here, and for a while all calls of a plugin that did so, or that failed, begin here. The threads are one fewer than cores and of
//! lower priority. One that goes on and on is scheduled last of all: a thread of low priority still keeps its core for a slice of some
//! milliseconds when others wake, one of the idle class does not, and gets nothing where all cores are busy.

use std::panic;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::thread;

use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;

/// Ten steps of niceness: about a tenth of the weight of a thread that serves requests.
pub const NICENESS: i32 = 10;

/// Where a call is computed; who computes for longer comes after who does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Threads {
    /// Where it was asked for.
    Serving,
    /// On threads of low priority.
    Apart,
    /// On threads that compute when nobody else does.
    Last,
}

/// How far one call has to go on from where it began; shared by the call and who waits for it.
#[derive(Clone, Debug, Default)]
pub struct Place(Arc<AtomicU8>);

impl Place {
    /// From the next time that it gives way, unless it is further already.
    pub fn at_least(&self, threads: Threads) {
        self.0.fetch_max(threads as u8, Ordering::Relaxed);
    }

    pub fn is_beyond(&self, threads: Threads) -> bool {
        self.0.load(Ordering::Relaxed) > threads as u8
    }
}

type Call<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The threads, begun when the first call needs them.
#[derive(Debug, Default)]
pub struct Apart {
    low: OnceLock<Option<Runtime>>,
    last: OnceLock<Option<Runtime>>,
}

impl Apart {
    /// Polls a call where it begins, until it ends or gives way having to go on elsewhere; and then there.
    pub async fn run<T>(
        &self,
        begin: Threads,
        place: &Place,
        call: impl Future<Output = T> + Send + 'static,
    ) -> T
    where
        T: Send + 'static,
    {
        let mut call: Call<T> = Box::pin(call);
        for threads in [Threads::Serving, Threads::Apart, Threads::Last] {
            if threads < begin || place.is_beyond(threads) {
                continue;
            }
            let here = go_on(call, threads, place.clone());
            let ended = match self.runtime(threads) {
                // Ends with who waits for it.
                Some(runtime) => joined(AbortOnDropHandle::new(runtime.spawn(here)).await).await,
                None => here.await,
            };
            match ended {
                Ok(answer) => return answer,
                Err(rest) => call = rest,
            }
        }
        call.await
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
    let ended = std::future::poll_fn(|context| match call.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending if place.is_beyond(threads) => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
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
    use super::Threads::{Apart as Low, Last, Serving};
    use super::*;

    /// The name of the thread at first, and after each time that a call gave way and had to go on at these threads.
    async fn seen(place: Place, further: &'static [Threads]) -> Vec<String> {
        let name = || thread::current().name().unwrap_or_default().to_owned();
        let mut names = vec![name()];
        for threads in further {
            place.at_least(*threads);
            tokio::task::yield_now().await;
            names.push(name());
        }
        names
    }

    async fn run(apart: &Apart, begin: Threads, further: &'static [Threads]) -> Vec<String> {
        let place = Place::default();
        apart.run(begin, &place, seen(place.clone(), further)).await
    }

    #[tokio::test]
    async fn only_what_is_long_goes_on_elsewhere() {
        let apart = Apart::default();
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
        let seen = Apart::default().run(Last, &Place::default(), policy).await;
        assert_eq!(seen, ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle));
    }

    #[tokio::test]
    async fn a_panic_there_is_one_here() {
        let apart = Apart::default();
        let place = Place::default();
        let told = place.clone();
        let call = async move {
            seen(told, &[Low]).await;
            panic!("as told");
        };
        let waiting = tokio::spawn(async move { apart.run::<()>(Serving, &place, call).await });
        assert!(waiting.await.unwrap_err().is_panic());
    }

    #[tokio::test]
    async fn what_nobody_waits_for_ends() {
        let apart = Apart::default();
        let place = Place::default();
        let (held, told) = (Arc::new(()), place.clone());
        let holds = Arc::clone(&held);
        let call = async move {
            seen(told, &[Low]).await;
            std::future::pending::<()>().await;
            drop(holds);
        };
        let waiting = tokio::time::timeout(
            std::time::Duration::from_millis(50),
            apart.run(Serving, &place, call),
        );
        assert!(waiting.await.is_err());
        while Arc::strong_count(&held) > 1 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}
