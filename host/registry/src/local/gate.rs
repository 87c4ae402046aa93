//! The gate between those who push and the sweeper: what a push relies on is not swept away under it.
//!
//! A sweep first looks at everything, which takes as long as it takes, while pushes go on. Whatever a push relies on meanwhile is
//! written down here. Then, for each thing that it would remove, the sweeper closes the gate for a moment and looks here.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use crate::digest::Digest;

/// Nothing where no sweep is going on.
type Fresh = Arc<Mutex<Option<HashSet<Digest>>>>;

#[derive(Clone, Debug, Default)]
pub(super) struct Gate {
    lock: Arc<RwLock<()>>,
    /// What was relied on since the sweep began.
    fresh: Fresh,
    sweeping: Arc<tokio::sync::Mutex<()>>,
}

/// Somebody who pushes.
pub(super) struct Entered {
    _open: OwnedRwLockReadGuard<()>,
    fresh: Fresh,
}

/// A sweep: one at a time.
pub(super) struct Sweeping {
    gate: Gate,
    _alone: OwnedMutexGuard<()>,
}

/// Nobody pushes as long as it is held.
pub(super) struct Closed {
    _closed: OwnedRwLockWriteGuard<()>,
    fresh: Fresh,
}

impl Gate {
    pub async fn enter(&self) -> Entered {
        Entered { _open: self.lock.clone().read_owned().await, fresh: self.fresh.clone() }
    }

    pub async fn sweep(&self) -> Sweeping {
        let alone = self.sweeping.clone().lock_owned().await;
        // Whoever was inside is done then, and the sweep sees what they did.
        let closed = self.lock.clone().write_owned().await;
        *locked(&self.fresh) = Some(HashSet::new());
        drop(closed);
        Sweeping { gate: self.clone(), _alone: alone }
    }
}

impl Entered {
    /// Writes down that this content is relied on.
    pub fn rely_on(&self, digest: &Digest) {
        if let Some(fresh) = locked(&self.fresh).as_mut() {
            fresh.insert(digest.clone());
        }
    }
}

impl Sweeping {
    pub async fn close(&self) -> Closed {
        let closed = self.gate.lock.clone().write_owned().await;
        Closed { _closed: closed, fresh: self.gate.fresh.clone() }
    }
}

impl Drop for Sweeping {
    fn drop(&mut self) {
        *locked(&self.gate.fresh) = None;
    }
}

impl Closed {
    /// Whether somebody has relied on this since the sweep began.
    pub fn is_fresh(&self, digest: &Digest) -> bool {
        locked(&self.fresh).as_ref().is_some_and(|it| it.contains(digest))
    }
}

fn locked(fresh: &Fresh) -> MutexGuard<'_, Option<HashSet<Digest>>> {
    fresh.lock().unwrap_or_else(PoisonError::into_inner)
}
