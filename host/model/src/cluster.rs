//! The cluster port: what the platform asks of a cluster, real or embedded.

use async_trait::async_trait;
use futures::stream::BoxStream;
use serde_json::Value;

use crate::name::{AppName, ClusterName, ProjectName};
use crate::plan::Observed;
use crate::project::Fence;
use crate::rollout::{Report, Wish};
use crate::secret::Texts;

/// One cluster. Every call may be repeated.
#[async_trait]
pub trait Cluster: Send + Sync {
    /// Whether it answers, as far as is known now.
    fn contact(&self) -> Contact;
    /// What blueprints are told of it, as a JSON object.
    async fn facts(&self) -> Result<Value, Error>;
    /// Stops working with it, and lets another Slipway do so. What runs there stays.
    async fn release(&self) -> Result<(), Error>;
    /// Whether a project of this name could have its namespace here: one that somebody else made is theirs.
    async fn project_check(&self, project: &ProjectName) -> Result<(), Error>;
    /// Makes the project's namespace and its fence, or brings them to what is wanted.
    async fn project_ensure(&self, project: &ProjectName, fence: &Fence) -> Result<(), Error>;
    /// Deletes the project's namespace and all in it.
    async fn project_delete(&self, project: &ProjectName) -> Result<(), Error>;
    /// Brings the deployment's own Secret to these texts, before the rollout that needs them; without any it goes.
    async fn secrets_put(
        &self,
        project: &ProjectName,
        app: &AppName,
        texts: &Texts,
    ) -> Result<Tie, Error>;
    /// Brings the rollout resource to what is wished.
    async fn rollout_put(&self, wish: &Wish) -> Result<(), Error>;
    /// Deletes the rollout resource and what it made; claims of volumes stay.
    async fn rollout_delete(&self, project: &ProjectName, app: &AppName) -> Result<(), Error>;
    /// What is the case now, then every change. Begins with one [`Change::Reset`] after each reconnection.
    fn changes(&self) -> BoxStream<'static, Change>;
    /// The objects of a deployment, pods and replica sets included, each with its verdict.
    async fn objects(&self, project: &ProjectName, app: &AppName) -> Result<Vec<Observed>, Error>;
    /// The Kubernetes events of a deployment's objects, newest first.
    async fn events(&self, project: &ProjectName, app: &AppName) -> Result<Vec<Event>, Error>;
    /// CPU and memory of a deployment's pods; empty where the cluster has no metrics API.
    async fn usage(&self, project: &ProjectName, app: &AppName) -> Result<Vec<PodUsage>, Error>;
    /// The claims of volumes that deployments of the project made, whether or not they are still there.
    async fn volumes(&self, project: &ProjectName) -> Result<Vec<Volume>, Error>;
    /// Deletes one of them; one that is not there is deleted.
    async fn volume_delete(&self, project: &ProjectName, name: &str) -> Result<(), Error>;
    /// The lines of one container.
    async fn logs(
        &self,
        project: &ProjectName,
        request: LogRequest,
    ) -> Result<BoxStream<'static, Result<String, Error>>, Error>;
}

/// Whether a cluster answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    Held,
    /// What is known of it is as old as this.
    Lost {
        since_unix_milliseconds: u64,
        reason: String,
    },
    /// It answers, and is another Slipway's: see [`Error::Held`].
    Taken {
        since_unix_milliseconds: u64,
        by: String,
    },
}

impl Contact {
    /// Since when what is known of the cluster grows old; none while it answers.
    pub fn lost_since(&self) -> Option<u64> {
        match self {
            Self::Held => None,
            Self::Lost { since_unix_milliseconds, .. }
            | Self::Taken { since_unix_milliseconds, .. } => Some(*since_unix_milliseconds),
        }
    }
}

/// Whether a deployment's Secret goes when its rollout goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    Tied,
    /// There is no rollout yet that it could belong to: it is to be put again once there is one.
    Loose,
}

/// Which lines are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRequest {
    pub pod: String,
    pub container: Option<String>,
    pub follow: bool,
    pub tail_lines: Option<i64>,
    pub since_seconds: Option<i64>,
    /// Of the instance of the container before this one.
    pub previous: bool,
}

/// Something changed in a cluster.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// All reports of the cluster, instead of what was known before.
    Reset(Vec<Report>),
    Reported(Report),
    /// The rollout and what it made are gone.
    Gone {
        project: ProjectName,
        app: AppName,
    },
    /// The cluster answers again after a while in which it did not.
    Regained,
    /// An object of the deployment changed: whoever shows its objects should look again.
    Touched {
        project: ProjectName,
        app: AppName,
    },
}

/// A Kubernetes event, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// A claim of a volume, which outlives what used it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    pub name: String,
    /// The deployment that made it.
    pub app: AppName,
    /// A Kubernetes quantity; empty where the claim asks for none.
    pub size: String,
    /// None: the cluster's default.
    pub storage_class: Option<String>,
    /// `Bound` once there is a volume behind it, `Pending` before.
    pub phase: String,
    /// RFC 3339.
    pub created_at: String,
}

/// What one pod uses now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodUsage {
    pub pod: String,
    pub cpu_millicores: u64,
    pub memory_bytes: u64,
}

/// Why a cluster gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection, or no answer in time.
    #[error("cluster {cluster} cannot be reached: {reason}")]
    Unreachable { cluster: ClusterName, reason: String },
    /// Two at once would undo each other's work.
    #[error("cluster {cluster} is worked with by another Slipway ({by})")]
    Held { cluster: ClusterName, by: String },
    /// The API server said no.
    #[error("cluster {cluster} refused {what}: {reason}")]
    Refused { cluster: ClusterName, what: String, reason: String },
    /// Not there.
    #[error("cluster {cluster} has no {what}")]
    NotFound { cluster: ClusterName, what: String },
    /// The cluster does not offer this.
    #[error("cluster {cluster} offers no {what}")]
    NotOffered { cluster: ClusterName, what: &'static str },
}
