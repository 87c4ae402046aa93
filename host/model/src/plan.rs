//! The planner port: what blueprints and control plugins are asked, and what they answer.
//!
//! The engine implements it with WebAssembly components; a test answers by hand.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest::Digest;
use crate::grant::Grant;
use crate::health::Verdict;
use crate::health::rules::Rules;
use crate::name::{AppName, ProjectName};
use crate::object::{Object, ObjectRef};
use crate::operation::OperationKind;

/// Runs plugins. Every call is a fresh instance with limits; nothing is kept between calls.
#[async_trait]
pub trait Planner: Send + Sync {
    /// What the operator granted to the plugin.
    async fn grant(&self, plugin: &Digest) -> Result<Grant, Error>;
    /// What a blueprint says of itself.
    async fn blueprint(&self, blueprint: &Digest) -> Result<BlueprintDescription, Error>;
    /// How a blueprint has objects judged whose kinds Slipway does not know.
    async fn health_rules(&self, blueprint: &Digest) -> Result<Arc<Rules>, Error>;
    /// What a control plugin says of itself.
    async fn control(&self, control: &Digest) -> Result<ControlDescription, Error>;
    /// All that is wrong with values by the blueprint's own check; empty where it has none.
    async fn check(&self, blueprint: &Digest, input: RenderInput) -> Result<Vec<Failure>, Error>;
    /// The objects of a deployment.
    async fn render(&self, blueprint: &Digest, input: RenderInput) -> Result<Rendered, Error>;
    /// The next step of an operation.
    async fn step(&self, control: &Digest, input: &StepInput) -> Result<Stepped, Error>;
}

/// Whom and where a plugin works for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct App {
    pub project: ProjectName,
    pub name: AppName,
    pub namespace: String,
    /// Host names at which the app is to answer, the main one first.
    pub hosts: Vec<String>,
    /// Counted from 1.
    pub revision: u64,
}

/// What `render` and `check` are given.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderInput {
    pub app: App,
    /// Valid by the schema, defaults filled in.
    pub values: Value,
    /// What is known of the cluster, as a JSON object.
    pub facts: Value,
}

/// What `step` is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepInput {
    pub operation: OperationKind,
    pub operation_id: String,
    pub arguments: Value,
    pub options: Value,
    pub app: App,
    pub desired: Vec<Object>,
    pub previous: Vec<Object>,
    pub observed: Vec<Observed>,
    pub facts: Value,
    pub memory: Value,
    pub now_unix_milliseconds: u64,
    pub started_unix_milliseconds: u64,
    pub attempt: u32,
}

/// An object of the deployment as it is in the cluster now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Observed {
    pub object: Object,
    pub verdict: Verdict,
}

/// What `render` answered, with what a replay needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    pub objects: Vec<Object>,
    pub trace: Trace,
}

/// What `step` answered, with what a replay needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stepped {
    pub apply: Vec<Object>,
    /// Objects that stay as they are: neither applied nor pruned.
    pub keep: Vec<ObjectRef>,
    pub remove: Vec<ObjectRef>,
    pub memory: Value,
    pub outcome: Outcome,
    /// Asked again at a change, and after this time at the latest.
    pub recheck_after_milliseconds: Option<u32>,
    pub notes: Vec<String>,
    pub links: Vec<Link>,
    pub trace: Trace,
}

/// What a step decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Done,
    Wait { reason: String },
    Failed(Failure),
}

/// A name and an address that people open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub name: String,
    pub url: String,
}

/// What one call was: enough to run it again and to see whether the answer is the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    pub plugin: Digest,
    /// Of the input as the plugin got it.
    pub input: Digest,
    /// Of the output as the plugin gave it.
    pub output: Digest,
    pub microseconds: u64,
    /// What the plugin logged: level and line.
    pub log: Vec<String>,
}

/// What a blueprint says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct BlueprintDescription {
    pub name: String,
    pub title: String,
    pub summary: String,
    pub version: String,
    pub icon: Option<String>,
    pub docs: String,
    /// JSON Schema (2020-12) of the values.
    pub values_schema: Value,
    pub default_values: Value,
    /// From `extra.healthRules`.
    pub health_rules: Arc<Rules>,
    pub extra: Value,
}

/// What a control plugin says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlDescription {
    pub name: String,
    pub title: String,
    pub summary: String,
    pub version: String,
    pub operations: Vec<String>,
    pub options_schema: Value,
    pub default_options: Value,
    pub docs: String,
    pub extra: Value,
}

/// Why a plugin could not do what it was asked, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Kebab-case, from an open list.
    pub code: String,
    pub message: String,
    /// JSON Pointer into the values.
    pub field: Option<String>,
    pub hint: Option<String>,
}

/// Why a plugin gave no answer that can be used. Every text is for the person who asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No plugin with that digest is installed.
    #[error("plugin {0} is not installed here")]
    NotInstalled(Digest),
    /// It is installed, and must not run: the words say why.
    #[error("{0}")]
    Barred(String),
    /// Its code is being compiled.
    #[error("plugin {0} is still being prepared; try again in a moment")]
    Compiling(String),
    /// Not a component, or one of another contract.
    #[error("{0}")]
    Unfit(String),
    /// The plugin said no.
    #[error("{}", .0.message)]
    Refused(Failure),
    /// The guest's code ended in a trap (a panic, an invalid instruction, a stack overflow).
    #[error("plugin {plugin} crashed: {reason}")]
    Trapped {
        plugin: String,
        reason: String,
        /// The guest's own backtrace, for its author.
        backtrace: String,
    },
    /// It worked longer than granted.
    #[error("plugin {plugin} gave no answer within {milliseconds} ms and was stopped")]
    OutOfTime { plugin: String, milliseconds: u64 },
    /// It wanted more memory than granted.
    #[error("plugin {plugin} wanted more than the {mebibytes} MiB of memory that it may use")]
    OutOfMemory { plugin: String, mebibytes: u64 },
    /// It returned or logged more than the host takes.
    #[error("plugin {plugin} returned too much: {what}")]
    TooMuch { plugin: String, what: String },
    /// What it returned is not what the contract says (no JSON, no object, ...).
    #[error("plugin {plugin} returned something that cannot be used: {what}")]
    Nonsense { plugin: String, what: String },
    /// It failed too often lately; the circuit breaker holds it back.
    #[error("plugin {plugin} failed {failures} times in a row and rests for {seconds} s more")]
    Resting { plugin: String, failures: u32, seconds: u64 },
}

impl Error {
    /// Whether the plugin was called and is the cause; asked the same again, it is likely to answer the same.
    pub fn is_the_plugins(&self) -> bool {
        match self {
            Self::NotInstalled(_)
            | Self::Barred(_)
            | Self::Compiling(_)
            | Self::Unfit(_)
            | Self::Resting { .. } => false,
            Self::Refused(_)
            | Self::Trapped { .. }
            | Self::OutOfTime { .. }
            | Self::OutOfMemory { .. }
            | Self::TooMuch { .. }
            | Self::Nonsense { .. } => true,
        }
    }
}
