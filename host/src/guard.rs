//! Which process of an instance is alive: a lock that the kernel lets go when its last holder ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::errno::Errno;
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

/// Takes the lock when no other process holds it any more, for a process that will inherit it and name itself. Blocks the thread.
pub fn wait_for(path: &Path) -> Result<Guard> {
    let file = open(path)?;
    file.lock().with_context(|| format!("{} cannot be locked", path.display()))?;
    file.set_len(0).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(Guard(file))
}

/// Names this process in a lock that it has inherited as its standard input. Whoever started it may be gone by now.
pub fn name_inherited() -> Result<()> {
    let input = std::io::stdin().as_fd().try_clone_to_owned().context("the lock is not there")?;
    Guard(input.into()).name(std::process::id())
}

/// Asks the holder to end, and ends it if it does not; `false` if there is none.
pub fn stop(path: &Path) -> Result<bool> {
    if !path.exists() || take(path)?.is_some() {
        return Ok(false);
    }
    let begun = Instant::now();
    let mut asked = None;
    while take(path)?.is_none() {
        // A holder that has just begun has not named itself yet.
        let holder = std::fs::read_to_string(path)?.trim().parse().ok();
        let is_late = begun.elapsed() > LONGEST_FAREWELL;
        match holder {
            Some(pid) if is_late => end(pid, Signal::SIGKILL)?,
            Some(pid) if asked != Some(pid) => end(pid, Signal::SIGTERM)?,
            None if is_late => bail!("{} is held, and names no process", path.display()),
            Some(_) | None => {}
        }
        asked = holder;
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(true)
}

/// One that has ended by itself is no failure.
fn end(pid: i32, signal: Signal) -> Result<()> {
    match kill(Pid::from_raw(pid), signal) {
        Ok(()) | Err(Errno::ESRCH) => Ok(()),
        Err(error) => Err(error).with_context(|| format!("process {pid} cannot be ended")),
    }
}

impl Guard {
    /// The open lock, for a process that is to hold it from then on. Closing this one does not unlock what that one has open.
    pub fn into_file(self) -> File {
        self.0
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
