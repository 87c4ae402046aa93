//! Deployments and their revisions.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use slipway_model::digest::Digest;
use slipway_model::healing::{Course, Healing};
use slipway_model::health::Health;
use slipway_model::name::{AppName, PluginName, ProjectName, UserName};
use slipway_model::operation::{OperationKind, OperationState};
use slipway_model::phase::Phase;
use slipway_model::plan::Link;
use slipway_model::transition;

use crate::seal::Sealed;

/// A blueprint at one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlueprintRef {
    /// Whose it is, where a project made it for itself; none: the instance's.
    #[serde(default)]
    pub project: Option<ProjectName>,
    pub name: PluginName,
    pub version: String,
    pub digest: Digest,
}

fn unknown() -> Health {
    Health::Unknown
}

/// A deployment as it stands: what is wanted, and what was last reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    pub id: String,
    pub project: ProjectName,
    pub name: AppName,
    pub blueprint: BlueprintRef,
    pub control: Digest,
    pub control_options: Value,
    /// The revision that is wanted.
    pub revision: u64,
    /// The last one that was brought live.
    pub good_revision: Option<u64>,
    /// The one that was live before it, unless somebody went back from it.
    #[serde(default)]
    pub former_good: Option<u64>,
    #[serde(default)]
    pub healing: Healing,
    #[serde(default)]
    pub course: Course,
    /// The revision that healing last went back from.
    #[serde(default)]
    pub went_back_from: Option<u64>,
    /// The revision to which a person last went back.
    #[serde(default)]
    pub brought_back: Option<u64>,
    /// The newest operation.
    pub operation: String,
    pub operation_kind: OperationKind,
    pub operation_state: OperationState,
    pub phase: Phase,
    pub health: Health,
    /// Of what runs alone, see `Report::workloads`; `Unknown` until it is reported.
    #[serde(default = "unknown")]
    pub workloads: Health,
    /// The phase and health for a person.
    pub message: String,
    pub links: Vec<Link>,
    pub created_unix_milliseconds: u64,
    pub updated_unix_milliseconds: u64,
}

impl Deployment {
    /// The newest operation.
    pub fn last(&self) -> transition::Last {
        (self.operation_kind, self.operation_state)
    }

    /// Where the newest operation is in its table.
    pub fn operation_key(&self) -> String {
        format!("{}/{}", self.id, self.operation)
    }
}

/// An immutable snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    pub number: u64,
    pub blueprint: BlueprintRef,
    /// References where secrets are.
    pub values: Value,
    pub author: UserName,
    pub message: String,
    pub created_unix_milliseconds: u64,
}

/// The text of a secret value, as one revision set it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    pub sealed: Sealed,
}
