//! Projects, their members, and clusters.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Role;
use crate::deployment::ControlChoice;

/// A project that is to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewProject {
    /// DNS label of at most 40 characters; part of the apps' host names.
    pub name: String,
    /// Where its apps run; absent: the instance's default cluster.
    #[serde(default)]
    pub cluster: Option<String>,
}

/// A project.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    pub name: String,
    pub cluster: String,
    /// What the caller may do in it.
    pub role: Role,
    /// RFC 3339.
    pub created_at: String,
    /// Deployments in it.
    pub deployments: u64,
    pub quota: Quota,
}

/// What a project may use in all; what is absent has no bound. With a bound on processor or memory every pod must say
/// how much it sets aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quota {
    pub pods: u32,
    pub volume_claims: u32,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cpu_millicores: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub memory_mebibytes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub storage_gibibytes: Option<u32>,
    /// What the project's repositories may keep in the instance's registry.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub registry_mebibytes: Option<u32>,
}

/// A repository of the registry that the instance serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Repository {
    /// Such as `shop/web`.
    pub name: String,
    /// Whether anybody may pull from it, signed in or not.
    pub is_public: bool,
}

/// What a project keeps in the registry.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Repositories {
    pub items: Vec<Repository>,
    /// Each content counts once, however many of the project's repositories hold it; uploads under way count too.
    pub used_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quota_bytes: Option<u64>,
}

/// A user's role in a project.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Member {
    pub user: String,
    pub role: Role,
}

/// The role that a user is to have.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    pub role: Role,
}

/// A cluster that is to be added.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCluster {
    pub name: String,
    /// YAML whose credentials are all inside. Kept sealed, never shown again.
    #[schema(format = Password)]
    pub kubeconfig: String,
    /// Apps answer at `<name>.<project>.<base domain>`.
    pub base_domain: String,
    /// Where people reach its ingress; 80 by default.
    #[serde(default)]
    pub ingress_port: Option<u16>,
    /// Take it from another Slipway that works with it, which ends that one's work there.
    #[serde(default)]
    pub take_over: bool,
}

/// A cluster.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    pub name: String,
    /// `embedded` or `kubeconfig`.
    pub kind: String,
    pub base_domain: String,
    /// Whether it answers now.
    pub is_connected: bool,
    /// RFC 3339; since when it does not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lost_since: Option<String>,
    /// Why it does not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub message: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kubernetes_version: Option<String>,
    /// What new deployments get; absent: the instance's default, `rolling`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub control: Option<ControlChoice>,
}
