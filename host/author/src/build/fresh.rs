//! Whether a component is of the sources as they are now, for languages in which building takes long.

use std::path::{Path, PathBuf};

use slipway_model::digest::Digest;

use crate::error::Error;

/// Made by tools, or asked only of what is built.
const NO_SOURCES: [&str; 3] = ["dist", "golden", "__pycache__"];

/// What the files below some folders are, as one text; `besides` is what else the component depends on.
pub fn sources(folders: &[PathBuf], besides: &str) -> Result<String, Error> {
    let mut text = besides.to_owned();
    for folder in folders {
        add(folder, folder, &mut text)?;
    }
    Ok(Digest::of(text.as_bytes()).as_str().to_owned())
}

/// Whether the component is there, and was made of these.
pub fn is_fresh(component: &Path, note: &Path, sources: &str) -> bool {
    component.is_file() && std::fs::read_to_string(note).is_ok_and(|it| it == sources)
}

fn add(root: &Path, folder: &Path, text: &mut String) -> Result<(), Error> {
    let entries = std::fs::read_dir(folder).map_err(Error::of(folder))?;
    let paths = entries.map(|it| it.map(|it| it.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(Error::of(folder))?;
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || NO_SOURCES.contains(&name.as_ref()) {
            continue;
        }
        if path.is_dir() {
            add(root, &path, text)?;
        } else {
            let bytes = std::fs::read(&path).map_err(Error::of(&path))?;
            let name = path.strip_prefix(root).unwrap_or(&path).display();
            text.push_str(&format!("{name}\n{}\n", Digest::of(&bytes).as_str()));
        }
    }
    Ok(())
}
