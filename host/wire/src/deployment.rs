//! Deployments, revisions, and what they look like in the cluster.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::market::UpdateNotice;
use crate::operation::Operation;

/// Octopod's six words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Phase {
    Running,
    Failure,
    CreatePending,
    UpdatePending,
    DeletePending,
    Archived,
}

/// Argo CD's six words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Health {
    Healthy,
    Progressing,
    Degraded,
    Suspended,
    Missing,
    Unknown,
}

/// A deployment that is to be made.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDeployment {
    /// DNS label of at most 40 characters.
    pub name: String,
    /// Name of a blueprint of the catalogue, or `shop/greeter` of what the project `shop` made.
    pub blueprint: String,
    /// Laid over the blueprint's defaults. Secrets (strings that the schema marks `writeOnly`) are given as text, and read
    /// back as a reference: `{"secretKeyRef": {"name": ..., "key": ...}}`.
    #[serde(default)]
    pub values: Value,
    /// Absent: what the cluster has for new deployments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlChoice>,
    /// Why, for the history.
    #[serde(default)]
    pub message: String,
}

/// Which control plugin, with which options.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ControlChoice {
    /// Name of an installed control plugin, e.g. `rolling` or `blue-green`.
    pub plugin: String,
    /// Laid over the plugin's defaults.
    #[serde(default)]
    pub options: Value,
}

/// The control plugin of a deployment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    pub plugin: String,
    pub version: String,
    pub title: String,
    /// All of them.
    pub options: Value,
    /// What can be asked of it: `promote`, `abort`, `pause`, ...
    pub operations: Vec<String>,
}

/// What is done by itself for an app that stays Degraded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Healing {
    pub on: bool,
    /// How long it may be Degraded before: first a restart, then back to the last good revision.
    pub after_seconds: u32,
    /// What was tried for the present illness.
    pub tries: u32,
    /// Everything was tried: a person has to look.
    pub is_given_up: bool,
}

/// How an app is to be healed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewHealing {
    pub on: bool,
    /// 5 to 86400; absent: 300.
    #[serde(default)]
    pub after_seconds: Option<u32>,
}

// Values may hold secrets, so nothing prints them.
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

/// A change of a deployment's values.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRevision {
    /// Laid over the values of now; `null` takes one away (RFC 7396). A secret that is left out, or sent back as the
    /// reference that was read, stays as it is.
    #[serde(default)]
    pub values: Value,
    /// Also take the version of the blueprint that the catalogue offers now.
    #[serde(default)]
    pub upgrade_blueprint: bool,
    #[serde(default)]
    pub message: String,
    /// Refuse if another revision than this one is wanted by now.
    #[serde(default)]
    pub if_revision: Option<u64>,
}

/// Back to an earlier revision.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rollback {
    /// Absent: the one before the present.
    #[serde(default)]
    pub revision: Option<u64>,
}

/// How many replicas are to run.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scale {
    pub replicas: u32,
}

/// A name and an address that people open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Link {
    pub name: String,
    pub url: String,
}

/// A deployment, as lists show it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    pub id: String,
    pub project: String,
    pub name: String,
    pub blueprint: String,
    pub blueprint_version: String,
    pub phase: Phase,
    pub health: Health,
    /// Both in a sentence.
    pub message: String,
    /// The revision that is wanted.
    pub revision: u64,
    /// The last one that was brought live.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub good_revision: Option<u64>,
    pub links: Vec<Link>,
    /// RFC 3339; since when its cluster does not answer: phase and health are as old as this. Absent while it answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stale_since: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// A deployment, whole.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentDetail {
    pub deployment: Deployment,
    /// Values of the wanted revision, defaults filled in; references where secrets are.
    pub values: Value,
    /// The newest operation.
    pub operation: Operation,
    /// Replicas that the values ask for, where the blueprint has such a value.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replicas: Option<u32>,
    pub control: Control,
    pub healing: Healing,
    /// A newer version of its blueprint, to be taken by an upgrade.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub update: Option<UpdateNotice>,
}

/// What an accepted change leads to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    pub deployment: Deployment,
    pub operation: Operation,
}

/// A revision.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    pub number: u64,
    pub blueprint: String,
    pub blueprint_version: String,
    pub blueprint_digest: String,
    /// References where secrets are.
    pub values: Value,
    pub author: String,
    pub message: String,
    /// RFC 3339.
    pub created_at: String,
    /// Whether it is the one that is wanted now.
    pub is_current: bool,
}

/// What a change would do, or what two revisions differ in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// Values that differ.
    pub values: Vec<ValueChange>,
    /// Objects that differ.
    pub objects: Vec<ObjectChange>,
}

/// One value that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ValueChange {
    /// JSON Pointer.
    pub field: String,
    /// Absent: it was not there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<Value>,
    /// Absent: it goes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<Value>,
}

/// One object that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectChange {
    pub api_version: String,
    pub kind: String,
    pub name: String,
    /// `added`, `changed` or `removed`.
    pub fate: String,
    /// Unified diff.
    pub text: String,
}

impl From<slipway_model::diff::ObjectChange> for ObjectChange {
    fn from(change: slipway_model::diff::ObjectChange) -> Self {
        let slipway_model::diff::ObjectChange { object, fate, text } = change;
        let slipway_model::object::ObjectRef { api_version, kind, name } = object;
        Self { api_version, kind, name, fate: fate.as_str().to_owned(), text }
    }
}

/// An object in the cluster.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterObject {
    pub api_version: String,
    pub kind: String,
    pub name: String,
    pub health: Health,
    /// The rule that decided.
    pub reason: String,
    pub message: String,
    /// RFC 3339.
    pub created_at: String,
    /// Kind and name of what owns it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<String>,
    /// Of a pod: its containers.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub containers: Vec<String>,
    /// Of a pod: restarts of all containers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub restarts: Option<u64>,
    /// The object itself, without managed fields; secrets are masked.
    pub object: Value,
}

/// A Kubernetes event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// RFC 3339.
    pub at: String,
    /// `Normal` or `Warning`.
    pub kind: String,
    pub reason: String,
    pub message: String,
    /// `Pod web-5d9`.
    pub about: String,
    pub count: i32,
}

/// What one pod uses now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodUsage {
    pub pod: String,
    pub cpu_millicores: u64,
    pub memory_bytes: u64,
}

/// What a deployment's pods use.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Usage {
    /// Whether the cluster tells figures at all.
    pub available: bool,
    pub pods: Vec<PodUsage>,
}

/// Which log lines are wanted.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct LogQuery {
    /// Absent: all pods of the deployment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pod: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub container: Option<String>,
    /// Lines from the end of each pod; 100 by default.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tail: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since_seconds: Option<i64>,
    /// Of the container's instance before this one.
    #[serde(default)]
    pub previous: bool,
}

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogLine {
    pub pod: String,
    /// RFC 3339; empty where the cluster gave none.
    pub at: String,
    pub line: String,
}
