//! A file that is there whole or not at all, whatever ends the process or the machine.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// What the name of an unfinished file begins with.
const UNFINISHED: &str = ".";

/// Writes a file that only this user may read, in the place of an older one of this name. It is on disk when this returns.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    unnamed(path, content)?.persist(path).map_err(|it| it.error)?;
    flush_folder_of(path)
}

/// Removes what a crash left unfinished in a folder. It is for folders of a single process, before it writes there:
/// what another one is just writing would go as well.
pub fn sweep(folder: &Path) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes())
            && entry.file_type()?.is_file()
        {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The content on disk, in a file that is to be given this name, and goes away where it is not.
pub(crate) fn unnamed(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    // Of mode 0600, as all files of this library.
    let mut file = Builder::new().prefix(UNFINISHED).tempfile_in(folder_of(path))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Puts on disk which names the path's folder has.
pub(crate) fn flush_folder_of(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image");
        write(&path, &[1; 4096]).unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(names(folder.path()), ["image"]);
    }

    #[test]
    fn a_file_that_does_not_get_its_name_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        std::fs::create_dir(&taken).unwrap();
        write(&taken, b"content").unwrap_err();
        assert_eq!(names(folder.path()), ["taken"]);
    }

    #[test]
    fn what_a_crash_left_unfinished_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image");
        write(&path, b"whole").unwrap();
        // As a process leaves it that is killed before the file has its name.
        unnamed(&path, b"half").unwrap().keep().unwrap();
        std::fs::create_dir(folder.path().join(".folder")).unwrap();
        assert_eq!(names(folder.path()).len(), 3);
        sweep(folder.path()).unwrap();
        assert_eq!(names(folder.path()), [".folder", "image"]);
        sweep(&folder.path().join("nowhere")).unwrap();
    }
}
