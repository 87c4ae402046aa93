//! The bounded window of the latest changes, which every watcher reads at its own pace.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::sketch::Sketch;

/// How many changes are kept for watchers that are behind.
const MOST_EVENTS: usize = 4_096;
/// How many bytes of objects the kept changes may hold together.
const MOST_BYTES: usize = 8 << 20;

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Added,
    Modified,
    Deleted,
}

/// One committed change.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) version: u64,
    pub(crate) what: What,
    /// The storage name of the kind, such as `deployments.apps`.
    pub(crate) store: Arc<str>,
    /// The object after the change, or the last one before its removal.
    pub(crate) text: Arc<str>,
    pub(crate) sketch: Arc<Sketch>,
    /// What selectors saw before this change.
    pub(crate) before: Option<Arc<Sketch>>,
}

#[derive(Debug)]
struct Window {
    events: VecDeque<Arc<Event>>,
    bytes: usize,
    /// Versions at or below this one have left the window (or were never in it).
    floor: u64,
}

/// The window and the bell that tells watchers of a newer version.
#[derive(Debug)]
pub(crate) struct Events {
    window: Mutex<Window>,
    latest: watch::Sender<u64>,
}

/// The version asked for has left the window; its floor.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Gone(pub(crate) u64);

impl Events {
    /// An empty window that starts at a version.
    pub(crate) fn from(version: u64) -> Self {
        let window = Window { events: VecDeque::new(), bytes: 0, floor: version };
        Self { window: Mutex::new(window), latest: watch::Sender::new(version) }
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what was committed after a version, oldest first, and rings the bell.
    pub(super) fn publish(&self, since: u64, events: Vec<Event>) {
        // What led to that version may be missing here.
        self.catch_up(since);
        let Some(newest) = events.last().map(|it| it.version) else { return };
        let mut window = self.window();
        for event in events {
            window.bytes += event.text.len();
            window.events.push_back(Arc::new(event));
        }
        while window.events.len() > MOST_EVENTS || window.bytes > MOST_BYTES {
            let Some(oldest) = window.events.pop_front() else { break };
            window.bytes -= oldest.text.len();
            window.floor = oldest.version;
        }
        drop(window);
        self.latest.send_replace(newest);
    }

    /// Notes that the state is at a version. If that one was never published, nobody can say what led to it: then all
    /// who have not seen it hear that it has left the window, and look at everything.
    pub(super) fn catch_up(&self, version: u64) {
        if version <= *self.latest.borrow() {
            return;
        }
        tracing::warn!(
            version,
            "embedded cluster: a failed commit is in the state; watchers look at everything"
        );
        let mut window = self.window();
        window.events.clear();
        window.bytes = 0;
        window.floor = version;
        drop(window);
        self.latest.send_replace(version);
    }

    /// Rings when there is something newer.
    pub(crate) fn bell(&self) -> watch::Receiver<u64> {
        self.latest.subscribe()
    }

    /// At most `most` changes after a version that `wanted` picks, with the version up to which was looked.
    pub(crate) fn after(
        &self,
        version: u64,
        most: usize,
        wanted: impl Fn(&Event) -> bool,
    ) -> Result<(Vec<Arc<Event>>, u64), Gone> {
        let window = self.window();
        if version < window.floor {
            return Err(Gone(window.floor));
        }
        let start = window.events.partition_point(|it| it.version <= version);
        let mut seen = version;
        let mut found = Vec::new();
        for event in window.events.range(start..) {
            if found.len() == most {
                break;
            }
            seen = event.version;
            if wanted(event) {
                found.push(Arc::clone(event));
            }
        }
        Ok((found, seen))
    }
}
