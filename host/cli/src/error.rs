//! Why a command failed, and the exit code that says so to scripts.

use std::process::ExitCode;

use slipway_registry::remote;
use slipway_wire::problem::Problem;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server answered with a problem.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// No answer.
    #[error("{url} does not answer: {reason}")]
    Unreachable { url: String, reason: String },
    /// Nobody is signed in.
    #[error("you are not signed in anywhere")]
    NoContext,
    /// What was asked for makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A file of the user's.
    #[error("{path}: {source}")]
    File { path: String, source: std::io::Error },
    /// An operation ended, and not well.
    #[error("{0}")]
    Failed(String),
    /// It took longer than asked for.
    #[error("it took longer than {0} s; it goes on, look with `slipway describe`")]
    OutOfTime(u64),
    /// A registry.
    #[error("{0}")]
    Registry(#[from] remote::Error),
    /// The two sides do not understand each other.
    #[error("the server's answer cannot be read: {0}; is it another version?")]
    Unreadable(String),
}

impl Error {
    /// What to do next, on a line of its own.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Problem(problem) => problem.hint.clone(),
            Self::Unreachable { .. } => Some(
                "Is it running? Start one with `slipway up`, or choose another with --context."
                    .into(),
            ),
            Self::NoContext => {
                Some("Run `slipway login URL`, or set SLIPWAY_URL and SLIPWAY_TOKEN.".into())
            }
            Self::Registry(remote::Error::Unauthorized { .. }) => Some(
                "Give --username and --password-stdin, or sign in with `docker login` or `skopeo login --compat-auth-file ~/.docker/config.json`."
                    .into(),
            ),
            Self::Registry(remote::Error::Registry { .. }) => Some(
                "Is the registry's name right? An authority of its own is named by --ca-file; plain HTTP takes --plain-http."
                    .into(),
            ),
            _ => None,
        }
    }

    /// 1 failed, 2 usage, 3 not found, 4 not signed in or not permitted, 124 out of time.
    pub fn code(&self) -> ExitCode {
        let code = match self {
            Self::Problem(problem) => match problem.status {
                404 => 3,
                401 | 403 => 4,
                _ => 1,
            },
            Self::NoContext | Self::Registry(remote::Error::Unauthorized { .. }) => 4,
            Self::Usage(_) | Self::Registry(remote::Error::Reference { .. }) => 2,
            Self::OutOfTime(_) => 124,
            Self::Registry(remote::Error::NotFound { .. }) => 3,
            Self::Unreachable { .. }
            | Self::Registry(_)
            | Self::File { .. }
            | Self::Failed(_)
            | Self::Unreadable(_) => 1,
        };
        ExitCode::from(code)
    }
}
