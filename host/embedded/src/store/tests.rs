//! What watchers hear of commits that redb fails though they are in the file.

use serde_json::json;

use super::events::Gone;
use super::*;

/// Leaves in the file what such a commit leaves: a new version that nobody was told of.
fn write_untold(store: &Store) -> u64 {
    let written = store.db.write(|write| -> Result<u64, redb::Error> {
        let version = {
            let mut numbers = write.open_table(NUMBERS)?;
            let version = redb::ReadableTable::get(&numbers, VERSION)?.map_or(0, |it| it.value());
            numbers.insert(VERSION, version + 1)?;
            version + 1
        };
        write.commit()?;
        Ok(version)
    });
    written.unwrap()
}

/// What a watcher hears that has seen a version: the versions since then.
fn heard(store: &Store, seen: u64) -> Result<Vec<u64>, Gone> {
    let (events, _) = store.events.after(seen, usize::MAX, |_| true)?;
    Ok(events.iter().map(|it| it.version).collect())
}

async fn put(store: &Store, name: &str) {
    let key = Key::new(&"pods".into(), "default", name);
    let mut object = json!({"metadata": {"namespace": "default", "name": name, "uid": name}});
    let change = store.change(move |txn| {
        txn.put(key, &mut object);
        Ok(())
    });
    change.await.unwrap();
}

#[tokio::test]
async fn a_failed_commit_that_is_in_the_file_sends_watchers_to_look_at_everything() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("cluster.redb")).unwrap();
    put(&store, "a").await;
    let mut bell = store.events.bell();
    let seen = *bell.borrow_and_update();
    let failed = || Err(Refusal::unavailable("the disk failed"));

    let (answered, is_told) = tell(&store.db, &store.events, failed());
    assert!(answered.is_err() && is_told);
    assert!(!bell.has_changed().unwrap(), "it is not in the file");
    assert_eq!(heard(&store, seen), Ok(vec![]));

    let untold = write_untold(&store);
    let (answered, is_told) = tell(&store.db, &store.events, failed());
    assert!(answered.is_err() && is_told);
    assert!(bell.has_changed().unwrap());
    assert_eq!(heard(&store, seen), Err(Gone(untold)));
    assert_eq!(heard(&store, untold), Ok(vec![]));
}

#[tokio::test]
async fn a_change_after_one_that_nobody_was_told_of_does_not_hide_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("cluster.redb")).unwrap();
    put(&store, "a").await;
    let seen = *store.events.bell().borrow();
    let untold = write_untold(&store);
    put(&store, "b").await;
    assert_eq!(heard(&store, seen), Err(Gone(untold)));
    assert_eq!(heard(&store, untold), Ok(vec![untold + 1]));
}

#[tokio::test]
async fn changes_that_follow_each_other_are_all_told() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("cluster.redb")).unwrap();
    let seen = *store.events.bell().borrow();
    put(&store, "a").await;
    put(&store, "b").await;
    assert_eq!(heard(&store, seen), Ok(vec![seen + 1, seen + 2]));
}
