//! Names of objects to look at: each at most once, never by two workers, again after a while where asked.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Name;

/// An object to look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Key {
    Deployment(Name),
    ReplicaSet(Name),
    Job(Name),
    /// Its endpoint slices.
    Service(Name),
    /// Whether it has a node.
    Pod(Name),
    /// Whether it is alive.
    Node(String),
    /// The namespaces that every cluster has.
    Namespaces,
}

const FIRST_RETRY: Duration = Duration::from_millis(10);
const LAST_RETRY: Duration = Duration::from_secs(30);

#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Key>,
    /// In `waiting`, or to be put there when its worker is done.
    wanted: HashSet<Key>,
    busy: HashSet<Key>,
    later: BTreeSet<(Instant, Key)>,
    failures: HashMap<Key, u32>,
}

impl Queue {
    /// Asks for a look at an object.
    pub fn add(&self, key: Key) {
        self.state().want(key);
        self.changed.notify_one();
    }

    /// The next object to look at. Say `done`, `done_until` or `done_badly` afterwards.
    pub async fn next(&self) -> Key {
        loop {
            let due = {
                let mut state = self.state();
                state.wake(Instant::now());
                if let Some(key) = state.waiting.pop_front() {
                    state.wanted.remove(&key);
                    state.busy.insert(key.clone());
                    if !state.waiting.is_empty() {
                        // A notification wakes one worker; there is work for another.
                        self.changed.notify_one();
                    }
                    return key;
                }
                state.later.first().map(|(at, _)| *at)
            };
            match due {
                Some(at) => {
                    tokio::select! {
                        () = self.changed.notified() => {}
                        () = tokio::time::sleep_until(at) => {}
                    }
                }
                None => self.changed.notified().await,
            }
        }
    }

    pub fn done(&self, key: &Key) {
        let mut state = self.state();
        state.failures.remove(key);
        state.release(key);
        drop(state);
        self.changed.notify_one();
    }

    /// Done, with another look after a while.
    pub fn done_until(&self, key: &Key, wait: Duration) {
        self.state().later.insert((Instant::now() + wait, key.clone()));
        self.done(key);
    }

    /// Done, to be tried again: sooner at first, later when it keeps on.
    pub fn done_badly(&self, key: &Key) -> Duration {
        let mut state = self.state();
        let failures = state.failures.entry(key.clone()).or_default();
        let wait = FIRST_RETRY.saturating_mul(1 << (*failures).min(12)).min(LAST_RETRY);
        *failures += 1;
        state.later.insert((Instant::now() + wait, key.clone()));
        state.release(key);
        drop(state);
        self.changed.notify_one();
        wait
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn want(&mut self, key: Key) {
        if self.wanted.insert(key.clone()) && !self.busy.contains(&key) {
            self.waiting.push_back(key);
        }
    }

    fn release(&mut self, key: &Key) {
        self.busy.remove(key);
        if self.wanted.contains(key) {
            self.waiting.push_back(key.clone());
        }
    }

    fn wake(&mut self, now: Instant) {
        while let Some((at, _)) = self.later.first() {
            if *at > now {
                return;
            }
            if let Some((_, key)) = self.later.pop_first() {
                self.want(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn key(name: &str) -> Key {
        Key::Node(name.into())
    }

    #[test]
    fn what_is_asked_for_twice_is_looked_at_once() {
        let queue = Queue::default();
        queue.add(key("a"));
        queue.add(key("a"));
        assert_eq!(queue.next().now_or_never(), Some(key("a")));
        queue.done(&key("a"));
        assert!(queue.next().now_or_never().is_none());
    }

    #[test]
    fn what_changes_during_a_look_is_looked_at_again_and_not_at_once() {
        let queue = Queue::default();
        queue.add(key("a"));
        let taken = queue.next().now_or_never().unwrap();
        queue.add(key("a"));
        assert!(queue.next().now_or_never().is_none());
        queue.done(&taken);
        assert_eq!(queue.next().now_or_never(), Some(key("a")));
    }

    #[test]
    fn retries_come_later_and_later() {
        let queue = Queue::default();
        let mut last = Duration::ZERO;
        for _ in 0..20 {
            queue.add(key("a"));
            let taken = queue.next().now_or_never().unwrap();
            let wait = queue.done_badly(&taken);
            assert!(wait >= last);
            last = wait;
        }
        assert_eq!(last, LAST_RETRY);
    }
}
