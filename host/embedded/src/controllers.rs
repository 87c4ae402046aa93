//! The controllers of the embedded cluster: what turns Deployments into pods, and pods into endpoints.
//!
//! They need nothing but a Kubernetes API, so they run against a real one as well. Each kind is watched once and
//! read from memory; writes go through the same memory, so that a controller never acts on a view that is older
//! than its own last write. A queue holds names of objects to look at, never what happened to them: looking twice
//! is harmless, and with nothing to do nothing is written.
//!
//! Not here: `StatefulSet`, `DaemonSet`, `CronJob`, horizontal autoscaling.

mod deployment;
mod endpoints;
mod events;
mod job;
mod namespaces;
mod node_life;
mod owner;
mod pod;
mod queue;
mod replica_set;
mod schedule;
mod watched;
mod world;

use std::sync::Arc;
use std::time::Duration;

use kube::Client;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use queue::{Key, Queue, RETRY};
use world::World;

pub(crate) use pod::is_terminated;
pub(crate) use watched::{Name, Watched};

/// How many objects are looked at at once; the same object never twice.
const WORKERS: usize = 4;

/// Why a look at an object did not end; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The Kubernetes API.
    #[error("the kubernetes api refused or did not answer")]
    Api(#[from] kube::Error),
    /// An object that no controller can work with.
    #[error("{kind} {namespace}/{name} cannot be worked with: {reason}")]
    Unusable {
        /// Its kind.
        kind: &'static str,
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

/// What a look at an object came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is as it should be, until something changes.
    Settled,
    /// Time alone will change something.
    LookAgainAfter(Duration),
}

/// Runs all controllers until they are cancelled.
pub async fn run(client: Client, cancel: CancellationToken) {
    let telling = events::run(client.clone(), cancel.clone());
    let world = Arc::new(World::new(client));
    let queue = Arc::new(Queue::new(RETRY));
    let mut tasks = JoinSet::new();
    tasks.spawn(telling);
    world.watch(&queue, &cancel, &mut tasks);
    tokio::select! {
        () = cancel.cancelled() => return,
        () = world.wait_until_seen() => {}
    }
    queue.add(Key::Namespaces);
    for _ in 0..WORKERS {
        tasks.spawn(work(world.clone(), queue.clone(), cancel.clone()));
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a controller's task ended early");
        }
    }
}

async fn work(world: Arc<World>, queue: Arc<Queue>, cancel: CancellationToken) {
    loop {
        let key = tokio::select! {
            () = cancel.cancelled() => return,
            key = queue.next() => key,
        };
        let outcome = look(&world, &key).await;
        match outcome {
            Ok(Next::Settled) => queue.done(&key),
            Ok(Next::LookAgainAfter(wait)) => queue.done_until(&key, wait),
            Err(error) => {
                let wait = queue.done_badly(&key);
                report(&key, &error, wait);
            }
        }
    }
}

fn report(key: &Key, error: &Error, wait: Duration) {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let retry_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    match error {
        // Someone else wrote in between: the next look sees it.
        Error::Api(kube::Error::Api(status)) if status.is_conflict() || status.is_not_found() => {
            tracing::debug!(?key, %error, cause, retry_ms, "looking again");
        }
        _ => tracing::warn!(?key, %error, cause, retry_ms, "a controller could not finish"),
    }
}

async fn look(world: &World, key: &Key) -> Result<Next, Error> {
    match key {
        Key::Deployment(name) => deployment::look(world, name).await,
        Key::ReplicaSet(name) => replica_set::look(world, name).await,
        Key::Job(name) => job::look(world, name).await,
        Key::Service(name) => endpoints::look(world, name).await,
        Key::Pod(name) => schedule::look(world, name).await,
        Key::Node(name) => node_life::look(world, name).await,
        Key::Namespaces => namespaces::look(world).await,
    }
}
