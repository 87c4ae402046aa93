//! The cache with real files.

use super::*;

/// The smallest component.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

fn cache(folder: &Path) -> Cache {
    let engine = crate::engine::wasmtime(1).unwrap();
    Cache::open(folder, &engine).unwrap()
}

fn filled(folder: &Path) -> (Cache, Digest) {
    let cache = cache(folder);
    let digest = Digest::of(EMPTY);
    let code = cache.wasmtime.precompile_component(EMPTY).unwrap();
    cache.store(&digest, b"{}", &code).unwrap().unwrap();
    (cache, digest)
}

#[test]
fn what_was_stored_is_loaded_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (_, digest) = filled(folder.path());
    let again = cache(folder.path());
    assert_eq!(again.load(&digest).unwrap().unwrap().1, b"{}");
}

#[test]
fn a_file_that_somebody_changed_is_not_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, digest) = filled(folder.path());
    let code = cache.code(&digest);
    let mut content = fs::read(&code).unwrap();
    let last = content.len() - 1;
    content[last] ^= 1;
    write(&code, &content).unwrap();
    assert!(cache.load(&digest).unwrap().is_none());
}

#[test]
fn a_file_from_outside_is_not_loaded() {
    let (here, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (foreign, digest) = filled(elsewhere.path());
    let cache = cache(here.path());
    fs::copy(foreign.code(&digest), cache.code(&digest)).unwrap();
    fs::copy(foreign.note(&digest), cache.note(&digest)).unwrap();
    assert!(cache.load(&digest).unwrap().is_none());
}

#[test]
fn nobody_else_can_read_the_folder_or_the_key() {
    let folder = tempfile::tempdir().unwrap();
    cache(folder.path());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.path()), 0o700);
    assert_eq!(mode(&folder.path().join("key")), 0o600);
}

#[test]
fn what_another_wasmtime_compiled_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join(format!("{}.0000000000000000.code", "0".repeat(64)));
    cache(folder.path());
    fs::write(&old, b"old").unwrap();
    cache(folder.path());
    assert!(!old.exists());
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn what_cannot_be_stored_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken.code");
    fs::create_dir(&taken).unwrap();
    write(&taken, b"content").unwrap_err();
    assert_eq!(names(folder.path()), ["taken.code"]);
}

#[test]
fn what_a_crash_left_unfinished_is_swept_once_nobody_can_be_writing_it() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, digest) = filled(folder.path());
    let now = std::time::SystemTime::now();
    let unfinished = |of: PathBuf, count: &str, age: Duration| {
        let path = of.with_added_extension(count);
        fs::write(&path, b"half").unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(now - age).unwrap();
        path
    };
    let old = [
        unfinished(cache.code(&digest), "17-0", LEFT_BEHIND),
        unfinished(cache.note(&digest), "17-1", LEFT_BEHIND * 2),
    ];
    let young = unfinished(cache.code(&digest), "18-0", LEFT_BEHIND / 2);
    let again = self::cache(folder.path());
    assert!(old.iter().all(|it| !it.exists()));
    assert!(young.exists(), "another process may be about to give it its name");
    assert!(again.load(&digest).unwrap().is_some());
}
