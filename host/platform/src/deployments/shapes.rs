//! What is asked about deployments, and what is answered.

use serde_json::Value;
use slipway_store::record::{ControlChoice, Deployment, Operation};

use crate::control::ControlView;
use crate::market::Update;

/// A deployment that is to be made. Its values may hold secrets, so nothing prints them.
#[derive(Clone)]
pub struct NewDeployment {
    pub name: String,
    pub blueprint: String,
    /// Laid over the blueprint's defaults.
    pub values: Value,
    /// None: what the cluster has for new ones.
    pub control: Option<ControlChoice>,
    pub message: String,
}

/// A change of values, which may hold secrets, so nothing prints them.
#[derive(Clone, Default)]
pub struct NewRevision {
    /// Laid over the values of now.
    pub values: Value,
    pub upgrade_blueprint: bool,
    pub message: String,
    pub if_revision: Option<u64>,
}

impl std::fmt::Debug for NewDeployment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewDeployment").field("name", &self.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for NewRevision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewRevision").field("message", &self.message).finish_non_exhaustive()
    }
}

/// What an accepted change leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    pub deployment: Deployment,
    pub operation: Operation,
}

/// A deployment as it was known last.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    pub deployment: Deployment,
    /// Since when its cluster does not answer, in milliseconds since 1970: so old is what is known.
    pub stale_since: Option<u64>,
}

/// A deployment, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    pub deployment: Deployment,
    /// See [`Known::stale_since`].
    pub stale_since: Option<u64>,
    pub operation: Operation,
    pub values: Value,
    /// Where the blueprint has a value with that role.
    pub replicas: Option<u32>,
    pub control: ControlView,
    /// A newer version of its blueprint that could be taken.
    pub update: Option<Update>,
}
