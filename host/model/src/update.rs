//! The update port: what update checkers are asked, and what they may ask of registries.
//!
//! The engine implements it with WebAssembly components. Registries are a port of their own, so that a golden test answers
//! from a file and a server from the real ones, with credentials that no plugin sees.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;

use crate::digest::Digest;
use crate::plan::{Error, Trace};

/// Runs update checkers.
#[async_trait]
pub trait UpdateCheckers: Send + Sync {
    /// What an update checker says of itself.
    async fn update_checker(&self, checker: &Digest) -> Result<CheckerDescription, Error>;
    /// Asks for something newer.
    async fn look_for_update(
        &self,
        checker: &Digest,
        input: CheckInput,
        registries: Arc<dyn Registries>,
    ) -> Result<Checked, Error>;
}

/// Looks at registries. Who implements it brings the credentials; who calls it has asked whether it may.
#[async_trait]
pub trait Registries: Send + Sync {
    /// All tags of a repository (`registry.example/team/app`), in the registry's order.
    async fn tags(&self, repository: &str) -> Result<Vec<String>, NoAnswer>;
    /// The digest that a reference points at now.
    async fn resolve(&self, reference: &str) -> Result<String, NoAnswer>;
    /// When the image says that it was made; none where it does not say.
    async fn created_unix_milliseconds(&self, reference: &str) -> Result<Option<u64>, NoAnswer>;
}

/// Why a registry did not say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NoAnswer {
    /// `not-granted`, `not-found`, `rate-limited`, `unreachable`, ...
    pub code: String,
    pub message: String,
}

/// What is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    #[default]
    Image,
    Blueprint,
}

impl Subject {
    /// The contract's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Blueprint => "blueprint",
        }
    }
}

/// What a check is given.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckInput {
    pub subject: Subject,
    /// The reference in use, e.g. `registry.example/team/app:1.4.2`.
    pub current: String,
    /// Its digest, where known.
    pub current_digest: Option<String>,
    /// Valid by the checker's schema, defaults filled in.
    pub policy: Value,
    /// Versions that a person said to skip.
    pub skipped: Vec<String>,
    pub now_unix_milliseconds: u64,
}

/// What a check answered, with what a replay needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// None: what is in use is the best.
    pub candidate: Option<Candidate>,
    pub trace: Trace,
}

/// Something newer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub reference: String,
    pub digest: String,
    /// Why this one, for a person.
    pub reason: String,
    /// Markdown, where the source has one.
    pub changelog: Option<String>,
}

/// What an update checker says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckerDescription {
    pub name: String,
    pub title: String,
    pub summary: String,
    pub version: String,
    /// JSON Schema of the policy.
    pub policy_schema: Value,
    pub default_policy: Value,
    pub docs: String,
    pub extra: Value,
}
