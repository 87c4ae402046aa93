//! Which process of an instance is alive: a lock that the kernel lets go when its holder ends, however it ends.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::fcntl::{Flock, FlockArg};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A lock that is held as long as this lives; the file names the holder.
#[derive(Debug)]
pub struct Guard {
    _lock: Flock<File>,
}

/// Takes the lock; none if another process holds it.
pub fn take(path: &Path) -> Result<Option<Guard>> {
    match Flock::lock(file(path)?, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => Ok(Some(named(lock)?)),
        Err((_, nix::errno::Errno::EWOULDBLOCK)) => Ok(None),
        Err((_, error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

/// Waits until no process holds the lock. Blocks the thread.
pub fn wait_until_free(path: &Path) -> Result<()> {
    let lock = Flock::lock(file(path)?, FlockArg::LockExclusive);
    lock.map(drop).map_err(|(_, error)| error).context("waiting for another process")
}

/// Asks the holder to end; `false` if there is none.
pub fn stop(path: &PathBuf) -> Result<bool> {
    if !path.exists() || take(path)?.is_some() {
        return Ok(false);
    }
    let text = std::fs::read_to_string(path)?;
    let pid: i32 =
        text.trim().parse().with_context(|| format!("{} names no process", path.display()))?;
    kill(Pid::from_raw(pid), Signal::SIGTERM).context("the process cannot be asked to end")?;
    wait_until_free(path)?;
    Ok(true)
}

fn file(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("{} cannot be opened", path.display()))
}

fn named(mut lock: Flock<File>) -> Result<Guard> {
    lock.set_len(0)?;
    lock.seek(SeekFrom::Start(0))?;
    write!(lock, "{}", std::process::id())?;
    lock.flush()?;
    Ok(Guard { _lock: lock })
}
