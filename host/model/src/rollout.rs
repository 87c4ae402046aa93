//! A rollout: what a cluster is told of a deployment's current revision, and what it reports back.
//!
//! The store is the owner of intent; a rollout is its projection into the cluster. Edges (the custom
//! resource, the store) have their own serialized forms where they need to differ.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest::Digest;
use crate::grant::PodSecurity;
use crate::health::{Health, Verdict};
use crate::name::{AppName, ProjectName};
use crate::object::ObjectRef;
use crate::operation::{OperationKind, OperationState};
use crate::plan::{Failure, Link};

/// What is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    pub project: ProjectName,
    pub app: AppName,
    pub namespace: String,
    /// The store's id of the deployment; none for a rollout that somebody else applied.
    pub deployment: Option<String>,
    pub hosts: Vec<String>,
    pub revision: Revision,
    /// The last revision that was good, to fall back on.
    pub previous: Option<Revision>,
    pub control: Control,
    pub operation: Order,
    pub pod_security: PodSecurity,
}

/// A revision as far as the cluster needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Counted from 1.
    pub number: u64,
    pub blueprint: Digest,
    #[serde(default = "empty", skip_serializing_if = "is_empty")]
    pub values: Value,
}

fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}

/// An object without fields is left out: where there were fields before, server-side apply would make it null, which
/// the resource's own schema refuses.
fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// The control plugin that brings it live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    pub plugin: Digest,
    #[serde(default = "empty", skip_serializing_if = "is_empty")]
    pub options: Value,
}

/// The operation that is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    pub id: String,
    pub kind: OperationKind,
    #[serde(default = "empty", skip_serializing_if = "is_empty")]
    pub arguments: Value,
    /// When its cluster was first told of it.
    pub started_unix_milliseconds: u64,
}

/// What a cluster says of a rollout.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub project: ProjectName,
    pub app: AppName,
    /// The store's id of the deployment; none for one that somebody else applied.
    pub deployment: Option<String>,
    /// Of all objects together.
    pub verdict: Verdict,
    /// Of what runs alone, and of an operation that failed: what another start or another revision can mend. An
    /// autoscaler without metrics is nothing of the kind.
    pub workloads: Health,
    pub progress: Option<Progress>,
    /// The revision that was last brought live.
    pub good_revision: Option<u64>,
    pub inventory: Vec<ObjectRef>,
    pub links: Vec<Link>,
}

/// How far an operation is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    pub operation: String,
    pub kind: OperationKind,
    pub state: OperationState,
    /// For a person: what happens or happened.
    pub message: String,
    pub failure: Option<Failure>,
    pub started_unix_milliseconds: u64,
    pub finished_unix_milliseconds: Option<u64>,
    /// Newest last, at most [`Progress::MOST_STEPS`].
    pub steps: Vec<Step>,
    pub attempt: u32,
}

impl Progress {
    /// Older steps are dropped from the report; the store keeps what it has seen.
    pub const MOST_STEPS: usize = 32;
}

/// One step of an operation: what was decided, and what a replay needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    pub at_unix_milliseconds: u64,
    pub plugin: Digest,
    pub input: Digest,
    pub output: Digest,
    pub microseconds: u64,
    /// `done`, `wait` or `failed`.
    pub outcome: String,
    /// The reason of the outcome, the plugin's notes and its log lines.
    pub notes: Vec<String>,
}
