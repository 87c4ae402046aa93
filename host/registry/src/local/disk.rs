//! Files that are there whole or not at all.

use std::io::ErrorKind;
use std::path::Path;

use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use super::Error;

pub(super) fn failed(
    attempt: &'static str,
    path: &Path,
) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::Disk { attempt, path, source }
}

/// Writes beside the place, flushes, renames, flushes the directory.
pub(super) async fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    let parent = path.parent().expect("every file of the store lies in a folder of it");
    fs::create_dir_all(parent).await.map_err(failed("make the directory", parent))?;
    // A folder in front of an unfinished file's name would need to exist; a dot keeps it out of listings.
    let beside = parent.join(format!(".{}", uuid::Uuid::now_v7()));
    let written = write_flushed(&beside, content).await;
    if let Err(error) = written {
        drop(fs::remove_file(&beside).await);
        return Err(error);
    }
    put_in_place(&beside, path).await
}

async fn write_flushed(path: &Path, content: &[u8]) -> Result<(), Error> {
    let mut file = fs::File::create_new(path).await.map_err(failed("create", path))?;
    file.write_all(content).await.map_err(failed("write", path))?;
    file.sync_all().await.map_err(failed("flush", path))
}

/// Renames a flushed file to its place, durably.
pub(super) async fn put_in_place(from: &Path, to: &Path) -> Result<(), Error> {
    let parent = to.parent().expect("every file of the store lies in a folder of it");
    fs::create_dir_all(parent).await.map_err(failed("make the directory", parent))?;
    fs::rename(from, to).await.map_err(failed("rename", from))?;
    let directory = fs::File::open(parent).await.map_err(failed("open", parent))?;
    directory.sync_all().await.map_err(failed("flush", parent))
}

/// What is in the file, if it is there.
pub(super) async fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path).await {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

/// How long the file is, if it is there.
pub(super) async fn size(path: &Path) -> Result<Option<u64>, Error> {
    match fs::metadata(path).await {
        Ok(it) => Ok(Some(it.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("look at", path)(error)),
    }
}

/// Removes the file; says whether it was there.
pub(super) async fn remove(path: &Path) -> Result<bool, Error> {
    match fs::remove_file(path).await {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed("remove", path)(error)),
    }
}

/// The names in a directory, sorted; none if it is not there. Unfinished files are left out.
pub(super) async fn names(path: &Path) -> Result<Vec<String>, Error> {
    let mut entries = match fs::read_dir(path).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed("list", path)(error)),
    };
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await.map_err(failed("list", path))? {
        names.extend(entry.file_name().into_string().ok().filter(|it| !it.starts_with('.')));
    }
    names.sort();
    Ok(names)
}
