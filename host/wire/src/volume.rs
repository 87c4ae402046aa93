//! Volumes, which outlive the deployments that made them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A claim of a volume.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    pub name: String,
    /// The deployment that made it.
    pub deployment: String,
    pub owner: VolumeOwner,
    /// A Kubernetes quantity, such as `10Gi`.
    pub size: String,
    /// Absent: the cluster's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
    /// `Bound` once there is a volume behind the claim, `Pending` before.
    pub phase: String,
    /// RFC 3339.
    pub created_at: String,
}

/// What has become of the deployment that made a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VolumeOwner {
    Deployed,
    Archived,
    Deleted,
}

/// Deleting an archived deployment with its volumes.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cleanup {
    /// The names of all volumes of the deployment, as you have seen them. If others are there, nothing is deleted.
    pub volumes: Vec<String>,
}
