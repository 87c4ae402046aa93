//! Ended at any moment, the store holds all that it acknowledged, and nothing by half.
//!
//! The test starts itself again as the writer and kills that process in the middle of its work, again and again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use slipway_store::record::{AUDIT, KEYS, Key, OUTBOX, OutboxEntry};
use slipway_store::{Actor, Error, Reads, Store};

const WRITER: &str = "SLIPWAY_CRASH_WRITER";
const ROUNDS: u64 = 30;

fn open(directory: &Path) -> Store {
    Store::open(directory, || 1_700_000_000_000).expect("the store opens after every end")
}

fn name(number: u64) -> String {
    format!("{number:08}")
}

/// Writes for ever: each change a record, a line of the audit and an entry of the outbox; says each on stdout.
fn write(directory: &Path) {
    let store = open(directory);
    let first = store.read().unwrap().count(&KEYS, "").unwrap();
    for number in first.. {
        let done: Result<(), Error> =
            store.change_now(Actor::host(), "write", &name(number), |changes| {
                let text = store
                    .sealer()
                    .seal("key", &"x".repeat(usize::try_from(number % 5000).unwrap()))?;
                changes.put(&KEYS, &name(number), &Key { sealed: text })?;
                changes.outbox(&OutboxEntry::Project {
                    cluster: "here".parse().unwrap(),
                    project: format!("p{number}").parse().unwrap(),
                })
            });
        done.unwrap();
        println!("{number}");
    }
}

#[test]
fn what_was_acknowledged_is_there_and_nothing_is_there_by_half() {
    if let Some(directory) = std::env::var_os(WRITER) {
        write(Path::new(&directory));
    }
    let directory = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "what_was_acknowledged_is_there_and_nothing_is_there_by_half",
                "--nocapture",
            ])
            .env(WRITER, directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            let numbers =
                lines.lines().map_while(Result::ok).filter_map(|it| it.parse::<u64>().ok());
            numbers.last()
        });
        std::thread::sleep(Duration::from_millis(60 + round * 7));
        child.kill().unwrap();
        child.wait().unwrap();
        if let Some(last) = reader.join().unwrap() {
            acknowledged = last + 1;
        }

        let store = open(directory.path());
        let reader = store.read().unwrap();
        let records = reader.count(&KEYS, "").unwrap();
        assert!(
            records >= acknowledged,
            "round {round}: {acknowledged} acknowledged, {records} there"
        );
        assert!(records <= acknowledged + 1, "round {round}: one change at a time");
        assert_eq!(
            reader.count(&AUDIT, "").unwrap(),
            records,
            "round {round}: a line of the audit each"
        );
        assert_eq!(
            reader.count(&OUTBOX, "").unwrap(),
            records,
            "round {round}: an outbox entry each"
        );
        for number in records.saturating_sub(3)..records {
            let key = reader.get(&KEYS, &name(number)).unwrap().expect("no gap");
            let text = store.sealer().open("key", &key.sealed).unwrap();
            assert_eq!(text.len() as u64, number % 5000, "round {round}: whole");
        }
    }
    assert!(acknowledged > ROUNDS, "only {acknowledged} were acknowledged: nothing was tried");
}
