//! What was done: operations, the audit, and what clusters are still to be told.

use serde::{Deserialize, Serialize};
use slipway_model::name::{AppName, ClusterName, ProjectName};
use slipway_model::operation::{OperationKind, OperationState};
use slipway_model::plan::Failure;
use slipway_model::rollout::Step;

/// One operation on a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    pub id: String,
    pub deployment: String,
    pub project: ProjectName,
    pub app: AppName,
    pub kind: OperationKind,
    pub state: OperationState,
    pub actor: String,
    pub revision: u64,
    pub message: String,
    /// Why it was begun, where that is not plain: healing says so.
    #[serde(default)]
    pub reason: String,
    pub failure: Option<Failure>,
    pub started_unix_milliseconds: u64,
    pub finished_unix_milliseconds: Option<u64>,
    pub steps: Vec<Step>,
}

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub at_unix_milliseconds: u64,
    pub actor: String,
    pub via: String,
    /// `deployment.update`, ...
    pub action: String,
    /// `project/deployment`, ...
    pub subject: String,
    /// What the action's name does not say, as which secrets were set.
    #[serde(default)]
    pub detail: String,
}

/// What a cluster is to be told. It names what changed; what is told is read when it is delivered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "tell")]
pub enum OutboxEntry {
    /// The project exists.
    Project { cluster: ClusterName, project: ProjectName },
    /// The project is gone.
    ProjectGone { cluster: ClusterName, project: ProjectName },
    /// The deployment wants another revision or operation.
    Rollout { cluster: ClusterName, project: ProjectName, app: AppName },
    /// The deployment is to go.
    RolloutGone { cluster: ClusterName, project: ProjectName, app: AppName },
}

impl OutboxEntry {
    /// Whether it is about the project itself, on which everything else in it stands.
    pub fn is_of_a_project(&self) -> bool {
        match self {
            Self::Project { .. } | Self::ProjectGone { .. } => true,
            Self::Rollout { .. } | Self::RolloutGone { .. } => false,
        }
    }

    /// Whom to tell.
    pub fn cluster(&self) -> &ClusterName {
        match self {
            Self::Project { cluster, .. }
            | Self::ProjectGone { cluster, .. }
            | Self::Rollout { cluster, .. }
            | Self::RolloutGone { cluster, .. } => cluster,
        }
    }
}
