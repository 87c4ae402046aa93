//! A queue of names of things to look at, as controllers use it: each name at most once in line, never with two
//! workers at the same time, and again after a while where asked.
//!
//! It holds names, never what happened to them: a look sees the present, so looking once is enough however much
//! has changed, and looking twice does no harm.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// How long a name waits after it went badly: the first time, doubled with each further time, at most the last.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    pub first: Duration,
    pub last: Duration,
}

/// Who has been due for so long finds no worker because there is too much to do, and not because one was about to come.
const LATE: Duration = Duration::from_millis(100);

/// Names in line, each with the time at which it is due.
#[derive(Debug)]
pub struct Queue<K> {
    line: Mutex<Line<K>>,
    changed: Notify,
    retry: Retry,
}

#[derive(Debug)]
struct Line<K> {
    /// Of equal times, who came first goes first.
    order: BTreeMap<(Instant, u64), K>,
    places: HashMap<K, (Instant, u64)>,
    next_number: u64,
    busy: HashSet<K>,
    failures: HashMap<K, u32>,
}

impl<K: Clone + Eq + Hash> Queue<K> {
    pub fn new(retry: Retry) -> Self {
        let line = Line {
            order: BTreeMap::new(),
            places: HashMap::new(),
            next_number: 0,
            busy: HashSet::new(),
            failures: HashMap::new(),
        };
        Self { line: Mutex::new(line), changed: Notify::new(), retry }
    }

    /// Asks for a look.
    pub fn add(&self, key: K) {
        self.add_after(key, Duration::ZERO);
    }

    /// Asks for a look after a while; of two times the earlier holds.
    pub fn add_after(&self, key: K, wait: Duration) {
        self.line().put(key, Instant::now() + wait);
        self.changed.notify_one();
    }

    /// The next name that is due and with no worker; waits for one. Say how it went afterwards: [`Queue::done`],
    /// [`Queue::done_until`] or [`Queue::done_badly`].
    pub async fn next(&self) -> K {
        loop {
            let due = {
                let mut line = self.line();
                match line.take(Instant::now()) {
                    Ok(key) => {
                        // A notification wakes one worker; there may be work for another.
                        self.changed.notify_one();
                        return key;
                    }
                    Err(due) => due,
                }
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

    /// It went well; the name may be taken again when it is asked for.
    pub fn done(&self, key: &K) {
        let mut line = self.line();
        line.failures.remove(key);
        line.busy.remove(key);
        drop(line);
        self.changed.notify_one();
    }

    /// It went well, and wants another look after a while.
    pub fn done_until(&self, key: &K, wait: Duration) {
        self.line().put(key.clone(), Instant::now() + wait);
        self.done(key);
    }

    /// It went badly: to be tried again, later with each time. Answers after how long.
    pub fn done_badly(&self, key: &K) -> Duration {
        let mut line = self.line();
        let failures = line.failures.entry(key.clone()).or_default();
        let wait = self.retry.first.saturating_mul(1 << (*failures).min(20)).min(self.retry.last);
        *failures += 1;
        line.put(key.clone(), Instant::now() + wait);
        line.busy.remove(key);
        drop(line);
        self.changed.notify_one();
        wait
    }

    /// What went badly is due now: what stood in its way is gone.
    pub fn hurry_all(&self) {
        let mut line = self.line();
        let keys: Vec<K> = line.failures.keys().cloned().collect();
        keys.into_iter().for_each(|key| line.put(key, Instant::now()));
        drop(line);
        self.changed.notify_one();
    }

    /// The same for one name; nothing where it went well.
    pub fn hurry(&self, key: &K) {
        let mut line = self.line();
        if line.failures.contains_key(key) {
            line.put(key.clone(), Instant::now());
        }
        drop(line);
        self.changed.notify_one();
    }

    /// Whether somebody has been due for a while (100 ms) and waits for a worker.
    pub fn is_behind(&self) -> bool {
        self.line().first_free().is_some_and(|(place, _)| place.0 + LATE <= Instant::now())
    }

    fn line(&self) -> MutexGuard<'_, Line<K>> {
        // Nothing panics while the lock is held, and a line is whole after each of its calls.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash> Line<K> {
    fn put(&mut self, key: K, at: Instant) {
        if let Some(place) = self.places.get(&key).copied() {
            if place.0 <= at {
                return;
            }
            self.order.remove(&place);
        }
        let place = (at, self.next_number);
        self.next_number += 1;
        self.order.insert(place, key.clone());
        self.places.insert(key, place);
    }

    /// The first name that has no worker, and its place.
    fn first_free(&self) -> Option<(&(Instant, u64), &K)> {
        self.order.iter().find(|(_, key)| !self.busy.contains(*key))
    }

    /// The first name that is due and free; else when one will be.
    fn take(&mut self, now: Instant) -> Result<K, Option<Instant>> {
        let Some((&place, key)) = self.first_free() else { return Err(None) };
        if place.0 > now {
            return Err(Some(place.0));
        }
        let key = key.clone();
        self.order.remove(&place);
        self.places.remove(&key);
        self.busy.insert(key.clone());
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRY: Retry = Retry { first: Duration::from_millis(10), last: Duration::from_secs(30) };

    async fn is_empty_for(queue: &Queue<&str>, wait: Duration) -> bool {
        tokio::time::timeout(wait, queue.next()).await.is_err()
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_asked_for_twice_is_in_line_once_and_the_earlier_time_holds() {
        let queue = Queue::new(RETRY);
        queue.add_after("a", Duration::from_secs(60));
        queue.add_after("a", Duration::from_secs(1));
        queue.add_after("a", Duration::from_secs(30));
        let before = Instant::now();
        assert_eq!(queue.next().await, "a");
        assert_eq!(before.elapsed(), Duration::from_secs(1));
        queue.done(&"a");
        assert!(is_empty_for(&queue, Duration::from_secs(100)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn what_changes_during_a_look_is_looked_at_again_and_not_at_once() {
        let queue = Queue::new(RETRY);
        queue.add("a");
        assert_eq!(queue.next().await, "a");
        queue.add("a");
        queue.add("b");
        assert_eq!(queue.next().await, "b");
        assert!(is_empty_for(&queue, Duration::from_secs(1)).await);
        queue.done(&"a");
        assert_eq!(queue.next().await, "a");
    }

    #[tokio::test(start_paused = true)]
    async fn retries_come_later_and_later_until_it_goes_well() {
        let queue = Queue::new(RETRY);
        queue.add("a");
        let mut last = Duration::ZERO;
        for _ in 0..30 {
            assert_eq!(queue.next().await, "a");
            let wait = queue.done_badly(&"a");
            assert!(wait >= last && wait <= RETRY.last, "{wait:?} after {last:?}");
            last = wait;
        }
        assert_eq!(last, RETRY.last);
        assert_eq!(queue.next().await, "a");
        queue.done(&"a");
        queue.add("a");
        assert_eq!(queue.next().await, "a");
        assert_eq!(queue.done_badly(&"a"), RETRY.first);
    }

    #[tokio::test(start_paused = true)]
    async fn what_went_badly_can_be_hurried_and_what_waits_by_its_own_wish_not() {
        let queue = Queue::new(RETRY);
        for name in ["bad", "good"] {
            queue.add(name);
            queue.next().await;
        }
        for _ in 0..30 {
            queue.done_badly(&"bad");
        }
        queue.done_until(&"good", Duration::from_secs(1));
        let before = Instant::now();
        queue.hurry(&"good");
        assert!(is_empty_for(&queue, Duration::ZERO).await);
        queue.hurry(&"bad");
        assert_eq!((queue.next().await, before.elapsed()), ("bad", Duration::ZERO));
        queue.done_badly(&"bad");
        queue.hurry_all();
        assert_eq!((queue.next().await, before.elapsed()), ("bad", Duration::ZERO));
        assert_eq!((queue.next().await, before.elapsed()), ("good", Duration::from_secs(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_behind_while_somebody_is_due_for_a_while_and_has_no_worker() {
        let queue = Queue::new(RETRY);
        queue.add_after("later", Duration::from_secs(1));
        queue.add("now");
        assert!(!queue.is_behind(), "a worker may be about to come");
        tokio::time::advance(LATE).await;
        assert!(queue.is_behind());
        queue.next().await;
        assert!(!queue.is_behind());
        queue.add("now");
        tokio::time::advance(LATE).await;
        assert!(!queue.is_behind(), "it has its worker");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(queue.is_behind());
    }

    #[tokio::test(start_paused = true)]
    async fn who_came_first_goes_first() {
        let queue = Queue::new(RETRY);
        for name in ["c", "a", "b"] {
            queue.add(name);
        }
        let mut order = Vec::new();
        for _ in 0..3 {
            order.push(queue.next().await);
        }
        assert_eq!(order, ["c", "a", "b"]);
    }
}
