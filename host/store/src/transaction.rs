//! Transactions: reading a moment, and changing with audit and outbox in the same breath.

use std::cell::RefCell;

use redb::{ReadTransaction, ReadableTable, WriteTransaction};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::record::{AUDIT, AuditEntry, OUTBOX, OutboxEntry};
use crate::table::{Table, number};

/// Reading, inside a change or apart from one.
pub trait Reads {
    /// The record with this key.
    fn get<T>(&self, table: &Table<T>, key: &str) -> Result<Option<T>, Error>
    where
        T: Serialize + DeserializeOwned;

    /// At most `limit` records whose keys begin with `prefix`, in order, after the key `after`.
    fn scan<T>(
        &self,
        table: &Table<T>,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, T)>, Error>
    where
        T: Serialize + DeserializeOwned;

    /// The same from the end: the newest first, before the key `before`.
    fn scan_back<T>(
        &self,
        table: &Table<T>,
        prefix: &str,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, T)>, Error>
    where
        T: Serialize + DeserializeOwned;

    /// All records whose keys begin with `prefix`: for what is known to be few.
    fn all<T>(&self, table: &Table<T>, prefix: &str) -> Result<Vec<(String, T)>, Error>
    where
        T: Serialize + DeserializeOwned,
    {
        self.scan(table, prefix, None, usize::MAX)
    }
}

/// One moment of the store.
pub struct Reader(pub(crate) ReadTransaction);

/// A change under way; dropped without a commit it never was.
pub struct Changes {
    pub(crate) transaction: WriteTransaction,
    pub(crate) actor: Actor,
    pub(crate) at_unix_milliseconds: u64,
    pub(crate) detail: RefCell<String>,
}

/// Who changes something, for the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// User name, or `slipway` for what the host does by itself.
    pub name: String,
    /// The token's name or `web`, where a person acts.
    pub via: String,
}

impl Actor {
    /// The host itself.
    pub fn host() -> Self {
        Self { name: "slipway".into(), via: "host".into() }
    }
}

fn range_of<'a>(prefix: &'a str, after: Option<&'a str>) -> (std::ops::Bound<&'a str>, String) {
    use std::ops::Bound::{Excluded, Included};
    let from = match after {
        Some(after) if after >= prefix => Excluded(after),
        _ => Included(prefix),
    };
    // No key holds U+10FFFF: names are ASCII.
    (from, format!("{prefix}\u{10FFFF}"))
}

fn scan_table<T, R>(
    table: &Table<T>,
    open: &R,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<(String, T)>, Error>
where
    T: Serialize + DeserializeOwned,
    R: ReadableTable<&'static str, &'static [u8]>,
{
    let (from, to) = range_of(prefix, after);
    let range = open.range::<&str>((from, std::ops::Bound::Excluded(to.as_str())))?;
    let mut found = Vec::new();
    for entry in range.take(limit) {
        let (key, value) = entry?;
        found.push((key.value().to_owned(), table.decode(key.value(), value.value())?));
    }
    Ok(found)
}

fn scan_table_back<T, R>(
    table: &Table<T>,
    open: &R,
    prefix: &str,
    before: Option<&str>,
    limit: usize,
) -> Result<Vec<(String, T)>, Error>
where
    T: Serialize + DeserializeOwned,
    R: ReadableTable<&'static str, &'static [u8]>,
{
    let end = before.map_or_else(|| format!("{prefix}\u{10FFFF}"), str::to_owned);
    let bounds = (std::ops::Bound::Included(prefix), std::ops::Bound::Excluded(end.as_str()));
    if end.as_str() <= prefix {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in open.range::<&str>(bounds)?.rev().take(limit) {
        let (key, value) = entry?;
        found.push((key.value().to_owned(), table.decode(key.value(), value.value())?));
    }
    Ok(found)
}

/// Both kinds of transaction open a table and read it in the same way.
macro_rules! reads {
    ($type:ty, $transaction:tt) => {
        impl Reads for $type {
            fn get<T>(&self, table: &Table<T>, key: &str) -> Result<Option<T>, Error>
            where
                T: Serialize + DeserializeOwned,
            {
                let open = self.$transaction.open_table(table.definition())?;
                let found = open.get(key)?;
                found.map(|it| table.decode(key, it.value())).transpose()
            }

            fn scan<T>(
                &self,
                table: &Table<T>,
                prefix: &str,
                after: Option<&str>,
                limit: usize,
            ) -> Result<Vec<(String, T)>, Error>
            where
                T: Serialize + DeserializeOwned,
            {
                let open = self.$transaction.open_table(table.definition())?;
                scan_table(table, &open, prefix, after, limit)
            }

            fn scan_back<T>(
                &self,
                table: &Table<T>,
                prefix: &str,
                before: Option<&str>,
                limit: usize,
            ) -> Result<Vec<(String, T)>, Error>
            where
                T: Serialize + DeserializeOwned,
            {
                let open = self.$transaction.open_table(table.definition())?;
                scan_table_back(table, &open, prefix, before, limit)
            }
        }
    };
}

reads!(Changes, transaction);
reads!(Reader, 0);

impl Reader {
    /// How many records have keys that begin with `prefix`, without reading them.
    pub fn count<T>(&self, table: &Table<T>, prefix: &str) -> Result<u64, Error>
    where
        T: Serialize + DeserializeOwned,
    {
        let open = self.0.open_table(table.definition())?;
        let end = format!("{prefix}\u{10FFFF}");
        let mut count = 0;
        for entry in open.range::<&str>(prefix..end.as_str())? {
            entry?;
            count += 1;
        }
        Ok(count)
    }
}

impl Changes {
    /// Milliseconds since 1970 at which the change is made: one time for all of it.
    pub fn now(&self) -> u64 {
        self.at_unix_milliseconds
    }

    /// Who makes the change.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Writes a record, new or in the place of the one with the key.
    pub fn put<T>(&self, table: &Table<T>, key: &str, value: &T) -> Result<(), Error>
    where
        T: Serialize + DeserializeOwned,
    {
        let bytes = table.encode(key, value)?;
        self.transaction.open_table(table.definition())?.insert(key, bytes.as_slice())?;
        Ok(())
    }

    /// Takes a record away.
    pub fn remove<T>(&self, table: &Table<T>, key: &str) -> Result<(), Error>
    where
        T: Serialize + DeserializeOwned,
    {
        self.transaction.open_table(table.definition())?.remove(key)?;
        Ok(())
    }

    /// Takes all records away whose keys begin with the prefix.
    pub fn remove_all<T>(&self, table: &Table<T>, prefix: &str) -> Result<(), Error>
    where
        T: Serialize + DeserializeOwned,
    {
        let mut open = self.transaction.open_table(table.definition())?;
        let end = format!("{prefix}\u{10FFFF}");
        open.retain_in::<&str, _>(prefix..end.as_str(), |_, _| false)?;
        Ok(())
    }

    /// Says more of the change in its line in the audit.
    pub fn detail(&self, words: String) {
        self.detail.replace(words);
    }

    /// The change's own line in the audit.
    pub(crate) fn audit(&self, action: &str, subject: &str) -> Result<(), Error> {
        let entry = AuditEntry {
            at_unix_milliseconds: self.at_unix_milliseconds,
            actor: self.actor.name.clone(),
            via: self.actor.via.clone(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail: self.detail.borrow().clone(),
        };
        self.append(&AUDIT, &entry)
    }

    /// Puts a message to a cluster in line; it is delivered after the commit, at least once.
    pub fn outbox(&self, entry: &OutboxEntry) -> Result<(), Error> {
        self.append(&OUTBOX, entry)
    }

    fn append<T>(&self, table: &Table<T>, value: &T) -> Result<(), Error>
    where
        T: Serialize + DeserializeOwned,
    {
        let last = self.scan_back(table, "", None, 1)?;
        let next = last.first().and_then(|(key, _)| key.parse::<u64>().ok()).map_or(1, |it| it + 1);
        self.put(table, &number(next), value)
    }
}

impl std::fmt::Debug for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Changes").field("actor", &self.actor).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}
