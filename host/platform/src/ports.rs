//! What the binary joins to the platform: plugins that are installed, and clusters that are reached.

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use serde_json::Value;
use slipway_model::cluster::{Cluster, Error as ClusterError};
use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::name::{ClusterName, PluginName};
use slipway_model::plan::{Error as PlanError, Planner};
use slipway_model::recording::Recorder;
use slipway_model::update::UpdateCheckers;
use slipway_store::record::PluginKind;

/// Takes plugins in. The engine does it in the host; a test does it by hand.
#[async_trait]
pub trait Workshop: Send + Sync {
    /// Asks blueprints and control plugins.
    fn planner(&self) -> &dyn Planner;
    /// Asks update checkers.
    fn update_checkers(&self) -> &dyn UpdateCheckers;
    /// What a component says of itself. Nothing is kept of it.
    fn look(&self, component: &[u8]) -> Result<Inspected, PlanError>;
    /// Takes a component in: is it one, of which world, and what does it want? Nothing is granted to it yet.
    async fn take_in(&self, component: Vec<u8>) -> Result<Inspected, PlanError>;
    /// Makes a plugin ready again that was taken in at an earlier time; `false` where nothing is left of it.
    async fn recall(&self, digest: &Digest) -> Result<bool, PlanError>;
    /// Plugins that fail again and again, as they do: each once for a row of failures without a success between.
    fn failing(&self) -> BoxStream<'static, Digest>;
    /// Grants, from the next call on.
    fn permit(&self, digest: &Digest, grant: Grant) -> Result<(), PlanError>;
    /// Has a plugin not run any more, for this reason, until it is recalled or taken in again.
    fn bar(&self, digest: &Digest, reason: String);
}

/// What a component says of itself before it is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspected {
    pub digest: Digest,
    pub kind: PluginKind,
    pub name: PluginName,
    pub version: String,
    /// What its author asks for.
    pub wanted: Grant,
}

/// Reaches clusters by their kubeconfig.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Whether the text is a kubeconfig that we take, without reaching out.
    async fn check(&self, kubeconfig: &str) -> Result<(), String>;
    /// Reaches the cluster and begins to work with it.
    async fn connect(&self, settings: ClusterSettings) -> Result<Arc<dyn Cluster>, ClusterError>;
    /// Makes the cluster this Slipway's, whoever has worked with it until now.
    async fn take_over(&self, settings: ClusterSettings) -> Result<(), ClusterError>;
}

/// A cluster that is to be reached.
#[derive(Clone)]
pub struct ClusterSettings {
    pub name: ClusterName,
    /// None: the embedded one.
    pub kubeconfig: Option<String>,
    /// What blueprints are told of it.
    pub facts: Value,
    /// Which Slipway asks: one works with a cluster at a time.
    pub instance: String,
    /// Keeps the calls of control plugins for replays.
    pub recorder: Arc<dyn Recorder>,
}
