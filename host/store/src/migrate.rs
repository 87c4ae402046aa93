//! The schema's version, and the way from each version to the next.

use std::path::Path;

use redb::{TableDefinition, WriteTransaction};
use slipway_database::File;

use crate::Error;
use crate::record;

const META: TableDefinition<'static, &'static str, u32> = TableDefinition::new("meta");
const SCHEMA: &str = "schema";

type Step = fn(&WriteTransaction) -> Result<(), Error>;

/// Step N brings version N to N + 1. A step that has been released is never changed.
const STEPS: &[Step] = &[first_tables, secrets, repositories, recordings, trust, marketplace];

/// Brings the file to this version. Before an older one is touched, a copy of it is laid beside.
pub fn migrate(file: &File, path: Option<&Path>) -> Result<(), Error> {
    let known = u32::try_from(STEPS.len()).expect("there are few steps");
    let found = version(file)?;
    if found > known {
        let path = path.unwrap_or(Path::new("in memory")).to_owned();
        return Err(Error::TooNew { path, found, known });
    }
    if found == known {
        return Ok(());
    }
    if let Some(path) = path.filter(|_| found > 0) {
        let backup = path.with_extension(format!("schema-{found}.bak"));
        std::fs::copy(path, &backup).map_err(|source| Error::File { path: backup, source })?;
    }
    file.write(|transaction| {
        for step in &STEPS[usize::try_from(found).expect("a u32 fits")..] {
            step(&transaction)?;
        }
        transaction.open_table(META)?.insert(SCHEMA, known)?;
        transaction.commit()?;
        Ok(())
    })
}

fn version(file: &File) -> Result<u32, Error> {
    let transaction = file.read()?;
    match transaction.open_table(META) {
        Ok(table) => Ok(table.get(SCHEMA)?.map_or(0, |it| it.value())),
        Err(redb::TableError::TableDoesNotExist(_)) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

fn first_tables(transaction: &WriteTransaction) -> Result<(), Error> {
    for name in record::TABLES {
        let table: TableDefinition<'_, &str, &[u8]> = TableDefinition::new(name);
        transaction.open_table(table)?;
    }
    Ok(())
}

/// Secrets of values got a table.
fn secrets(transaction: &WriteTransaction) -> Result<(), Error> {
    let table: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("secrets");
    transaction.open_table(table)?;
    Ok(())
}

/// The registry that an instance serves got repositories of projects.
fn repositories(transaction: &WriteTransaction) -> Result<(), Error> {
    let table: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("repositories");
    transaction.open_table(table)?;
    Ok(())
}

/// Operations can be replayed.
fn recordings(transaction: &WriteTransaction) -> Result<(), Error> {
    let table: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("recordings");
    transaction.open_table(table)?;
    Ok(())
}

/// Sources of plugins got rules.
fn trust(transaction: &WriteTransaction) -> Result<(), Error> {
    let table: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("trust");
    transaction.open_table(table)?;
    Ok(())
}

/// The instance became a marketplace.
fn marketplace(transaction: &WriteTransaction) -> Result<(), Error> {
    for name in ["sources", "offers", "shares", "subscriptions", "uses"] {
        let table: TableDefinition<'_, &str, &[u8]> = TableDefinition::new(name);
        transaction.open_table(table)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_first_schema_gets_what_came_later_and_a_copy_of_it_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.redb");
        let file = File::open(&path, 1 << 20).unwrap();
        let written: Result<(), Error> = file.write(|transaction| {
            first_tables(&transaction)?;
            transaction.open_table(META)?.insert(SCHEMA, 1)?;
            transaction.commit()?;
            Ok(())
        });
        written.unwrap();
        migrate(&file, Some(&path)).unwrap();
        assert_eq!(version(&file).unwrap(), 6);
        let read = file.read().unwrap();
        assert!(read.open_table(record::SECRETS.definition()).is_ok());
        assert!(read.open_table(record::REPOSITORIES.definition()).is_ok());
        assert!(read.open_table(record::RECORDINGS.definition()).is_ok());
        assert!(read.open_table(record::TRUST.definition()).is_ok());
        assert!(read.open_table(record::OFFERS.definition()).is_ok());
        assert!(directory.path().join("store.schema-1.bak").is_file());
    }

    #[test]
    fn a_newer_file_is_refused_and_left_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.redb");
        let file = File::open(&path, 1 << 20).unwrap();
        let written = file.write(|transaction| {
            transaction.open_table(META).unwrap().insert(SCHEMA, 99).unwrap();
            transaction.commit().map_err(redb::Error::from)
        });
        written.unwrap();
        let refused = migrate(&file, Some(&path));
        assert!(matches!(refused, Err(Error::TooNew { found: 99, .. })), "{refused:?}");
        assert_eq!(version(&file).unwrap(), 99);
    }
}
