//! Asking before something is deleted, or let in.

use std::io::{IsTerminal, Write};

use crate::error::Error;

/// Has whoever is at the terminal confirm; where nobody is, it takes `--yes`.
pub fn confirm(question: &str) -> Result<(), Error> {
    confirm_or(question, "nothing was deleted")
}

/// The same, with what to say where the answer is no.
pub fn confirm_or(question: &str, otherwise: &str) -> Result<(), Error> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::Usage("this takes --yes where nobody can be asked".into()));
    }
    eprint!("{question} [y/N] ");
    let _ = std::io::stderr().flush();
    let mut line = String::new();
    let terminal = |source| Error::File { path: "the terminal".into(), source };
    std::io::stdin().read_line(&mut line).map_err(terminal)?;
    if line.trim().eq_ignore_ascii_case("y") { Ok(()) } else { Err(Error::Usage(otherwise.into())) }
}
