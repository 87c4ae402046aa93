//! Operations and their logs.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::problem::FieldError;

/// How an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OperationState {
    Pending,
    Running,
    Succeeded,
    Failed,
    Superseded,
}

/// One operation on a deployment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    pub id: String,
    /// `create`, `update`, `rollback`, `restart`, `delete`, ...
    pub kind: String,
    pub state: OperationState,
    pub actor: String,
    pub revision: u64,
    /// What happens or happened, for a person.
    pub message: String,
    /// Why it was begun, where that is not plain.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub reason: String,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<Failure>,
    /// RFC 3339.
    pub started_at: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finished_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub duration_milliseconds: Option<u64>,
    /// Oldest first; left out in lists.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub steps: Vec<Step>,
}

/// Why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// Kebab-case.
    pub code: String,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<FieldError>,
}

/// One step of an operation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// RFC 3339.
    pub at: String,
    /// Digest of the plugin that decided.
    pub plugin: String,
    /// Digest of what it was given.
    pub input: String,
    /// Digest of what it answered.
    pub output: String,
    pub microseconds: u64,
    /// `done`, `wait` or `failed`.
    pub outcome: String,
    pub notes: Vec<String>,
}

/// What a control plugin was asked in an operation, and what it answered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Recording {
    /// Id of the operation.
    pub operation: String,
    /// Oldest first. Each is a document for `slipway operation replay` of this version, and its fields may change with the version.
    pub calls: Vec<Value>,
}
