//! Contexts: the servers that somebody is signed in to, in a file that only they may read.

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contexts {
    #[serde(default)]
    pub current_context: Option<String>,
    #[serde(default)]
    pub contexts: Vec<Context>,
}

/// One server, and who one is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    pub name: String,
    pub url: String,
    pub user: String,
    pub access_token: String,
    pub refresh_token: String,
    /// The project that commands mean when none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}

/// Where the file is: `SLIPWAY_CONFIG`, or the user's configuration directory.
fn path(named: Option<&PathBuf>) -> PathBuf {
    named.cloned().unwrap_or_else(|| {
        directories::BaseDirs::new()
            .map_or_else(|| PathBuf::from("."), |it| it.config_dir().to_owned())
            .join("slipway/config.yaml")
    })
}

impl Contexts {
    /// Reads the file; one that is not there is empty.
    pub fn load(named: Option<&PathBuf>) -> Result<Self, Error> {
        let path = path(named);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(source) => return Err(Error::File { path: path.display().to_string(), source }),
        };
        serde_yaml_ng::from_str(&text).map_err(|error| Error::File {
            path: path.display().to_string(),
            source: std::io::Error::other(error),
        })
    }

    /// Writes the file, whole or not at all, with mode 0600.
    pub fn save(&self, named: Option<&PathBuf>) -> Result<(), Error> {
        let path = path(named);
        let failed = |source| Error::File { path: path.display().to_string(), source };
        let text =
            serde_yaml_ng::to_string(self).map_err(|it| failed(std::io::Error::other(it)))?;
        if let Some(folder) = path.parent() {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(failed)?;
        }
        let new = path.with_extension("new");
        let mut options = std::fs::OpenOptions::new();
        let mut file = options
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)
            .map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        std::fs::rename(&new, &path).map_err(failed)
    }

    /// The context with the name, or the current one.
    pub fn find(&self, name: Option<&str>) -> Option<&Context> {
        let name = name.or(self.current_context.as_deref())?;
        self.contexts.iter().find(|it| it.name == name)
    }

    /// Adds a context or takes the place of the one with its name, and makes it the current one.
    pub fn put(&mut self, context: Context) {
        self.current_context = Some(context.name.clone());
        self.contexts.retain(|it| it.name != context.name);
        self.contexts.push(context);
    }
}
