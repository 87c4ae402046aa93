//! A situation: what plugins would be given for one app right now, so that one can be tried that is not installed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::grant::PodSecurity;
use crate::object::Object;
use crate::plan::{App, Observed};

/// An app as plugins would see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Situation {
    /// With the revision that a change would make.
    pub app: App,
    pub facts: Value,
    pub pod_security: PodSecurity,
    /// References where secrets are; none for a deployment that is not there yet.
    pub values: Option<Value>,
    /// Of the deployment's control plugin.
    pub options: Value,
    /// What is wanted now.
    pub desired: Vec<Object>,
    /// What is in the cluster now.
    pub observed: Vec<Observed>,
}
