//! Why something an author asked for was not done.

use std::io;
use std::path::{Path, PathBuf};

/// What happened, to what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    /// A golden file that is not of the form.
    #[error("{}: {reason}", path.display())]
    Golden { path: PathBuf, reason: String },
    /// There is no plugin in the folder.
    #[error("{} holds no Cargo.toml, package.json, go.mod or pyproject.toml; name the folder of a plugin, or make one with `slipway plugin new`", .0.display())]
    NoPlugin(PathBuf),
    /// Somebody's files are there already.
    #[error("{} is there already; nothing was written", .0.display())]
    Exists(PathBuf),
    /// A tool that builds plugins said no, or is not there; what it said stands above.
    #[error("{tool} {reason}")]
    Tool { tool: &'static str, reason: String },
    #[error(transparent)]
    Engine(#[from] slipway_engine::Error),
    #[error(transparent)]
    Plan(#[from] slipway_model::plan::Error),
    #[error("{0}")]
    Name(#[from] slipway_model::name::Malformed),
}

impl Error {
    /// A failure of a file, for `map_err`.
    pub(crate) fn of(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    /// The guest's own backtrace and log, where there are some.
    pub fn backtrace(&self) -> Option<&str> {
        match self {
            Self::Plan(slipway_model::plan::Error::Trapped { backtrace, .. })
            | Self::Engine(slipway_engine::Error::Plugin(slipway_model::plan::Error::Trapped {
                backtrace,
                ..
            })) => Some(backtrace.as_str()).filter(|it| !it.trim().is_empty()),
            _ => None,
        }
    }
}
