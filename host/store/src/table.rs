//! Typed tables: text keys that sort as people expect, JSON values of one type.

use std::marker::PhantomData;

use redb::TableDefinition;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// A table of `T`. Keys are texts whose parts are joined by `/`; numbers in them have leading zeros.
#[derive(Debug)]
pub struct Table<T> {
    name: &'static str,
    value: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Table<T> {
    /// A table by its name on disk, which never changes.
    pub const fn new(name: &'static str) -> Self {
        Self { name, value: PhantomData }
    }

    /// Its name on disk.
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn definition(&self) -> TableDefinition<'static, &'static str, &'static [u8]> {
        TableDefinition::new(self.name)
    }

    pub(crate) fn decode(&self, key: &str, bytes: &[u8]) -> Result<T, Error> {
        serde_json::from_slice(bytes).map_err(|source| Error::Record {
            table: self.name,
            key: key.to_owned(),
            source,
        })
    }

    pub(crate) fn encode(&self, key: &str, value: &T) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(value).map_err(|source| Error::Record {
            table: self.name,
            key: key.to_owned(),
            source,
        })
    }
}

/// A number as a part of a key, so that the order of keys is the order of numbers.
pub fn number(number: u64) -> String {
    format!("{number:020}")
}
