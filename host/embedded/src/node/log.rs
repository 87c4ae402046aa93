//! Logs of containers: one file for each run, a line for each line, with the time at which it came.
//!
//! The form is that of container runtimes: `<time> <stdout|stderr> F <text>`. A file that grows too large is put
//! aside once; what was aside before is gone.

mod reading;
mod writing;

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;

pub(super) use reading::{Wanted, read};
pub(super) use writing::Stream;

/// A file is put aside when it has grown to this.
const LARGEST_BYTES: u64 = 10 << 20;

/// Which of a guest's two streams.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    Out,
    Error,
}

/// The log of one run of a container.
pub(super) struct Log {
    path: PathBuf,
    file: Mutex<Option<(File, u64)>>,
    /// Counts lines; closed when the run is over.
    lines: watch::Sender<u64>,
}

/// The file of a run.
pub(super) fn file(folder: &Path, container: &str, run: i32) -> PathBuf {
    folder.join(format!("{container}.{run}.log"))
}

/// Removes the logs of a container's runs before this one.
pub(super) fn remove_before(folder: &Path, container: &str, run: i32) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
        if run_of(name, container).is_some_and(|it| it < run) {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Which run of the container this is the name of a file of, or of its older part.
fn run_of(name: &str, container: &str) -> Option<i32> {
    let (run, rest) = name.strip_prefix(container)?.strip_prefix('.')?.split_once('.')?;
    matches!(rest, "log" | "log.1").then(|| run.parse().ok())?
}

impl Log {
    pub fn open(path: PathBuf) -> Arc<Self> {
        Arc::new(Self { path, file: Mutex::new(None), lines: watch::Sender::new(0) })
    }

    /// Hears of each new line.
    pub fn lines(&self) -> watch::Receiver<u64> {
        self.lines.subscribe()
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line. A full disk loses lines, and never stops an app.
    pub fn line(&self, source: Source, text: &[u8]) {
        let name = match source {
            Source::Out => "stdout",
            Source::Error => "stderr",
        };
        let mut line = format!("{:.9} {name} F ", Timestamp::now()).into_bytes();
        line.extend_from_slice(text);
        line.push(b'\n');
        if let Err(error) = self.append(&line) {
            tracing::warn!(path = %self.path.display(), %error, "a line of a log was lost");
        }
        self.lines.send_modify(|count| *count += 1);
    }

    fn append(&self, line: &[u8]) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.as_ref().is_some_and(|(_, size)| *size > LARGEST_BYTES) {
            *file = None;
            std::fs::rename(&self.path, aside(&self.path))?;
        }
        if file.is_none() {
            if let Some(folder) = self.path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let opened = File::options().create(true).append(true).open(&self.path)?;
            let size = opened.metadata()?.len();
            *file = Some((opened, size));
        }
        if let Some((file, size)) = file.as_mut() {
            file.write_all(line)?;
            *size += line.len() as u64;
        }
        Ok(())
    }
}

/// Where the older part of a log lies.
fn aside(path: &Path) -> PathBuf {
    path.with_extension("log.1")
}

#[cfg(test)]
mod tests;
