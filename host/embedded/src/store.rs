//! The cluster's state in one redb file: durable changes by one writer, snapshots for readers.

pub(crate) mod events;
pub(crate) mod sketch;
mod txn;
mod view;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use redb::{MultimapTableDefinition, TableDefinition};
use slipway_database::File;
use tokio::sync::{oneshot, watch};

pub(crate) use self::events::{Event, Events, What};
pub(crate) use self::sketch::Sketch;
use self::txn::Committed;
pub(crate) use self::txn::Txn;
pub(crate) use self::view::View;
use crate::refusal::Refusal;

/// Every object's compact JSON text by its key.
const OBJECTS: TableDefinition<&str, &str> = TableDefinition::new("objects");
/// The key of each object by its uid.
const UIDS: TableDefinition<&str, &str> = TableDefinition::new("uids");
/// The keys of the dependents by the uid of an owner.
const DEPENDENTS: MultimapTableDefinition<&str, &str> = MultimapTableDefinition::new("dependents");
/// Numbers of the store itself: the latest resource version, the layout.
const NUMBERS: TableDefinition<&str, u64> = TableDefinition::new("numbers");

const VERSION: &str = "resource_version";
const LAYOUT: &str = "layout";
/// The layout of the tables above.
const LAYOUT_NOW: u64 = 1;
/// Pages that redb may keep in memory: the whole idle host has 60 MB.
const CACHE_BYTES: usize = 4 << 20;
/// Changes that wait for the disk at the same time share one commit.
const MOST_IN_ONE_COMMIT: usize = 64;
/// When the file is asked again what a commit that failed has left in it.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long closing may take.
const CLOSING_TAKES: Duration = Duration::from_secs(5);

/// Why the state cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Most often: another process has it open.
    #[error("the embedded cluster's state cannot be opened")]
    Open(#[source] redb::DatabaseError),
    /// The file is there but cannot be read or prepared.
    #[error("the embedded cluster's state cannot be read")]
    Prepare(#[source] Box<redb::Error>),
    /// Written by a newer Slipway.
    #[error(
        "the embedded cluster's state has layout {0}, and this Slipway knows {LAYOUT_NOW}: use a newer one"
    )]
    Newer(u64),
    /// The thread that writes could not be started.
    #[error("the writer of the embedded cluster's state cannot be started")]
    Writer(#[source] std::io::Error),
}

/// Where an object lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    /// The storage name of the kind: `pods`, `deployments.apps`.
    pub(crate) store: Arc<str>,
    /// Empty for cluster-wide kinds.
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl Key {
    pub(crate) fn new(store: &Arc<str>, namespace: &str, name: &str) -> Self {
        Self { store: Arc::clone(store), namespace: namespace.into(), name: name.into() }
    }

    /// The text that orders objects by kind, namespace and name.
    pub(crate) fn text(&self) -> String {
        format!("{}\0{}\0{}", self.store, self.namespace, self.name)
    }

    /// The key in a text that [`Key::text`] made.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '\0');
        let (store, namespace, name) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { store: store.into(), namespace: namespace.into(), name: name.into() })
    }
}

type Answer = Box<dyn FnOnce(Result<(), Refusal>) + Send>;
type Job = Box<dyn FnOnce(&mut Txn<'_>) -> Answer + Send>;

/// The open state.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    db: Arc<File>,
    jobs: mpsc::Sender<JobBox>,
    pub(crate) events: Arc<Events>,
    ended: watch::Receiver<bool>,
}

/// Tells when the state's file is free again.
pub(crate) struct Closed(watch::Receiver<bool>);

impl Closed {
    /// Waits; answers whether the file is free.
    pub(crate) async fn wait(mut self) -> bool {
        let ended = self.0.wait_for(|it| *it);
        tokio::time::timeout(CLOSING_TAKES, ended).await.is_ok_and(|it| it.is_ok())
    }
}

struct JobBox(Job);

impl std::fmt::Debug for JobBox {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Job")
    }
}

impl Store {
    /// Opens the file, creating it where it is missing, and starts its writer.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let db = File::open(path, CACHE_BYTES).map_err(Error::Open)?;
        let version = prepare(&db).map_err(|it| Error::Prepare(Box::new(it)))?;
        let (layout, version) = version;
        if layout > LAYOUT_NOW {
            return Err(Error::Newer(layout));
        }
        let db = Arc::new(db);
        let events = Arc::new(Events::from(version));
        let (jobs, inbox) = mpsc::channel();
        let (disk, window) = (Arc::clone(&db), Arc::clone(&events));
        let (tell, ended) = watch::channel(false);
        std::thread::Builder::new()
            .name("embedded-writer".into())
            .spawn(move || {
                write_all(&disk, &window, &inbox);
                // Snapshots that are still being read hold the file a moment longer.
                let mut disk = disk;
                while Arc::get_mut(&mut disk).is_none() {
                    std::thread::sleep(Duration::from_millis(1));
                }
                drop(disk);
                tell.send_replace(true);
            })
            .map_err(Error::Writer)?;
        Ok(Self { db, jobs, events, ended })
    }

    /// Runs a change. The answer comes when it is on disk; a refused change leaves nothing behind.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Txn<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |txn| {
            let outcome = txn.attempt(change);
            Box::new(move |committed| {
                // The caller may have gone away; what is written stays written.
                let _ = tell.send(outcome.and_then(|it| committed.map(|()| it)));
            })
        });
        let gone = || Refusal::unavailable("the embedded cluster is shutting down");
        self.jobs.send(JobBox(job)).map_err(|_| gone())?;
        told.await.map_err(|_| gone())?
    }

    /// Tells when the file is free again.
    pub(crate) fn closed(&self) -> Closed {
        Closed(self.ended.clone())
    }

    /// A consistent snapshot.
    pub(crate) fn view(&self) -> Result<View, Refusal> {
        View::open(&self.db)
    }
}

/// Creates the tables; answers the layout and the latest resource version.
fn prepare(db: &File) -> Result<(u64, u64), redb::Error> {
    db.write(|write| {
        let numbers = {
            write.open_table(OBJECTS)?;
            write.open_table(UIDS)?;
            write.open_multimap_table(DEPENDENTS)?;
            let mut numbers = write.open_table(NUMBERS)?;
            if redb::ReadableTable::get(&numbers, LAYOUT)?.is_none() {
                numbers.insert(LAYOUT, LAYOUT_NOW)?;
                numbers.insert(VERSION, 1)?;
            }
            let read = |key| -> Result<u64, redb::Error> {
                Ok(redb::ReadableTable::get(&numbers, key)?.map_or(0, |it| it.value()))
            };
            (read(LAYOUT)?, read(VERSION)?)
        };
        write.commit()?;
        Ok(numbers)
    })
}

/// The writer: takes what waits, writes it in one commit, then answers.
fn write_all(db: &File, events: &Events, inbox: &mpsc::Receiver<JobBox>) {
    // Whether watchers can know of all that is in the file.
    let mut is_told = true;
    loop {
        let patience = if is_told { Duration::MAX } else { LOOK_AGAIN };
        let first = match inbox.recv_timeout(patience) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                is_told = catch_up(db, events).is_ok();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let mut jobs = vec![first];
        jobs.extend(inbox.try_iter().take(MOST_IN_ONE_COMMIT - 1));
        let mut answers = Vec::with_capacity(jobs.len());
        let outcome = txn::commit(db, |txn| {
            answers.extend(jobs.into_iter().map(|JobBox(job)| job(txn)));
        });
        let (answered, all_told) = tell(db, events, outcome);
        is_told = all_told;
        for answer in answers {
            answer(answered.clone());
        }
    }
}

/// Tells watchers what a commit did. Answers what those hear who asked for its changes, and whether watchers can know
/// of all that is in the file.
fn tell(
    db: &File,
    events: &Events,
    outcome: Result<Committed, Refusal>,
) -> (Result<(), Refusal>, bool) {
    match outcome {
        Ok(Committed { since, changes }) => {
            events.publish(since, changes);
            (Ok(()), true)
        }
        // redb fails some commits after they are in the file, where the next one builds on them.
        Err(refusal) => (Err(refusal), catch_up(db, events).is_ok()),
    }
}

/// Sends watchers who have not seen the version in the file to look at everything.
fn catch_up(db: &File, events: &Events) -> Result<(), Refusal> {
    events.catch_up(View::open(db)?.version);
    Ok(())
}

#[cfg(test)]
mod tests;
