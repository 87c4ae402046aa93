//! Which process of an instance is alive: a lock that the kernel lets go when its last holder ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long a process may take to end when it is asked to; then it is ended.
const LONGEST_FAREWELL: Duration = Duration::from_secs(20);

/// A lock that is held as long as this or a process that it was passed to lives; the file names the holder.
#[derive(Debug)]
pub struct Guard(File);

/// Takes the lock; none if another process holds it.
pub fn take(path: &Path) -> Result<Option<Guard>> {
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => {
            let guard = Guard(file);
            guard.name(std::process::id())?;
            Ok(Some(guard))
        }
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

/// Takes the lock when no other process holds it any more. Blocks the thread.
pub fn wait_for(path: &Path) -> Result<Guard> {
    let file = open(path)?;
    file.lock().with_context(|| format!("{} cannot be locked", path.display()))?;
    let guard = Guard(file);
    guard.name(std::process::id())?;
    Ok(guard)
}

/// Asks the holder to end, and ends it if it does not; `false` if there is none.
pub fn stop(path: &Path) -> Result<bool> {
    if !path.exists() || take(path)?.is_some() {
        return Ok(false);
    }
    let text = std::fs::read_to_string(path)?;
    let pid =
        text.trim().parse().with_context(|| format!("{} names no process", path.display()))?;
    let pid = Pid::from_raw(pid);
    kill(pid, Signal::SIGTERM).context("the process cannot be asked to end")?;
    let begun = Instant::now();
    while take(path)?.is_none() {
        if begun.elapsed() > LONGEST_FAREWELL {
            kill(pid, Signal::SIGKILL).context("the process cannot be ended")?;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(true)
}

impl Guard {
    /// The open lock, for a process that is to hold it as well.
    pub fn share(&self) -> Result<File> {
        self.0.try_clone().context("the lock cannot be shared")
    }

    /// Leaves the lock to a process that shares it.
    pub fn pass_to(self, pid: u32) -> Result<()> {
        // Closing this file does not unlock what another process has open.
        self.name(pid)
    }

    fn name(&self, pid: u32) -> Result<()> {
        let mut file = &self.0;
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        write!(file, "{pid}").context("the lock file cannot be written")
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("{} cannot be opened", path.display()))
}
