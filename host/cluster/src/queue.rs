//! The work queue: each key at most once in line and never worked on twice at the same time.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// Keys with the time at which each is due.
#[derive(Debug)]
pub struct Queue<K> {
    line: Mutex<Line<K>>,
    changed: Notify,
}

#[derive(Debug)]
struct Line<K> {
    due: HashMap<K, Instant>,
    order: BTreeMap<(Instant, u64), K>,
    serial: HashMap<K, u64>,
    next_serial: u64,
    working: HashSet<K>,
}

impl<K: Clone + Eq + Hash> Queue<K> {
    pub fn new() -> Self {
        let line = Line {
            due: HashMap::new(),
            order: BTreeMap::new(),
            serial: HashMap::new(),
            next_serial: 0,
            working: HashSet::new(),
        };
        Self { line: Mutex::new(line), changed: Notify::new() }
    }

    /// Puts the key in line; of two times the earlier holds.
    pub fn push(&self, key: K, after: Duration) {
        self.lock().push(key, Instant::now() + after);
        self.changed.notify_one();
    }

    /// The next key that is due and not being worked on; waits for one.
    pub async fn take(&self) -> K {
        loop {
            let wait = {
                let mut line = self.lock();
                match line.take(Instant::now()) {
                    Ok(key) => return key,
                    Err(next) => next,
                }
            };
            let changed = self.changed.notified();
            match wait {
                Some(at) => {
                    let _ = tokio::time::timeout_at(at, changed).await;
                }
                None => changed.await,
            }
        }
    }

    /// The key's work is over; it may be taken again.
    pub fn done(&self, key: &K) {
        self.lock().working.remove(key);
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Line<K>> {
        // Nothing panics while the lock is held, and a line is whole after each of its calls.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash> Line<K> {
    fn push(&mut self, key: K, at: Instant) {
        if let Some(before) = self.due.get(&key).copied() {
            if before <= at {
                return;
            }
            let serial = self.serial[&key];
            self.order.remove(&(before, serial));
        }
        let serial = self.next_serial;
        self.next_serial += 1;
        self.order.insert((at, serial), key.clone());
        self.serial.insert(key.clone(), serial);
        self.due.insert(key, at);
    }

    fn take(&mut self, now: Instant) -> Result<K, Option<Instant>> {
        let free = self.order.iter().find(|(_, key)| !self.working.contains(*key));
        let Some((&place, key)) = free else { return Err(None) };
        if place.0 > now {
            return Err(Some(place.0));
        }
        let key = key.clone();
        self.order.remove(&place);
        self.due.remove(&key);
        self.serial.remove(&key);
        self.working.insert(key.clone());
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_key_is_in_line_once_and_the_earlier_time_holds() {
        let queue = Queue::new();
        queue.push("a", Duration::from_secs(60));
        queue.push("a", Duration::from_secs(1));
        queue.push("a", Duration::from_secs(30));
        let before = Instant::now();
        assert_eq!(queue.take().await, "a");
        assert_eq!(before.elapsed(), Duration::from_secs(1));
        queue.done(&"a");
        let more = tokio::time::timeout(Duration::from_secs(100), queue.take()).await;
        assert!(more.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_that_is_worked_on_waits() {
        let queue = Queue::new();
        queue.push("a", Duration::ZERO);
        assert_eq!(queue.take().await, "a");
        queue.push("a", Duration::ZERO);
        queue.push("b", Duration::ZERO);
        assert_eq!(queue.take().await, "b");
        let more = tokio::time::timeout(Duration::from_secs(1), queue.take()).await;
        assert!(more.is_err());
        queue.done(&"a");
        assert_eq!(queue.take().await, "a");
    }
}
