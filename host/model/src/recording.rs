//! Recordings: calls of control plugins as they were, so that an operation can be run again without its cluster.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest::Digest;
use crate::plan::{StepInput, Stepped};

/// One call of a control plugin, with all that went in and came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// The store's id of the deployment.
    pub deployment: String,
    pub control: Digest,
    /// What `input.desired` was rendered by.
    pub blueprint: Digest,
    /// What it was rendered from: references where secrets are.
    pub values: Value,
    pub input: StepInput,
    pub answer: Answer,
}

/// What came out of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    Stepped(Box<Stepped>),
    /// Why there was none, for people.
    Failed(String),
}

/// Keeps recordings. It must not make the reconciler wait.
pub trait Recorder: Send + Sync {
    /// Takes one call in; the same step of the same operation takes the place of an earlier one.
    fn record(&self, call: Recorded);
}

/// Keeps nothing.
impl Recorder for () {
    fn record(&self, _: Recorded) {}
}
