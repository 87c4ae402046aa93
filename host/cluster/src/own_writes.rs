//! Our own last write of each rollout, so that no reconcile goes by a rollout that is older than it.
//!
//! One that did could find the status as it should be, and write nothing, when what it had written itself before and
//! had not seen yet says something else: nobody would look again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::resource::{Key, Rollout};

/// A cluster that was restored from a copy begins with smaller versions again.
const PATIENCE: Duration = Duration::from_secs(120);

/// Versions that the watch has not brought yet, and since when.
#[derive(Debug, Default)]
pub struct OwnWrites(Mutex<HashMap<Key, (u64, Instant)>>);

impl OwnWrites {
    /// Notes the version that a write has led to.
    pub fn wrote(&self, key: &Key, version: &str) {
        // Versions are numbers that grow (KEP-5504); of others nothing can be said.
        if let Ok(version) = version.parse() {
            self.awaited().insert(key.clone(), (version, Instant::now()));
        }
    }

    /// Whether a rollout, as it was read, is at least as new as our last write of it.
    pub fn are_in(&self, rollout: &Rollout) -> bool {
        let mut awaited = self.awaited();
        let version: Option<u64> = rollout.resource_version.parse().ok();
        let is_older = awaited.get(&rollout.key).is_some_and(|(wanted, since)| {
            version.is_some_and(|it| it < *wanted) && since.elapsed() < PATIENCE
        });
        if !is_older {
            awaited.remove(&rollout.key);
        }
        !is_older
    }

    fn awaited(&self) -> MutexGuard<'_, HashMap<Key, (u64, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rollout(version: &str) -> Rollout {
        Rollout::example(|it| it["metadata"]["resourceVersion"] = version.into())
    }

    #[test]
    fn a_rollout_that_is_older_than_our_last_write_is_not_gone_by() {
        let writes = OwnWrites::default();
        let key = rollout("1").key;
        assert!(writes.are_in(&rollout("9")), "nothing was written");
        writes.wrote(&key, "10");
        assert!(!writes.are_in(&rollout("9")));
        assert!(writes.are_in(&rollout("10")));
        writes.wrote(&key, "11");
        assert!(writes.are_in(&rollout("100")), "somebody else has written since");
        writes.wrote(&key, "no number");
        assert!(writes.are_in(&rollout("1")));
    }
}
