//! Where things run: clusters and projects.

use serde::{Deserialize, Serialize};
use slipway_model::grant::PodSecurity;
use slipway_model::name::{ClusterName, ProjectName};

use crate::seal::Sealed;

/// How a cluster is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClusterKind {
    /// The one in this process.
    Embedded,
    /// By a kubeconfig.
    Kubeconfig,
}

/// A cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterRecord {
    pub name: ClusterName,
    pub kind: ClusterKind,
    /// Sealed under `clusters/<name>`.
    pub kubeconfig: Option<Sealed>,
    /// Apps get host names below it.
    pub base_domain: String,
    /// Where people reach its ingress, e.g. 80.
    pub ingress_port: u16,
    pub created_unix_milliseconds: u64,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    pub name: ProjectName,
    pub cluster: ClusterName,
    pub pod_security: PodSecurity,
    pub created_unix_milliseconds: u64,
}
