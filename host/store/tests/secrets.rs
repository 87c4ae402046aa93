//! Secrets of values: sealed on disk, whole or not at all, and named in the audit without their text.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use slipway_store::record::{AUDIT, SECRETS, Secret};
use slipway_store::{Actor, Error, Reads, Store};

const TEXT: &str = "correct horse battery staple";

#[test]
fn a_secret_lies_sealed_on_disk_and_opens_only_in_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), || 1).unwrap();
    let sealed = store.sealer().seal("secrets/id/password.1", TEXT).unwrap();
    let done: Result<(), Error> =
        store.change_now(Actor::host(), "deployment.update", "shop/web", |changes| {
            changes.detail("set /password".into());
            changes.put(&SECRETS, "id/password.1", &Secret { sealed })
        });
    done.unwrap();
    drop(store);

    for file in std::fs::read_dir(directory.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let is_in = bytes.windows(TEXT.len()).any(|it| it == TEXT.as_bytes());
        assert!(!is_in, "the text is readable in {}", path.display());
    }

    let store = Store::open(directory.path(), || 1).unwrap();
    let reader = store.read().unwrap();
    let found = reader.get(&SECRETS, "id/password.1").unwrap().unwrap();
    assert_eq!(store.sealer().open("secrets/id/password.1", &found.sealed).unwrap(), TEXT);
    let moved = store.sealer().open("secrets/other/password.1", &found.sealed);
    assert!(matches!(moved, Err(Error::Unsealable)), "{moved:?}");
    let audit = reader.all(&AUDIT, "").unwrap();
    assert_eq!(audit[0].1.detail, "set /password");
}

#[test]
fn a_change_that_fails_keeps_no_secret() {
    let store = Store::in_memory(|| 1).unwrap();
    let sealed = store.sealer().seal("secrets/id/password.1", TEXT).unwrap();
    let failed: Result<(), Error> =
        store.change_now(Actor::host(), "deployment.update", "shop/web", |changes| {
            changes.put(&SECRETS, "id/password.1", &Secret { sealed })?;
            Err(Error::Stopping)
        });
    assert!(failed.is_err());
    assert!(store.read().unwrap().get(&SECRETS, "id/password.1").unwrap().is_none());
}
