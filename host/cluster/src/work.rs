//! The work of one cluster: what the watch cache sees becomes work and news, and workers reconcile.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use slipway_model::cluster::Change;
use slipway_model::name::{AppName, ProjectName};
use slipway_model::rollout::Report;
use slipway_queue::Queue;
use tokio::sync::{broadcast, mpsc};

use crate::cache::{Cache, Seen};
use crate::contact::Line;
use crate::reconcile::{Context, Error, Next, reconcile};
use crate::resource::{Key, Rollout};

/// Objects of one app change together: after the first there is so much time for the others, and one look for all.
const TOGETHER: Duration = Duration::from_millis(40);

/// Turns what the cache sees into work and into news.
pub struct Listener {
    pub cache: Arc<Cache>,
    pub queue: Arc<Queue<Key>>,
    pub changes: broadcast::Sender<Change>,
}

impl Listener {
    pub async fn listen(self, mut seen: mpsc::UnboundedReceiver<Seen>) {
        while let Some(seen) = seen.recv().await {
            match seen {
                Seen::Rollout { key, wanted } => {
                    if wanted {
                        self.queue.add(key.clone());
                    } else {
                        // A status that could not be written may have waited for just this.
                        self.queue.hurry(&key);
                    }
                    if let Some(report) = read(&self.cache, &key) {
                        self.tell(Change::Reported(report));
                    }
                }
                Seen::Child(key) => {
                    self.queue.add_after(key.clone(), TOGETHER);
                    if let Some((project, app)) = names(&key) {
                        self.tell(Change::Touched { project, app });
                    }
                }
                Seen::RolloutGone(key) => {
                    if let Some((project, app)) = names(&key) {
                        self.tell(Change::Gone { project, app });
                    }
                }
                Seen::Relisted => self.tell(Change::Reset(reports(&self.cache))),
            }
        }
    }

    fn tell(&self, change: Change) {
        // Nobody may be listening, which is fine: a listener starts with all that is known.
        let _ = self.changes.send(change);
    }
}

/// Reconciles for ever what the queue gives.
pub async fn work(ctx: Context, queue: Arc<Queue<Key>>, line: Arc<Line>) {
    ctx.cache.synced().await;
    loop {
        let key = queue.next().await;
        // A cluster that is away, or another Slipway's, is let alone.
        line.held().await;
        // Even a panic while it reads or reports must not end the worker that serves everybody else.
        let outcome = AssertUnwindSafe(reconcile(&ctx, &key)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|_| Err(Error::Panicked));
        match outcome {
            Ok(Next::Rest) => queue.done(&key),
            Ok(Next::After(wait)) => queue.done_until(&key, wait),
            // Our own last write has not come back from the watch yet: an ordinary race, soon over, and not worth a line.
            Err(Error::Outdated) => {
                queue.done_badly(&key);
            }
            Err(error) => {
                let wait = queue.done_badly(&key);
                tracing::warn!(cluster = %ctx.cluster, rollout = %key, error = %chain(&error),
                    again_in_ms = wait.as_millis(), "a reconcile did not get to its end");
            }
        }
    }
}

fn read(cache: &Cache, key: &Key) -> Option<Report> {
    let object = cache.rollout(key)?;
    Rollout::read(&object).ok()?.report()
}

/// All reports of the cluster.
pub fn reports(cache: &Cache) -> Vec<Report> {
    let all = cache.rollouts();
    all.iter().filter_map(|it| Rollout::read(it).ok()?.report()).collect()
}

fn names(key: &Key) -> Option<(ProjectName, AppName)> {
    Some((key.namespace.parse().ok()?, key.name.parse().ok()?))
}

/// An error with all its causes.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text = format!("{text}: {source}");
        next = source.source();
    }
    text
}
