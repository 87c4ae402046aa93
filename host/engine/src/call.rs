//! One call of a plugin: a fresh instance with its grant, a deadline, an answer or a typed error, nothing kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use slipway_model::digest::Digest;
use slipway_model::plan::{Error, Trace};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};
use wasmtime::{Store, Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

use crate::breaker::Resting;
use crate::engine::Engine;
use crate::guest::{Guest, Surroundings};
use crate::lane::{Computed, SHORT};
use crate::limits::COPIED_BYTES;
use crate::place::Threads;
use crate::plugin::Plugin;
use crate::spent::Spent;

/// So many failures in a row are told.
const AGAIN_AND_AGAIN: u32 = 3;

/// What is known of a call beside its answer.
pub struct Course {
    plugin: Digest,
    input: Digest,
    microseconds: u64,
    log: Vec<String>,
}

impl Course {
    /// The call's trace, by the digest of what came out.
    pub fn trace(self, output: Digest) -> Trace {
        let Self { plugin, input, microseconds, log } = self;
        Trace { plugin, input, output, microseconds, log }
    }
}

/// What can be asked of an instance.
pub trait Question: Send + 'static {
    type Answer: Send;

    /// Instantiates and asks, within a store that nothing else has used.
    fn ask(
        self,
        store: &mut Store<Guest>,
    ) -> impl Future<Output = wasmtime::Result<Self::Answer>> + Send;
}

impl Engine {
    /// Runs one question against a fresh instance, and reads the answer. `input` seeds its random numbers. What takes long of it goes on
    /// on threads of its own.
    pub(crate) async fn call<Q: Question, T: Send + 'static>(
        &self,
        plugin: &Arc<Plugin>,
        input: &Digest,
        now_unix_milliseconds: u64,
        question: Q,
        read: impl FnOnce(&Plugin, Q::Answer, Course) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        rested(plugin)?;
        // Its own turn first: who waits for that keeps none of the turns of all.
        let own = turn(&plugin.turns).await;
        rested(plugin)?;
        // Both end with the call, and not with who waits for it.
        let held = (own, turn(&self.permits).await);
        let grant = plugin.grant();
        let surroundings = Surroundings {
            now: Duration::from_millis(now_unix_milliseconds),
            seed: seed(input),
            mebibytes: grant.memory_mebibytes,
        };
        let place = self.apart.place(plugin.watched.place(Instant::now()));
        let ticking = self.ticker.run();
        let watched = Arc::clone(&plugin.watched);
        let computed = Computed::nothing(self.lane.clone(), place.clone(), ticking, watched);
        let mut store = self.store(surroundings, computed);
        let (asked, input, further) = (Arc::clone(plugin), input.clone(), place.clone());
        let call = async move {
            let _held = held;
            let (started, spent) = (Instant::now(), Spent::begin());
            let limit = Duration::from_millis(grant.time_milliseconds.into());
            let answer = tokio::time::timeout(limit, question.ask(&mut store)).await;
            let taken = started.elapsed();
            let answer = match answer {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => {
                    return Err(explain(&asked, store.data(), grant.memory_mebibytes, &error));
                }
                Err(_) => {
                    let milliseconds = grant.time_milliseconds.into();
                    return Err(Error::OutOfTime { plugin: asked.name(), milliseconds });
                }
            };
            if spent.so_far() > SHORT * 2 {
                // Copying a large answer out of the guest, which is not interrupted: reading it takes as long again.
                further.at_least(Threads::Apart, Instant::now());
                tokio::task::yield_now().await;
            }
            let log = store.into_data().log.into_lines();
            let microseconds = u64::try_from(taken.as_micros()).unwrap_or(u64::MAX);
            let digest = asked.installed.digest.clone();
            read(&asked, answer, Course { plugin: digest, input, microseconds, log })
        };
        let answer = self.apart.run(&place, call).await;
        match &answer {
            Err(Error::OutOfTime { .. } | Error::OutOfMemory { .. } | Error::TooMuch { .. }) => {
                plugin.watched.greedy(Instant::now());
            }
            Err(error) if has_failed(error) => plugin.watched.failed_or_slow(Instant::now()),
            _ => {}
        }
        answer
    }

    /// Notes for the circuit breaker how a call ended, and says where a plugin fails again and again.
    pub(crate) fn judged<T>(&self, plugin: &Plugin, result: Result<T, Error>) -> Result<T, Error> {
        match &result {
            Err(error) if has_failed(error) => {
                let failures = plugin.breaker.failed(Instant::now());
                if failures.is_multiple_of(AGAIN_AND_AGAIN) {
                    // Nobody may be listening.
                    let _ = self.failing.send(plugin.installed.digest.clone());
                }
            }
            Ok(_) | Err(Error::Refused(_)) => plugin.breaker.succeeded(),
            Err(_) => {}
        }
        result
    }

    /// Plugins that have failed three times in a row, again after each three more.
    pub fn failing(&self) -> broadcast::Receiver<Digest> {
        self.failing.subscribe()
    }

    fn store(&self, surroundings: Surroundings, computed: Computed) -> Store<Guest> {
        let mut store = Store::new(&self.wasmtime, Guest::new(surroundings, computed));
        store.limiter(|guest| &mut guest.limiter);
        store.set_hostcall_fuel(COPIED_BYTES);
        // At each tick but the first the guest gives way, so that the timeout around the call gets its turn, and so do others.
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut store| Ok(store.data_mut().computed.tick()));
        store
    }
}

/// A plugin that says no works.
fn has_failed(error: &Error) -> bool {
    error.is_the_plugins() && !matches!(error, Error::Refused(_))
}

async fn turn(turns: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    Arc::clone(turns).acquire_owned().await.expect("the semaphore is never closed")
}

fn rested(plugin: &Plugin) -> Result<(), Error> {
    plugin.breaker.check(Instant::now()).map_err(|Resting { failures, seconds }| Error::Resting {
        plugin: plugin.name(),
        failures,
        seconds,
    })
}

fn seed(input: &Digest) -> [u8; 32] {
    let mut seed = [0; 32];
    hex::decode_to_slice(input.hex(), &mut seed).expect("a digest is 32 bytes in hexadecimal");
    seed
}

fn explain(plugin: &Plugin, guest: &Guest, mebibytes: u32, error: &wasmtime::Error) -> Error {
    let name = plugin.name();
    if guest.limiter.exceeded {
        return Error::OutOfMemory { plugin: name, mebibytes: mebibytes.into() };
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return trapped(name, guest, &trap.to_string(), error);
    }
    if let Some(I32Exit(code)) = error.downcast_ref::<I32Exit>() {
        let ended = format!("it ended itself with exit code {code}");
        return trapped(name, guest, &ended, error);
    }
    let text = error.root_cause().to_string();
    // wasmtime 48 has no type for this one; a test with a real guest notices when its words change.
    if text.contains("too much data is being copied") {
        let what = format!("more than {} MiB at once", COPIED_BYTES >> 20);
        return Error::TooMuch { plugin: name, what };
    }
    Error::Nonsense { plugin: name, what: text }
}

/// In the guest's own words where it had any: a panic prints them, and the SDK of an interpreted language logs message and
/// stack, because the frames of the interpreter say nothing.
fn trapped(plugin: String, guest: &Guest, ended: &str, error: &wasmtime::Error) -> Error {
    let printed = last_words(&guest.printed());
    if !printed.is_empty() {
        return Error::Trapped { plugin, reason: printed, backtrace: backtrace(error) };
    }
    let logged = guest.log.last_error().unwrap_or_default();
    let (words, stack) = logged.split_once('\n').unwrap_or((logged, ""));
    let start = |text: &str, most| text.chars().take(most).collect::<String>();
    let reason = if words.is_empty() { ended.to_owned() } else { start(words, 1_000) };
    let backtrace = if stack.is_empty() { backtrace(error) } else { start(stack, 4_000) };
    Error::Trapped { plugin, reason, backtrace }
}

/// What was printed last, without the advice that means nothing here; at most a thousand characters.
fn last_words(printed: &str) -> String {
    let lines = printed.lines().filter(|it| !it.starts_with("note: ") && !it.trim().is_empty());
    let lines: Vec<&str> = lines.collect();
    let from = lines.iter().rposition(|it| it.contains("panicked at")).unwrap_or(0);
    lines[from..].join(" ").chars().take(1_000).collect()
}

fn backtrace(error: &wasmtime::Error) -> String {
    error.downcast_ref::<WasmBacktrace>().map(ToString::to_string).unwrap_or_default()
}
