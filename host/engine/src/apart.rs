//! Threads beside those that serve requests, for calls that compute for long.
//!
//! Most calls end within a tick or two, where they began: to hand each over would cost more than the call. One that computes for longer
//! goes on here, and for a while all calls of a plugin that did so, or that failed, begin here. The threads are one fewer than cores and of
//! lower priority. Those of plugins that took more than they may are scheduled last of all: a thread of low priority still keeps its core
//! for a slice of some milliseconds when others wake, one of the idle class does not.

use std::panic;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::thread;

use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;

/// Ten steps of niceness: about a tenth of the weight of a thread that serves requests.
pub const NICENESS: i32 = 10;

/// Says of one call that it computes for long; shared by the call and who waits for it.
#[derive(Clone, Debug, Default)]
pub struct Long(Arc<AtomicBool>);

impl Long {
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Where a call is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// Where it was asked for.
    Serving,
    /// On threads of low priority.
    Apart,
    /// On threads that compute when nobody else does.
    Last,
}

/// The threads, begun when the first call needs them.
#[derive(Debug, Default)]
pub struct Apart {
    low: OnceLock<Option<Runtime>>,
    last: OnceLock<Option<Runtime>>,
}

impl Apart {
    /// Polls a call where it begins: until it ends or gives way being [`Long`], and then apart.
    pub async fn run<T>(
        &self,
        begin: Threads,
        long: &Long,
        call: impl Future<Output = T> + Send + 'static,
    ) -> T
    where
        T: Send + 'static,
    {
        let mut call: Pin<Box<dyn Future<Output = T> + Send>> = Box::pin(call);
        if begin == Threads::Serving {
            let begun = std::future::poll_fn(|context| match call.as_mut().poll(context) {
                Poll::Ready(answer) => Poll::Ready(Some(answer)),
                Poll::Pending if long.is_set() => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            });
            if let Some(answer) = begun.await {
                return answer;
            }
        }
        let runtime = match begin {
            Threads::Last => self.last.get_or_init(|| start("plugins-last", be_last)),
            Threads::Serving | Threads::Apart => self.low.get_or_init(|| start("plugins", be_low)),
        };
        match runtime {
            Some(runtime) => {
                // Ends with who waits for it.
                let call = AbortOnDropHandle::new(runtime.spawn(call)).await;
                match call.map_err(JoinError::try_into_panic) {
                    Ok(answer) => answer,
                    Err(Ok(panic)) => panic::resume_unwind(panic),
                    // Only the end of the engine does this, and nobody can wait for what has ended.
                    Err(Err(_)) => std::future::pending().await,
                }
            }
            None => call.await,
        }
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
    use super::Threads::Serving;
    use super::*;

    /// The name of the thread before and after a call gave way.
    async fn seen(long: Option<Long>) -> [String; 2] {
        let name = || thread::current().name().unwrap_or_default().to_owned();
        let before = name();
        if let Some(long) = long {
            long.set();
        }
        tokio::task::yield_now().await;
        [before, name()]
    }

    #[tokio::test]
    async fn only_what_is_long_goes_on_elsewhere() {
        let apart = Apart::default();
        let long = Long::default();
        let [before, after] = apart.run(Serving, &long, seen(None)).await;
        assert_eq!(before, after);
        assert!(apart.low.get().is_none(), "no thread is begun without need");
        let [before, after] = apart.run(Serving, &long, seen(Some(long.clone()))).await;
        assert_ne!(before, after);
        assert_eq!(after, "plugins");
        for (begin, name) in [(Threads::Apart, "plugins"), (Threads::Last, "plugins-last")] {
            let long = Long::default();
            assert_eq!(apart.run(begin, &long, seen(None)).await, [name, name], "all of it");
        }
    }

    #[tokio::test]
    async fn who_is_last_computes_when_nobody_else_does() {
        let policy = async { thread_priority::thread_schedule_policy().unwrap() };
        let seen = Apart::default().run(Threads::Last, &Long::default(), policy).await;
        assert_eq!(seen, ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle));
    }

    #[tokio::test]
    async fn a_panic_there_is_one_here() {
        let apart = Apart::default();
        let long = Long::default();
        let told = long.clone();
        let call = async move {
            seen(Some(told)).await;
            panic!("as told");
        };
        let waiting = tokio::spawn(async move { apart.run::<()>(Serving, &long, call).await });
        assert!(waiting.await.unwrap_err().is_panic());
    }

    #[tokio::test]
    async fn what_nobody_waits_for_ends() {
        let apart = Apart::default();
        let long = Long::default();
        let (held, told) = (Arc::new(()), long.clone());
        let holds = Arc::clone(&held);
        let call = async move {
            seen(Some(told)).await;
            std::future::pending::<()>().await;
            drop(holds);
        };
        let waiting = tokio::time::timeout(
            std::time::Duration::from_millis(50),
            apart.run(Serving, &long, call),
        );
        assert!(waiting.await.is_err());
        while Arc::strong_count(&held) > 1 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}
