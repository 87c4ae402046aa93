//! Where things run: clusters and projects.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use slipway_model::grant::PodSecurity;
use slipway_model::name::{ClusterName, ProjectName};
use slipway_model::project::{Fence, Quota};

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
    /// What new deployments get; none: the instance's default.
    #[serde(default)]
    pub control: Option<ControlChoice>,
    pub created_unix_milliseconds: u64,
}

/// A control plugin by its name in the catalogue, and options laid over its defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlChoice {
    pub plugin: String,
    pub options: Value,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    pub name: ProjectName,
    pub cluster: ClusterName,
    pub pod_security: PodSecurity,
    #[serde(default)]
    pub quota: Quota,
    /// What its repositories may keep in the instance's registry; none: no bound.
    #[serde(default = "registry_mebibytes")]
    pub registry_mebibytes: Option<u32>,
    pub created_unix_milliseconds: u64,
}

/// 10 GiB: enough for any team, and too little to fill a disk by mistake. Projects from before the registry have it too.
#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's own type")]
fn registry_mebibytes() -> Option<u32> {
    Some(Project::DEFAULT_REGISTRY_MEBIBYTES)
}

/// A repository of the instance's registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    pub name: String,
    /// Whether anybody may pull from it, signed in or not.
    pub is_public: bool,
}

impl Project {
    /// What a new project's repositories may keep in the instance's registry.
    pub const DEFAULT_REGISTRY_MEBIBYTES: u32 = 10 << 10;

    /// How its namespace is fenced.
    pub fn fence(&self) -> Fence {
        Fence { pod_security: self.pod_security, quota: self.quota }
    }
}
