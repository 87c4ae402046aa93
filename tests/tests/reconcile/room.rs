//! A namespace of an API server with the reconciler at work.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::StreamExt;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use kube::api::{
    ApiResource, DeleteParams, DynamicObject, GroupVersionKind, ListParams, PostParams, WatchEvent,
    WatchParams,
};
use kube::{Api, Client, Resource};
use serde_json::{Value, json};
use slipway_cluster::{KubeCluster, Settings};
use slipway_embedded::{Config, EmbeddedApi};
use slipway_model::cluster::{Change, Cluster, Contact, Error as ClusterError, Tie};
use slipway_model::digest::Digest;
use slipway_model::grant::PodSecurity;
use slipway_model::health::Verdict;
use slipway_model::name::{AppName, ProjectName};
use slipway_model::operation::{OperationKind, OperationState};
use slipway_model::project::Fence;
use slipway_model::rollout::{Control, Order, Progress, Revision, Wish};
use slipway_model::secret::Text;
use slipway_tests::eventually;

use crate::by_hand::ByHand;

/// How long anything may take to come true.
const PATIENCE: Duration = Duration::from_secs(20);

/// One test's place in a cluster.
pub struct Room {
    client: Client,
    cluster: Option<KubeCluster>,
    project: ProjectName,
    clock: fn() -> u64,
    /// The embedded API lives as long as its room.
    embedded: Option<(EmbeddedApi, tempfile::TempDir)>,
}

/// A room in the embedded cluster, and one in a real one where there is one.
pub async fn rooms() -> Vec<Room> {
    rooms_by(|| 1_700_000_000_000).await
}

/// The same, with a clock.
pub async fn rooms_by(clock: fn() -> u64) -> Vec<Room> {
    let directory = tempfile::tempdir().expect("a directory");
    let embedded = EmbeddedApi::open(Config { dir: directory.path().into() }).await;
    let embedded = embedded.expect("the embedded API opens");
    let mut rooms = vec![Room::open(embedded.client(), clock, Some((embedded, directory))).await];
    match std::env::var("SLIPWAY_CONTRACT_KUBECONFIG") {
        Ok(path) => rooms.push(Room::open(slipway_tests::client(&path).await, clock, None).await),
        Err(_) => println!("skipped for a real cluster: SLIPWAY_CONTRACT_KUBECONFIG names none"),
    }
    rooms
}

/// Who works with the cluster unless a test says otherwise.
const OURS: &str = "tests";

async fn give(client: &Client, instance: &str) {
    let here = "here".parse().expect("a name");
    let taken = slipway_cluster::take_over(client, &here, instance).await;
    taken.expect("it can be taken over");
}

async fn start(client: &Client, clock: fn() -> u64) -> KubeCluster {
    start_as(client, OURS, clock).await.expect("the reconciler starts")
}

async fn start_as(
    client: &Client,
    instance: &str,
    clock: fn() -> u64,
) -> Result<KubeCluster, ClusterError> {
    let settings = Settings {
        name: "here".parse().expect("a name"),
        client: client.clone(),
        planner: Arc::new(ByHand),
        recorder: Arc::new(()),
        facts: json!({}),
        instance: instance.into(),
        clock,
    };
    KubeCluster::start(settings).await
}

impl Room {
    async fn open(
        client: Client,
        clock: fn() -> u64,
        embedded: Option<(EmbeddedApi, tempfile::TempDir)>,
    ) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        // A real cluster was another suite's before, and stays that one's until it is taken.
        give(&client, OURS).await;
        let cluster = Some(start(&client, clock).await);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let project: ProjectName =
            format!("room-{}-{number}", std::process::id()).parse().expect("a name");
        let room = Self { client, cluster, project, clock, embedded };
        room.fence().await;
        room
    }

    /// Whether its API server is the embedded one.
    pub fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }

    /// Another Slipway, that wants to work with the same cluster.
    pub async fn other(&self) -> Result<KubeCluster, ClusterError> {
        start_as(&self.client, "other", self.clock).await
    }

    /// Gives the cluster to another Slipway, or takes it back.
    pub async fn give(&self, instance: &str) {
        give(&self.client, instance).await;
    }

    /// Whether the reconciler has the cluster.
    pub fn contact(&self) -> Contact {
        self.cluster().contact()
    }

    /// Has the project fenced, as after each connection.
    pub async fn fence(&self) {
        let fenced = self.cluster().project_ensure(&self.project, &Fence::default()).await;
        fenced.expect("a namespace");
    }

    pub async fn close(self) {
        let namespaces: Api<Namespace> = Api::all(self.client.clone());
        drop(self.cluster);
        namespaces
            .delete(self.project.as_str(), &DeleteParams::default())
            .await
            .expect("it can be deleted");
    }

    /// Lets the reconciler go, and starts another.
    pub async fn restart(&mut self) {
        self.cluster = Some(start(&self.client, self.clock).await);
        self.fence().await;
    }

    /// Lets the reconciler go.
    pub async fn stop(&mut self) {
        self.cluster = None;
        // A request that is under way may still arrive.
        self.rest().await;
    }

    /// Takes back all that was reported of an app: as if its reconciler had ended before it could say a word.
    pub async fn unsay(&self, app: &str) {
        let mut rollout = self.rollouts().get(app).await.expect("it is there");
        rollout.data["status"] = json!({});
        rollout.metadata.managed_fields = None;
        let unsaid = self.rollouts().replace_status(app, &PostParams::default(), &rollout).await;
        unsaid.expect("the status can be written");
    }

    /// Starts another reconciler, which finds a revision with these objects wished for.
    pub async fn restart_with(&mut self, app: &str, revision: u64, objects: &[Value]) {
        let mut rollout = self.rollouts().get(app).await.expect("it is there");
        rollout.data["spec"]["revision"]["number"] = revision.into();
        rollout.data["spec"]["revision"]["values"] = json!({"objects": objects});
        rollout.data["spec"]["operation"]["id"] = format!("{app}-{revision}").into();
        rollout.metadata.managed_fields = None;
        let wished = self.rollouts().replace(app, &PostParams::default(), &rollout).await;
        wished.expect("the wish is taken");
        self.restart().await;
    }

    /// Somebody else applies a rollout with these values, as JSON.
    pub async fn applied_by_others(&self, app: &str, values: &str) {
        let digest = Digest::of(b"another");
        let rollout = format!(
            r#"{{"apiVersion": "slipway.dev/v1alpha1", "kind": "Rollout", "metadata": {{"name": "{app}"}}, "spec": {{
                "revision": {{"number": 1, "blueprint": "{digest}", "values": {values}}}, "control": {{"plugin": "{digest}"}}}}}}"#
        );
        let rollouts = self.rollouts();
        let path = rollouts.resource_url();
        let request = http::Request::post(path).body(rollout.into_bytes()).expect("a request");
        self.client.request_text(request).await.expect("the API server takes it");
    }

    fn cluster(&self) -> &KubeCluster {
        self.cluster.as_ref().expect("it is at work")
    }

    pub fn api<K>(&self) -> Api<K>
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>,
    {
        Api::namespaced(self.client.clone(), self.project.as_str())
    }

    pub fn maps(&self) -> Api<ConfigMap> {
        self.api()
    }

    /// The data of a config map.
    pub async fn data(&self, name: &str) -> Value {
        let found = self.maps().get_opt(name).await.expect("the API answers");
        json!(found.and_then(|it| it.data).unwrap_or_default())
    }

    pub async fn eventually(&self, what: &str, ask: impl AsyncFnMut() -> Option<()>) {
        eventually(what, PATIENCE, ask).await;
    }

    /// Brings a revision with these objects live; answers how its operation ended.
    pub async fn bring(&self, app: &str, revision: u64, objects: &[Value]) -> Progress {
        self.bring_with(app, revision, objects, &json!({})).await
    }

    pub async fn bring_with(
        &self,
        app: &str,
        revision: u64,
        objects: &[Value],
        options: &Value,
    ) -> Progress {
        self.bring_until(app, revision, objects, options, |it| it.state.is_over()).await
    }

    /// Wishes for a revision, and waits until its operation is as it should be.
    pub async fn bring_until(
        &self,
        app: &str,
        revision: u64,
        objects: &[Value],
        options: &Value,
        is_it: impl Fn(&Progress) -> bool,
    ) -> Progress {
        let app: AppName = app.parse().expect("a name");
        let id = format!("{app}-{revision}");
        let wish = Wish {
            project: self.project.clone(),
            app: app.clone(),
            namespace: self.project.to_string(),
            deployment: Some(app.to_string()),
            hosts: Vec::new(),
            revision: Revision {
                number: revision,
                blueprint: Digest::of(b"blueprint"),
                values: json!({"objects": objects}),
            },
            previous: None,
            control: Control { plugin: Digest::of(b"control"), options: options.clone() },
            operation: Order {
                id: id.clone(),
                kind: if revision == 1 { OperationKind::Create } else { OperationKind::Update },
                arguments: json!({}),
                started_unix_milliseconds: 1_700_000_000_000,
            },
            pod_security: PodSecurity::Restricted,
        };
        let mut changes = self.cluster().changes();
        self.cluster().rollout_put(&wish).await.expect("the wish is taken");
        let found = async {
            while let Some(change) = changes.next().await {
                let reports = match change {
                    Change::Reset(reports) => reports,
                    Change::Reported(report) => vec![report],
                    _ => continue,
                };
                let of_app =
                    reports.into_iter().filter(|it| it.app == app && it.project == self.project);
                let mut progress = of_app.filter_map(|it| it.progress);
                if let Some(found) = progress.find(|it| it.operation == id && is_it(it)) {
                    return found;
                }
            }
            panic!("the changes ended");
        };
        tokio::time::timeout(PATIENCE, found).await.expect("the operation comes to that")
    }

    /// Brings a revision live that must succeed; answers its message.
    pub async fn good(&self, app: &str, revision: u64, objects: &[Value]) -> String {
        self.good_with(app, revision, objects, &json!({})).await
    }

    /// As [`Self::good`], the plugin asking to `keep` or to `remove` as well.
    pub async fn good_with(
        &self,
        app: &str,
        revision: u64,
        objects: &[Value],
        options: &Value,
    ) -> String {
        let progress = self.bring_with(app, revision, objects, options).await;
        assert_eq!(progress.state, OperationState::Succeeded, "{progress:?}");
        progress.message
    }

    /// The cluster's version now.
    pub async fn version(&self) -> String {
        let listed = self.rollouts().list(&ListParams::default()).await.expect("a list");
        listed.metadata.resource_version.expect("a list has a version")
    }

    /// Each state that the rollouts have had since a version, first to last.
    pub async fn rollouts_since(&self, version: &str) -> Vec<DynamicObject> {
        let parameters = WatchParams::default().timeout(2);
        let seen = self.rollouts().watch(&parameters, version).await.expect("a watch");
        let seen = seen.filter_map(async |event| match event.expect("the watch goes on") {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => Some(object),
            _ => None,
        });
        seen.collect().await
    }

    fn rollouts(&self) -> Api<DynamicObject> {
        let kind =
            ApiResource::from_gvk(&GroupVersionKind::gvk("slipway.dev", "v1alpha1", "Rollout"));
        Api::namespaced_with(self.client.clone(), self.project.as_str(), &kind)
    }

    /// What is said of an object of an app.
    pub async fn verdict(&self, app: &str, object: &str) -> Option<Verdict> {
        let app: AppName = app.parse().expect("a name");
        let objects = self.cluster().objects(&self.project, &app).await.expect("they are listed");
        objects.into_iter().find(|it| it.object.name() == object).map(|it| it.verdict)
    }

    /// What is reported of an app.
    pub async fn reported(&self, app: &str) -> Option<Verdict> {
        let mut changes = self.cluster().changes();
        let Some(Change::Reset(reports)) = changes.next().await else { return None };
        reports.into_iter().find(|it| it.app.as_str() == app).map(|it| it.verdict)
    }

    /// Brings the Secret of an app to these texts.
    pub async fn secrets_put(&self, app: &str, texts: &[(&str, &str)]) -> Result<Tie, String> {
        let text = |it: &(&str, &str)| (it.0.to_owned(), Text::new(it.1.to_owned()));
        let (app, texts) = (app.parse().expect("a name"), texts.iter().map(text).collect());
        let put = self.cluster().secrets_put(&self.project, &app, &texts).await;
        put.map_err(|error| error.to_string())
    }

    /// Has the rollout of an app deleted.
    pub async fn delete(&self, app: &str) {
        let app = app.parse().expect("a name");
        self.cluster().rollout_delete(&self.project, &app).await.expect("it can be deleted");
    }

    /// Waits until nothing is written any more: controllers of a real cluster settle, too.
    pub async fn rest(&self) {
        eventually("everything rests", PATIENCE, async || {
            let before = self.versions().await;
            tokio::time::sleep(Duration::from_millis(700)).await;
            (self.versions().await == before).then_some(())
        })
        .await;
    }

    /// The versions of all that is ours in the namespace.
    pub async fn versions(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        note(&mut all, &self.maps()).await;
        note(&mut all, &self.api::<Deployment>()).await;
        note(&mut all, &self.api::<NetworkPolicy>()).await;
        for object in self.rollouts().list(&ListParams::default()).await.expect("a list").items {
            let name = format!("Rollout {}", object.metadata.name.unwrap_or_default());
            all.insert(name, object.metadata.resource_version.unwrap_or_default());
        }
        all
    }
}

async fn note<K>(all: &mut BTreeMap<String, String>, api: &Api<K>)
where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>
        + Clone
        + std::fmt::Debug
        + serde::de::DeserializeOwned,
{
    for object in api.list(&ListParams::default()).await.expect("a list").items {
        let name = format!("{} {}", K::kind(&()), object.meta().name.clone().unwrap_or_default());
        all.insert(name, object.meta().resource_version.clone().unwrap_or_default());
    }
}
