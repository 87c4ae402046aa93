//! Files of the user's, and what went wrong with them by their names.

use std::io;
use std::path::Path;

use crate::error::Error;

/// A file as it is.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(failed(path))
}

/// A file as text.
pub fn text(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(failed(path))
}

/// A failure of a file, for `map_err`.
pub fn failed(path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.display().to_string();
    move |source| Error::File { path, source }
}
