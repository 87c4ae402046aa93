//! Plugins are compiled by a process of their own: what that takes is given back, and what goes wrong there ends there.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use slipway_tests::{Host, binary, guest, memory_kibibytes, root};

/// As the host asks for it.
fn compile(component: &[u8]) -> Output {
    let mut command = Command::new(binary());
    command
        .arg("compile-plugin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(component).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn what_compiling_takes_is_given_back() {
    let host = Host::start();
    let cli = host.cli();
    let before = memory_kibibytes(host.pid(), "RssAnon");
    // An interpreter: 2 s of compiling, and more than 100 MB.
    let notes = root().join("target/guests/typescript/notes.wasm");
    cli.say(&["plugin", "install", "--yes", &notes.display().to_string()]).ok();
    let left = memory_kibibytes(host.pid(), "RssAnon").saturating_sub(before);
    assert!(left < 40_000, "{left} KiB more than before");
}

#[test]
fn code_that_is_none_is_told_in_words_and_compiled_is_what_is() {
    let component = std::fs::read(guest("hello_web")).unwrap();
    let good = compile(&component);
    assert!(good.status.success() && good.stdout.starts_with(b"\x7fELF"), "{:?}", good.status);

    let bad = compile(&component[..component.len() / 2]);
    assert_eq!(bad.status.code(), Some(3));
    let words = String::from_utf8(bad.stderr).unwrap();
    assert!(words.contains("out of bounds") && bad.stdout.is_empty(), "{words}");
}
