//! One cluster at work: its cache, its queue, its reconcilers, and the port that the platform calls.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use kube::Client;
use kube::api::{Api, ApiResource, DeleteParams, DynamicObject, Preconditions};
use serde_json::Value;
use slipway_model::cluster::{
    Change, Cluster, Contact, Error, Event, LogRequest, PodUsage, Tie, Volume,
};
use slipway_model::name::{AppName, ClusterName, ProjectName};
use slipway_model::plan::{Observed, Planner};
use slipway_model::project::Fence;
use slipway_model::recording::Recorder;
use slipway_model::rollout::Wish;
use slipway_model::secret::Texts;
use slipway_queue::{Queue, Retry};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::cache::Cache;
use crate::contact::Line;
use crate::fences::Fences;
use crate::reconcile::Context;
use crate::resource::{API_VERSION, KIND, Key};
use crate::work::{Listener, chain, reports, work};
use crate::{crd, kinds, look, put, secrets, volumes};

/// How many rollouts are worked on at once.
const WORKERS: usize = 8;
/// Waits after a failure that may go by itself. The first is for the ordinary one: a write of our own that has not come
/// back from the watch yet.
const RETRY: Retry = Retry { first: Duration::from_millis(20), last: Duration::from_secs(60) };
/// Changes that a slow listener may be behind before it starts over.
const BACKLOG: usize = 1024;

/// What a cluster needs to be worked with.
pub struct Settings {
    pub name: ClusterName,
    pub client: Client,
    pub planner: Arc<dyn Planner>,
    /// Keeps the calls of control plugins for replays.
    pub recorder: Arc<dyn Recorder>,
    /// What blueprints are told, beside what the API server says of itself.
    pub facts: Value,
    /// Which Slipway this is: one works with a cluster at a time.
    pub instance: String,
    /// Milliseconds since 1970.
    pub clock: fn() -> u64,
}

/// A cluster that is worked with; letting it go ends its tasks.
pub struct KubeCluster {
    name: ClusterName,
    ctx: Context,
    queue: Arc<Queue<Key>>,
    changes: broadcast::Sender<Change>,
    fences: Arc<Fences>,
    instance: String,
    line: Arc<Line>,
    cancel: CancellationToken,
}

impl std::fmt::Debug for KubeCluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KubeCluster").field("name", &self.name).finish_non_exhaustive()
    }
}

impl KubeCluster {
    /// Asks the API server who it is, installs our custom resource and begins to work.
    pub async fn start(settings: Settings) -> Result<Self, Error> {
        let Settings { name, client, planner, recorder, mut facts, instance, clock } = settings;
        let line = Arc::new(Line::new(name.clone(), instance.clone(), clock));
        let asked =
            async { client.apiserver_version().await.map_err(|error| unreachable(&name, &error)) };
        let version = line.soon(asked).await?;
        facts["kubernetesVersion"] = version.git_version.into();
        crd::install(&client, &instance).await.map_err(|error| unclaimed(&name, error))?;
        let cancel = CancellationToken::new();
        let (cache, seen) = Cache::start(client.clone(), instance.clone(), cancel.clone());
        let noted = cache.watch_noted().await;
        noted.map_err(|error| refused(&name, "the kinds that are watched", error))?;
        let (cluster, own_writes) = (name.clone(), Arc::default());
        let queue = Arc::new(Queue::new(RETRY));
        let kept = Arc::clone(&queue);
        let ctx = Context {
            cluster,
            client,
            cache,
            own_writes,
            queue: kept,
            planner,
            recorder,
            facts,
            clock,
        };
        let changes = broadcast::Sender::new(BACKLOG);
        let fences = Arc::new(Fences::new(name.clone(), ctx.client.clone(), Arc::clone(&line)));
        let (asked, hurried, told) = (ctx.client.clone(), Arc::clone(&queue), changes.clone());
        let cluster = Self { name, ctx, queue, changes, fences, instance, line, cancel };
        cluster.spawn(Arc::clone(&cluster.fences).keep());
        let kept = Arc::clone(&cluster.line);
        cluster.spawn(async move { kept.keep(&asked, &hurried, &told).await });
        cluster.spawn(cluster.clone_for_listening().listen(seen));
        for _ in 0..WORKERS {
            let (queue, line) = (Arc::clone(&cluster.queue), Arc::clone(&cluster.line));
            cluster.spawn(work(cluster.ctx.clone(), queue, line));
        }
        Ok(cluster)
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let cancel = self.cancel.clone();
        tokio::spawn(async move { cancel.run_until_cancelled(task).await });
    }

    fn clone_for_listening(&self) -> Listener {
        Listener {
            cache: Arc::clone(&self.ctx.cache),
            queue: Arc::clone(&self.queue),
            changes: self.changes.clone(),
        }
    }

    fn rollouts(&self, project: &ProjectName) -> Api<DynamicObject> {
        self.api(project, &kinds::builtin(API_VERSION, KIND))
    }

    fn api(&self, project: &ProjectName, resource: &ApiResource) -> Api<DynamicObject> {
        Api::namespaced_with(self.ctx.client.clone(), project.as_str(), resource)
    }

    async fn look(&self, project: &ProjectName, app: &AppName) -> Vec<Observed> {
        look::objects(&self.ctx, &key(project, app)).await
    }
}

impl Drop for KubeCluster {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

fn key(project: &ProjectName, app: &AppName) -> Key {
    Key { namespace: project.to_string(), name: app.to_string() }
}

fn unreachable(cluster: &ClusterName, error: &kube::Error) -> Error {
    Error::Unreachable { cluster: cluster.clone(), reason: chain(error) }
}

/// What a failed call means to whoever asked.
pub(crate) fn refused(cluster: &ClusterName, what: &str, error: kube::Error) -> Error {
    let cluster = cluster.clone();
    match error {
        kube::Error::Api(status) if status.code == 404 => {
            Error::NotFound { cluster, what: what.to_owned() }
        }
        kube::Error::Api(status) => {
            Error::Refused { cluster, what: what.to_owned(), reason: status.message }
        }
        other => Error::Unreachable { cluster, reason: chain(&other) },
    }
}

fn unclaimed(cluster: &ClusterName, error: crd::Error) -> Error {
    match error {
        crd::Error::Held(by) => Error::Held { cluster: cluster.clone(), by },
        crd::Error::Kube(error) => refused(cluster, "the Rollout definition", error),
    }
}

/// Deletes the object that was seen, and none of its name that was made since; where a version is given, only unchanged.
pub(crate) fn exactly(uid: Option<String>, version: Option<String>) -> DeleteParams {
    let preconditions = Some(Preconditions { uid, resource_version: version });
    DeleteParams { preconditions, ..DeleteParams::background() }
}

/// What is to be deleted and is not there is deleted.
pub(crate) fn gone<T>(deleted: kube::Result<T>) -> kube::Result<()> {
    match deleted {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes a cluster one Slipway's, whoever has worked with it until now; see [`Error::Held`].
pub async fn take_over(
    client: &Client,
    cluster: &ClusterName,
    instance: &str,
) -> Result<(), Error> {
    crd::take_over(client, instance).await.map_err(|error| unclaimed(cluster, error))
}

#[async_trait]
impl Cluster for KubeCluster {
    fn contact(&self) -> Contact {
        self.line.contact()
    }

    async fn facts(&self) -> Result<Value, Error> {
        Ok(self.ctx.facts.clone())
    }

    async fn release(&self) -> Result<(), Error> {
        self.cancel.cancel();
        crd::release(&self.ctx.client, &self.instance)
            .await
            .map_err(|error| unclaimed(&self.name, error.into()))
    }

    async fn project_check(&self, project: &ProjectName) -> Result<(), Error> {
        self.line.soon(self.fences.check(project)).await
    }

    async fn project_ensure(&self, project: &ProjectName, fence: &Fence) -> Result<(), Error> {
        self.fences.ensure(project, fence).await
    }

    async fn project_delete(&self, project: &ProjectName) -> Result<(), Error> {
        self.fences.delete(project).await
    }

    async fn secrets_put(
        &self,
        project: &ProjectName,
        app: &AppName,
        texts: &Texts,
    ) -> Result<Tie, Error> {
        self.line.check()?;
        let whose = secrets::Whose { cluster: &self.name, project, app };
        let put = secrets::put(&self.ctx.client, &whose, texts).await;
        put.inspect_err(|error| self.fences.doubt(project, error))
    }

    async fn rollout_put(&self, wish: &Wish) -> Result<(), Error> {
        self.line.check()?;
        let known = self.ctx.cache.rollout(&key(&wish.project, &wish.app));
        put::put(&self.ctx.client, known, wish).await.map_err(|error| {
            let error = refused(&self.name, "the rollout", error);
            self.fences.doubt(&wish.project, &error);
            error
        })
    }

    async fn rollout_delete(&self, project: &ProjectName, app: &AppName) -> Result<(), Error> {
        self.line.check()?;
        let parameters = DeleteParams::foreground();
        match self.rollouts(project).delete(app.as_str(), &parameters).await {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.code == 404 => {
                // Whoever waits for its end must still hear of it.
                let _ =
                    self.changes.send(Change::Gone { project: project.clone(), app: app.clone() });
                Ok(())
            }
            Err(error) => Err(refused(&self.name, "the rollout", error)),
        }
    }

    fn changes(&self) -> BoxStream<'static, Change> {
        let cache = Arc::clone(&self.ctx.cache);
        let receiver = self.changes.subscribe();
        futures::stream::unfold(
            (cache, receiver, true),
            |(cache, mut receiver, is_first)| async move {
                if is_first {
                    cache.synced().await;
                    let all = Change::Reset(reports(&cache));
                    return Some((all, (cache, receiver, false)));
                }
                let change = match receiver.recv().await {
                    Ok(change) => change,
                    Err(broadcast::error::RecvError::Lagged(_)) => Change::Reset(reports(&cache)),
                    Err(broadcast::error::RecvError::Closed) => return None,
                };
                Some((change, (cache, receiver, false)))
            },
        )
        .boxed()
    }

    async fn objects(&self, project: &ProjectName, app: &AppName) -> Result<Vec<Observed>, Error> {
        Ok(self.look(project, app).await)
    }

    async fn events(&self, project: &ProjectName, app: &AppName) -> Result<Vec<Event>, Error> {
        let api = self.api(project, &kinds::builtin("v1", "Event"));
        let objects = self.look(project, app).await;
        let asked = async {
            let events = look::events(&api, app, &objects).await;
            events.map_err(|error| refused(&self.name, "the events", error))
        };
        self.line.soon(asked).await
    }

    async fn usage(&self, project: &ProjectName, app: &AppName) -> Result<Vec<PodUsage>, Error> {
        let api = self.api(project, &kinds::builtin("metrics.k8s.io/v1beta1", "PodMetrics"));
        let pods = self.look(project, app).await;
        let asked = async {
            let usage = look::usage(&api, &pods).await;
            usage.map_err(|error| match error {
                kube::Error::Api(status) if matches!(status.code, 404 | 503) => {
                    Error::NotOffered { cluster: self.name.clone(), what: "metrics" }
                }
                error => refused(&self.name, "the metrics", error),
            })
        };
        self.line.soon(asked).await
    }

    async fn volumes(&self, project: &ProjectName) -> Result<Vec<Volume>, Error> {
        let asked = async {
            let listed = volumes::list(&self.ctx.client, project).await;
            listed.map_err(|error| refused(&self.name, "the volumes", error))
        };
        self.line.soon(asked).await
    }

    async fn volume_delete(&self, project: &ProjectName, name: &str) -> Result<(), Error> {
        self.line.check()?;
        let asked = async {
            let deleted = volumes::delete(&self.ctx.client, project, name).await;
            deleted.map_err(|error| refused(&self.name, &format!("the volume {name}"), error))
        };
        self.line.soon(asked).await
    }

    async fn logs(
        &self,
        project: &ProjectName,
        request: LogRequest,
    ) -> Result<BoxStream<'static, Result<String, Error>>, Error> {
        let client = self.ctx.client.clone();
        self.line.soon(look::logs(client, self.name.clone(), project.as_str(), request)).await
    }
}
