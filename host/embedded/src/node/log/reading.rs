//! Reading a log: what is wanted of it, and what comes while it is followed.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use jiff::Timestamp;

use super::aside;

/// What is wanted of a log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Only the last lines.
    pub tail_lines: Option<usize>,
    /// Only lines from then on.
    pub since: Option<Timestamp>,
    /// With the time in front of each line.
    pub timestamps: bool,
}

/// What was read, and where to read on.
pub(crate) struct Part {
    pub text: Vec<u8>,
    pub end: u64,
}

/// Reads from `from` to the end. From the beginning the older part is read as well. It blocks on the disk.
pub(crate) fn read(path: &Path, wanted: &Wanted, from: u64) -> io::Result<Part> {
    let mut lines = VecDeque::new();
    if from == 0 {
        collect(&aside(path), wanted, 0, &mut lines)?;
    }
    let end = collect(path, wanted, from, &mut lines)?;
    Ok(Part { text: lines.into_iter().flatten().collect(), end })
}

fn collect(
    path: &Path,
    wanted: &Wanted,
    from: u64,
    lines: &mut VecDeque<Vec<u8>>,
) -> io::Result<u64> {
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    // A file that is shorter than what was read of it was put aside: the new one is read from its beginning.
    let mut at = if from > file.metadata()?.len() { 0 } else { from };
    file.seek(SeekFrom::Start(at))?;
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = reader.read_until(b'\n', &mut line)?;
        if count == 0 || line.last() != Some(&b'\n') {
            // A line that is not whole yet is read next time.
            return Ok(at);
        }
        at += count as u64;
        if let Some(told) = told(&line, wanted) {
            lines.push_back(told);
            if wanted.tail_lines.is_some_and(|most| lines.len() > most) {
                lines.pop_front();
            }
        }
    }
}

/// The line as it is told, if it is wanted.
fn told(line: &[u8], wanted: &Wanted) -> Option<Vec<u8>> {
    let mut parts = line.splitn(4, |it| *it == b' ');
    let time = parts.next()?;
    let text = parts.nth(2)?;
    if let Some(since) = wanted.since {
        let time: Timestamp = std::str::from_utf8(time).ok()?.parse().ok()?;
        if time < since {
            return None;
        }
    }
    if wanted.timestamps {
        return Some([time, b" ", text].concat());
    }
    Some(text.to_vec())
}
