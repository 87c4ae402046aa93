//! Scaffold: a folder with a plugin that builds and passes its tests at once.
//!
//! The SDKs are in no public registry yet, so that of the language is written beside the plugin, with the contract where the
//! language's tools need it, and with the versions of packages that it is tested with.

mod go;
mod python;
mod rust;
mod typescript;

use std::path::{Path, PathBuf};

use slipway_engine::World;
use slipway_model::name::PluginName;

use crate::error::Error;
use crate::sources::{Templates, files};

/// The languages that a plugin can be begun in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Rust,
    TypeScript,
    Go,
    Python,
}

impl Language {
    /// As templates are called.
    fn short(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::TypeScript => "ts",
            Self::Go => "go",
            Self::Python => "py",
        }
    }

    /// Where the plugin's own code begins.
    pub fn main(self) -> &'static str {
        match self {
            Self::Rust => "src/lib.rs",
            Self::TypeScript => "src/main.ts",
            Self::Go => "main.go",
            Self::Python => "main.py",
        }
    }
}

/// What is to be made.
#[derive(Clone, Debug)]
pub struct Scaffold {
    pub name: PluginName,
    pub language: Language,
    pub world: World,
}

/// Names of files in the new folder, with what is in them.
type Files = Vec<(String, Vec<u8>)>;

/// Makes the folder; answers with the files in it. A folder that is there already is left as it is.
pub fn scaffold(folder: &Path, what: &Scaffold) -> Result<Vec<PathBuf>, Error> {
    if folder.exists() {
        return Err(Error::Exists(folder.to_owned()));
    }
    let beside = match what.language {
        Language::Rust => rust::beside(&what.name),
        Language::TypeScript => typescript::beside(&what.name),
        Language::Go => go::beside(&what.name),
        Language::Python => python::beside(&what.name),
    };
    let mut made = Vec::new();
    for (name, bytes) in own(what).into_iter().chain(beside) {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(Error::of(parent))?;
        std::fs::write(&path, bytes).map_err(Error::of(&path))?;
        made.push(path);
    }
    Ok(made)
}

/// The plugin itself. Its golden files are the same in all languages, because it does the same.
fn own(what: &Scaffold) -> Files {
    let Scaffold { name, language, world } = what;
    let world = world.as_str();
    let mut own = files::<Templates>(&format!("{}-{world}/", language.short()));
    for (_, bytes) in &mut own {
        *bytes = String::from_utf8_lossy(bytes).replace("PLUGIN", name.as_str()).into_bytes();
    }
    let golden = files::<Templates>(&format!("golden/{world}/"));
    own.extend(golden.into_iter().map(|(name, bytes)| (format!("golden/{name}"), bytes)));
    own
}

/// Files below another folder.
fn under(folder: &str, files: Files) -> impl Iterator<Item = (String, Vec<u8>)> {
    files.into_iter().map(move |(name, bytes)| (format!("{folder}/{name}"), bytes))
}

#[cfg(test)]
mod tests;
