//! What the parent module promises, held to it.

use super::*;

fn text(path: &Path, wanted: &Wanted) -> String {
    String::from_utf8(read(path, wanted, 0).unwrap().text).unwrap()
}

#[test]
fn lines_are_read_back_with_and_without_their_time() {
    let dir = tempfile::tempdir().unwrap();
    let log = Log::open(file(dir.path(), "app", 0));
    log.line(Source::Out, b"one");
    log.line(Source::Error, b"two with spaces");
    assert_eq!(text(log.path(), &Wanted::default()), "one\ntwo with spaces\n");
    let last = Wanted { tail_lines: Some(1), ..Wanted::default() };
    assert_eq!(text(log.path(), &last), "two with spaces\n");
    let timed = text(log.path(), &Wanted { timestamps: true, ..Wanted::default() });
    let (time, rest) = timed.lines().next().unwrap().split_once(' ').unwrap();
    assert!(
        time.parse::<Timestamp>().is_ok() && time.len() == "2026-01-01T00:00:00.000000000Z".len()
    );
    assert_eq!(rest, "one");
    let later = Wanted { since: Some(Timestamp::MAX), ..Wanted::default() };
    assert_eq!(text(log.path(), &later), "");
}

#[test]
fn reading_goes_on_where_it_ended() {
    let dir = tempfile::tempdir().unwrap();
    let log = Log::open(file(dir.path(), "app", 0));
    log.line(Source::Out, b"one");
    let end = read(log.path(), &Wanted::default(), 0).unwrap().end;
    log.line(Source::Out, b"two");
    assert_eq!(read(log.path(), &Wanted::default(), end).unwrap().text, b"two\n");
}

#[test]
fn logs_of_earlier_runs_go_with_their_older_parts() {
    let dir = tempfile::tempdir().unwrap();
    for run in 0..4 {
        for container in ["app", "app-2"] {
            let path = file(dir.path(), container, run);
            Log::open(path.clone()).line(Source::Out, b"one");
            std::fs::write(aside(&path), b"older").unwrap();
        }
    }
    std::fs::write(dir.path().join("app.0.txt"), b"no log").unwrap();
    remove_before(dir.path(), "app", 2).unwrap();
    let left = |container| -> Vec<bool> {
        let paths = (0..4).map(|run| file(dir.path(), container, run));
        paths.flat_map(|it| [it.exists(), aside(&it).exists()]).collect()
    };
    assert_eq!(left("app"), [false, false, false, false, true, true, true, true]);
    assert_eq!(left("app-2"), [true; 8]);
    assert!(dir.path().join("app.0.txt").exists());
    remove_before(&dir.path().join("nowhere"), "app", 2).unwrap();
}
