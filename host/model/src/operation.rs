//! Operations: what can be done to a deployment, and how far it is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What can be done to a deployment (DESIGN part 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperationKind {
    Create,
    Update,
    Rollback,
    Promote,
    Abort,
    Pause,
    Resume,
    Restart,
    Heal,
    Archive,
    Restore,
    Cleanup,
    Delete,
}

impl OperationKind {
    const ALL: [(Self, &'static str); 13] = [
        (Self::Create, "create"),
        (Self::Update, "update"),
        (Self::Rollback, "rollback"),
        (Self::Promote, "promote"),
        (Self::Abort, "abort"),
        (Self::Pause, "pause"),
        (Self::Resume, "resume"),
        (Self::Restart, "restart"),
        (Self::Heal, "heal"),
        (Self::Archive, "archive"),
        (Self::Restore, "restore"),
        (Self::Cleanup, "cleanup"),
        (Self::Delete, "delete"),
    ];

    /// The word that plugins, people and programs use for it.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}

impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word is no operation.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no operation")]
pub struct Unknown(pub String);

impl FromStr for OperationKind {
    type Err = Unknown;

    fn from_str(word: &str) -> Result<Self, Unknown> {
        let found = Self::ALL.iter().find(|(_, it)| *it == word);
        found.map(|(kind, _)| *kind).ok_or_else(|| Unknown(word.to_owned()))
    }
}

/// How an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperationState {
    /// Stored; the cluster has not seen it yet.
    Pending,
    Running,
    Succeeded,
    Failed,
    /// A later operation took its place before it ended.
    Superseded,
}

impl OperationState {
    /// Whether nothing will change any more.
    pub fn is_over(self) -> bool {
        match self {
            Self::Pending | Self::Running => false,
            Self::Succeeded | Self::Failed | Self::Superseded => true,
        }
    }
}
