//! One write transaction: changes are staged one by one and reach the tables only when they succeed.

use std::collections::BTreeMap;
use std::sync::Arc;

use redb::{MultimapTable, ReadableTable, Table, WriteTransaction};
use serde_json::Value;
use slipway_database::File;

use super::{DEPENDENTS, Event, Key, NUMBERS, OBJECTS, Sketch, UIDS, VERSION, What};
use crate::refusal::Refusal;

/// The tables and what has been staged so far.
pub(crate) struct Txn<'txn> {
    objects: Table<'txn, &'static str, &'static str>,
    uids: Table<'txn, &'static str, &'static str>,
    dependents: MultimapTable<'txn, &'static str, &'static str>,
    version: u64,
    events: Vec<Event>,
    /// The changes of the job that runs now.
    staged: BTreeMap<Key, Staged>,
    staged_version: u64,
}

struct Staged {
    version: u64,
    /// `None` removes.
    text: Option<Arc<str>>,
    last: Arc<str>,
}

/// What a commit did.
pub(super) struct Committed {
    /// The version that the changes follow.
    pub(super) since: u64,
    /// Oldest first.
    pub(super) changes: Vec<Event>,
}

/// Runs jobs against an open transaction, commits, and answers what changed.
pub(super) fn commit(db: &File, jobs: impl FnOnce(&mut Txn<'_>)) -> Result<Committed, Refusal> {
    db.write(|write| {
        let committed = run(&write, jobs)?;
        if committed.changes.is_empty() {
            // Nothing changed: nothing is written, not even an empty commit.
            write.abort()?;
        } else {
            write.commit()?;
        }
        Ok(committed)
    })
}

fn run(write: &WriteTransaction, jobs: impl FnOnce(&mut Txn<'_>)) -> Result<Committed, Refusal> {
    let mut numbers = write.open_table(NUMBERS)?;
    let version = numbers.get(VERSION)?.map_or(1, |it| it.value());
    let mut txn = Txn {
        objects: write.open_table(OBJECTS)?,
        uids: write.open_table(UIDS)?,
        dependents: write.open_multimap_table(DEPENDENTS)?,
        version,
        events: Vec::new(),
        staged: BTreeMap::new(),
        staged_version: version,
    };
    jobs(&mut txn);
    if txn.version != version {
        numbers.insert(VERSION, txn.version)?;
    }
    Ok(Committed { since: version, changes: txn.events })
}

impl Txn<'_> {
    /// Runs one job: what it staged is kept when it succeeds and forgotten when it does not.
    pub(super) fn attempt<T>(
        &mut self,
        job: impl FnOnce(&mut Self) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.staged.clear();
        self.staged_version = self.version;
        let answer = job(self)?;
        self.keep()?;
        Ok(answer)
    }

    fn keep(&mut self) -> Result<(), Refusal> {
        let mut staged: Vec<_> = std::mem::take(&mut self.staged).into_iter().collect();
        staged.sort_by_key(|it| it.1.version);
        for (key, change) in staged {
            let event = self.keep_one(&key, change)?;
            self.events.push(event);
        }
        self.version = self.staged_version;
        Ok(())
    }

    fn keep_one(&mut self, key: &Key, change: Staged) -> Result<Event, Refusal> {
        let text_key = key.text();
        let before =
            self.objects.get(text_key.as_str())?.map(|it| sketch(it.value())).transpose()?;
        let after = sketch(&change.last)?;
        if let Some(old) = &before {
            self.uids.remove(old.uid.as_str())?;
            for owner in &old.owners {
                self.dependents.remove(owner.as_str(), text_key.as_str())?;
            }
        }
        let what = match (&change.text, &before) {
            (None, _) => What::Deleted,
            (Some(_), Some(_)) => What::Modified,
            (Some(_), None) => What::Added,
        };
        if let Some(text) = &change.text {
            self.objects.insert(text_key.as_str(), &**text)?;
            self.uids.insert(after.uid.as_str(), text_key.as_str())?;
            for owner in &after.owners {
                self.dependents.insert(owner.as_str(), text_key.as_str())?;
            }
        } else {
            self.objects.remove(text_key.as_str())?;
        }
        Ok(Event {
            version: change.version,
            what,
            store: Arc::clone(&key.store),
            text: change.last,
            sketch: Arc::new(after),
            before: before.map(Arc::new),
        })
    }

    /// The object as this job sees it.
    pub(crate) fn get(&self, key: &Key) -> Result<Option<Value>, Refusal> {
        if let Some(staged) = self.staged.get(key) {
            return staged.text.as_deref().map(parse).transpose();
        }
        self.objects.get(key.text().as_str())?.map(|it| parse(it.value())).transpose()
    }

    /// The keys of one kind, in one namespace or in all, as they were before this job.
    pub(crate) fn keys(&self, store: &str, namespace: &str) -> Result<Vec<Key>, Refusal> {
        let prefix = super::view::prefix(store, namespace);
        let mut found = Vec::new();
        for row in self.objects.range(prefix.as_str()..)? {
            let key = row?.0;
            if !key.value().starts_with(&prefix) {
                break;
            }
            found.extend(Key::parse(key.value()));
        }
        Ok(found)
    }

    /// The next resource version, stamped into the object, which is staged.
    pub(crate) fn put(&mut self, key: Key, object: &mut Value) {
        self.stage(key, object, true);
    }

    /// Stages the removal; the object carries the version of its removal.
    pub(crate) fn remove(&mut self, key: Key, object: &mut Value) {
        self.stage(key, object, false);
    }

    fn stage(&mut self, key: Key, object: &mut Value, stays: bool) {
        self.staged_version += 1;
        object["metadata"]["resourceVersion"] = Value::String(self.staged_version.to_string());
        let last: Arc<str> = object.to_string().into();
        let text = stays.then(|| Arc::clone(&last));
        self.staged.insert(key, Staged { version: self.staged_version, text, last });
    }
}

/// Our own text read back.
pub(super) fn parse(text: &str) -> Result<Value, Refusal> {
    serde_json::from_str(text).map_err(|it| Refusal::internal("a stored object is not JSON", &it))
}

fn sketch(text: &str) -> Result<Sketch, Refusal> {
    Sketch::of(text).map_err(|it| Refusal::internal("an object has no readable metadata", &it))
}
