//! A queue of names of things to look at, as controllers use it: each name at most once in line, never with two
//! workers at the same time, and again after a while where asked.
//!
//! It holds names, never what happened to them: a look sees the present, so looking once is enough however much
//! has changed, and looking twice does no harm.

use std::collections::{BTreeMap, HashMap};
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

/// Who looks lets those pass who were asked for, for so long; then both take turns.
const YIELDS: Duration = Duration::from_secs(10);

/// Names in line, each with the time at which it is due. What somebody asked for comes before what is only looked at
/// again, as long as there is more than the workers can do.
#[derive(Debug)]
pub struct Queue<K> {
    line: Mutex<Line<K>>,
    changed: Notify,
    retry: Retry,
}

#[derive(Debug)]
struct Line<K> {
    asked: Order<K>,
    looks: Order<K>,
    places: HashMap<K, Place>,
    next_number: u64,
    /// Each with the reason for which it has its worker.
    busy: HashMap<K, Reason>,
    failures: HashMap<K, u32>,
    /// Why the last had its turn.
    last: Reason,
}

/// Of equal times, who came first goes first.
type Order<K> = BTreeMap<(Instant, u64), K>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    Look,
    Asked,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    due: (Instant, u64),
    reason: Reason,
}

impl<K: Clone + Eq + Hash> Queue<K> {
    pub fn new(retry: Retry) -> Self {
        let line = Line {
            asked: BTreeMap::new(),
            looks: BTreeMap::new(),
            places: HashMap::new(),
            next_number: 0,
            busy: HashMap::new(),
            failures: HashMap::new(),
            last: Reason::Asked,
        };
        Self { line: Mutex::new(line), changed: Notify::new(), retry }
    }

    /// Puts a name into the line for what somebody asked for.
    pub fn add(&self, key: K) {
        self.put(key, Duration::ZERO, Reason::Asked);
    }

    /// Wants a look after a while; of two times the earlier holds.
    pub fn add_after(&self, key: K, wait: Duration) {
        self.put(key, wait, Reason::Look);
    }

    fn put(&self, key: K, wait: Duration, reason: Reason) {
        self.line().put(key, Instant::now() + wait, reason);
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
        self.line().put(key.clone(), Instant::now() + wait, Reason::Look);
        self.done(key);
    }

    /// It went badly: to be tried again for the same reason, later with each time. Answers after how long.
    pub fn done_badly(&self, key: &K) -> Duration {
        let mut line = self.line();
        let failures = line.failures.entry(key.clone()).or_default();
        let wait = self.retry.first.saturating_mul(1 << (*failures).min(20)).min(self.retry.last);
        *failures += 1;
        let reason = line.busy.remove(key).unwrap_or(Reason::Look);
        line.put(key.clone(), Instant::now() + wait, reason);
        drop(line);
        self.changed.notify_one();
        wait
    }

    /// What went badly is due now: what stood in its way is gone.
    pub fn hurry_all(&self) {
        let mut line = self.line();
        let keys: Vec<K> = line.failures.keys().cloned().collect();
        keys.into_iter().for_each(|key| line.put(key, Instant::now(), Reason::Look));
        drop(line);
        self.changed.notify_one();
    }

    /// The same for one name; nothing where it went well.
    pub fn hurry(&self, key: &K) {
        let mut line = self.line();
        if line.failures.contains_key(key) {
            line.put(key.clone(), Instant::now(), Reason::Look);
        }
        drop(line);
        self.changed.notify_one();
    }

    /// Whether somebody has been due for a while (100 ms) and waits for a worker.
    pub fn is_behind(&self) -> bool {
        let line = self.line();
        let first = line.first(Reason::Asked).into_iter().chain(line.first(Reason::Look)).min();
        first.is_some_and(|due| due.0 + LATE <= Instant::now())
    }

    fn line(&self) -> MutexGuard<'_, Line<K>> {
        // Nothing panics while the lock is held, and a line is whole after each of its calls.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash> Line<K> {
    /// Of two times and two reasons that a name has, the earlier and the stronger hold.
    fn put(&mut self, key: K, at: Instant, reason: Reason) {
        let (mut at, mut reason) = (at, reason);
        if let Some(place) = self.places.get(&key).copied() {
            if place.due.0 <= at && place.reason >= reason {
                return;
            }
            (at, reason) = (at.min(place.due.0), reason.max(place.reason));
            self.of(place.reason).remove(&place.due);
        }
        let due = (at, self.next_number);
        self.next_number += 1;
        self.of(reason).insert(due, key.clone());
        self.places.insert(key, Place { due, reason });
    }

    fn of(&mut self, reason: Reason) -> &mut Order<K> {
        match reason {
            Reason::Asked => &mut self.asked,
            Reason::Look => &mut self.looks,
        }
    }

    /// When the first is due that has no worker.
    fn first(&self, reason: Reason) -> Option<(Instant, u64)> {
        let order = match reason {
            Reason::Asked => &self.asked,
            Reason::Look => &self.looks,
        };
        let mut free = order.iter().filter(|(_, key)| !self.busy.contains_key(*key));
        free.next().map(|(due, _)| *due)
    }

    /// The first name that is due and free; else when one will be.
    fn take(&mut self, now: Instant) -> Result<K, Option<Instant>> {
        let (asked, look) = (self.first(Reason::Asked), self.first(Reason::Look));
        let is_due = |it: &(Instant, u64)| it.0 <= now;
        let turn = match (asked.filter(is_due), look.filter(is_due)) {
            (Some(_), Some(look)) if look.0 + YIELDS <= now && self.last == Reason::Asked => {
                Some((look, Reason::Look))
            }
            (Some(asked), _) => Some((asked, Reason::Asked)),
            (None, Some(look)) => Some((look, Reason::Look)),
            (None, None) => None,
        };
        let taken = turn.and_then(|(due, reason)| Some((self.of(reason).remove(&due)?, reason)));
        let Some((key, reason)) = taken else {
            return Err(asked.into_iter().chain(look).map(|it| it.0).min());
        };
        self.places.remove(&key);
        self.busy.insert(key.clone(), reason);
        self.last = reason;
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
    async fn who_looks_lets_those_pass_who_were_asked_for_but_not_for_ever() {
        let queue = Queue::new(RETRY);
        queue.add_after("look", Duration::ZERO);
        queue.add_after("both", Duration::ZERO);
        queue.add("both");
        queue.add("asked");
        let mut order = Vec::new();
        for _ in 0..3 {
            order.push(queue.next().await);
        }
        assert_eq!(order, ["both", "asked", "look"]);
        order.iter().for_each(|it| queue.done(it));
        for look in ["look", "another"] {
            queue.add_after(look, Duration::ZERO);
        }
        tokio::time::advance(YIELDS).await;
        queue.add("asked");
        queue.add("asked too");
        let mut order = Vec::new();
        for _ in 0..4 {
            order.push(queue.next().await);
        }
        assert_eq!(order, ["asked", "look", "asked too", "another"]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_asked_for_and_went_badly_lets_no_looks_pass() {
        let queue = Queue::new(RETRY);
        queue.add("asked");
        queue.next().await;
        queue.done_badly(&"asked");
        queue.add_after("look", RETRY.first);
        tokio::time::advance(RETRY.first).await;
        assert_eq!(queue.next().await, "asked");
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
