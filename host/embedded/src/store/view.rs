//! A consistent snapshot of the state, for everything that only reads.

use redb::{ReadOnlyMultimapTable, ReadOnlyTable};
use serde_json::Value;
use slipway_database::File;

use super::txn::parse;
use super::{DEPENDENTS, Key, NUMBERS, OBJECTS, UIDS, VERSION};
use crate::refusal::Refusal;

/// The snapshot.
pub(crate) struct View {
    objects: ReadOnlyTable<&'static str, &'static str>,
    uids: ReadOnlyTable<&'static str, &'static str>,
    dependents: ReadOnlyMultimapTable<&'static str, &'static str>,
    /// The resource version that this snapshot shows.
    pub(crate) version: u64,
}

/// What all keys of a kind (in a namespace, if one is named) begin with.
pub(super) fn prefix(store: &str, namespace: &str) -> String {
    if namespace.is_empty() { format!("{store}\0") } else { format!("{store}\0{namespace}\0") }
}

impl View {
    pub(super) fn open(db: &File) -> Result<Self, Refusal> {
        let read = db.read()?;
        let numbers = read.open_table(NUMBERS)?;
        let version = numbers.get(VERSION)?.map_or(1, |it| it.value());
        Ok(Self {
            objects: read.open_table(OBJECTS)?,
            uids: read.open_table(UIDS)?,
            dependents: read.open_multimap_table(DEPENDENTS)?,
            version,
        })
    }

    /// The object.
    pub(crate) fn get(&self, key: &Key) -> Result<Option<Value>, Refusal> {
        self.objects.get(key.text().as_str())?.map(|it| parse(it.value())).transpose()
    }

    /// Hands out key and text of each object of a kind in order, after a key if one is given, while
    /// the taker answers `true`.
    pub(crate) fn scan(
        &self,
        store: &str,
        namespace: &str,
        after: Option<&Key>,
        mut take: impl FnMut(&str, &str) -> Result<bool, Refusal>,
    ) -> Result<(), Refusal> {
        let prefix = prefix(store, namespace);
        // A key's successor: no text lies between it and itself with a zero byte at the end.
        let start = after.map_or_else(|| prefix.clone(), |it| format!("{}\0", it.text()));
        for row in self.objects.range(start.as_str()..)? {
            let (key, text) = row?;
            if !key.value().starts_with(&prefix) || !take(key.value(), text.value())? {
                break;
            }
        }
        Ok(())
    }

    /// Where the object with this uid lies.
    pub(crate) fn by_uid(&self, uid: &str) -> Result<Option<Key>, Refusal> {
        Ok(self.uids.get(uid)?.and_then(|it| Key::parse(it.value())))
    }

    /// The objects that name this uid as an owner.
    pub(crate) fn dependents(&self, uid: &str) -> Result<Vec<Key>, Refusal> {
        let mut found = Vec::new();
        for row in self.dependents.get(uid)? {
            found.extend(Key::parse(row?.value()));
        }
        Ok(found)
    }

    /// Every uid that is named as an owner, once.
    pub(crate) fn owners(&self) -> Result<Vec<String>, Refusal> {
        let mut found = Vec::new();
        for row in self.dependents.range::<&str>(..)? {
            found.push(row?.0.value().to_owned());
        }
        Ok(found)
    }
}
