//! Files that are there whole or not at all.
//!
//! Each step is one piece of blocking work: once begun it is done, whether or not the request that asked for it is still there.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::Error;
use crate::digest::{Algorithm, Digest};

pub(super) fn failed(
    attempt: &'static str,
    path: &Path,
) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::Disk { attempt, path, source }
}

/// Does work that blocks on a thread for it.
pub(super) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|it| failed("go on with", Path::new(""))(std::io::Error::other(it)))?
}

/// Writes beside the place, flushes, renames, flushes the directory.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    let parent = parent(path);
    make_folder(parent)?;
    // A dot keeps it out of listings; what a crash leaves of it is swept.
    let beside = parent.join(format!(".{}", uuid::Uuid::now_v7()));
    let written = write_flushed(&beside, content).and_then(|()| put_in_place(&beside, path));
    if written.is_err() {
        drop(fs::remove_file(&beside));
    }
    written
}

fn write_flushed(path: &Path, content: &[u8]) -> Result<(), Error> {
    let mut file = File::create_new(path).map_err(failed("create", path))?;
    file.write_all(content).map_err(failed("write", path))?;
    file.sync_all().map_err(failed("flush", path))
}

/// Renames a flushed file to its place, durably.
pub(super) fn put_in_place(from: &Path, to: &Path) -> Result<(), Error> {
    let parent = parent(to);
    make_folder(parent)?;
    fs::rename(from, to).map_err(failed("rename", from))?;
    flush_folder(parent)
}

/// Makes an empty file, durably, or makes the one that is there young again; says whether it is new.
pub(super) fn mark(path: &Path) -> Result<bool, Error> {
    let parent = parent(path);
    make_folder(parent)?;
    match File::create_new(path) {
        Ok(_) => flush_folder(parent).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => touch(path).map(|()| false),
        Err(error) => Err(failed("create", path)(error)),
    }
}

/// Makes an empty file young again: the kernel dates it anew when it is opened to be emptied.
pub(super) fn touch(path: &Path) -> Result<(), Error> {
    let opened = fs::OpenOptions::new().write(true).truncate(true).open(path);
    match opened {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed("open", path)(error)),
    }
}

/// What is in the file, if it is there.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    found("read", path, fs::read(path))
}

/// How long the file is, if it is there.
pub(super) fn size(path: &Path) -> Result<Option<u64>, Error> {
    Ok(found("look at", path, fs::metadata(path))?.map(|it| it.len()))
}

/// When the file was last written, if it is there.
pub(super) fn written_at(path: &Path) -> Result<Option<SystemTime>, Error> {
    let written = fs::metadata(path).and_then(|it| it.modified());
    found("look at", path, written)
}

/// Removes the file, durably; says whether it was there.
pub(super) fn remove(path: &Path) -> Result<bool, Error> {
    let was_here = discard(path)?;
    if was_here {
        flush_removal(path)?;
    }
    Ok(was_here)
}

/// Removes the file; says whether it was there. A loss of power may bring it back until [`flush_removal`].
pub(super) fn discard(path: &Path) -> Result<bool, Error> {
    Ok(found("remove", path, fs::remove_file(path))?.is_some())
}

/// Makes it durable that something is gone from its folder, which may be gone as well.
pub(super) fn flush_removal(path: &Path) -> Result<(), Error> {
    let parent = parent(path);
    let flushed = File::open(parent).and_then(|it| it.sync_all());
    found("flush", parent, flushed).map(|_| ())
}

/// Removes the folder with all in it, durably.
pub(super) fn remove_folder(path: &Path) -> Result<(), Error> {
    match found("remove", path, fs::remove_dir_all(path))? {
        Some(()) => flush_removal(path),
        None => Ok(()),
    }
}

/// The names in a folder, sorted; none if it is not there. Unfinished files are left out.
pub(super) fn names(path: &Path) -> Result<Vec<String>, Error> {
    let mut names = entries(path)?;
    names.retain(|it| !it.starts_with('.'));
    names.sort();
    Ok(names)
}

/// Unfinished files in a folder: of writes that are going on, or that a crash ended.
pub(super) fn unfinished(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let names = entries(path)?.into_iter().filter(|it| it.starts_with('.'));
    Ok(names.map(|it| path.join(it)).collect())
}

/// The digest of a file's content, and its length.
pub(super) fn digest_of(path: &Path, algorithm: Algorithm) -> Result<(Digest, u64), Error> {
    let mut file = File::open(path).map_err(failed("open", path))?;
    let mut hasher = algorithm.hasher();
    let mut buffer = vec![0; 256 << 10];
    let mut length = 0;
    loop {
        let count = file.read(&mut buffer).map_err(failed("read", path))?;
        if count == 0 {
            file.sync_all().map_err(failed("flush", path))?;
            return Ok((hasher.finish(), length));
        }
        hasher.update(&buffer[..count]);
        length += count as u64;
    }
}

/// Makes a folder and those around it, each durably.
pub(super) fn make_folder(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(outer) = path.parent() {
        make_folder(outer)?;
    }
    match fs::create_dir(path) {
        Ok(()) => flush_folder(parent(path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed("make the directory", path)(error)),
    }
}

fn flush_folder(path: &Path) -> Result<(), Error> {
    let folder = File::open(path).map_err(failed("open", path))?;
    folder.sync_all().map_err(failed("flush", path))
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

fn entries(path: &Path) -> Result<Vec<String>, Error> {
    let Some(entries) = found("list", path, fs::read_dir(path))? else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed("list", path))?;
        names.extend(entry.file_name().into_string().ok());
    }
    Ok(names)
}

fn found<T>(
    attempt: &'static str,
    path: &Path,
    outcome: std::io::Result<T>,
) -> Result<Option<T>, Error> {
    match outcome {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(attempt, path)(error)),
    }
}
