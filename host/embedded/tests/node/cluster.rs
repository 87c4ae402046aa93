//! A whole embedded cluster for one test: the API, the controllers, a registry and a node, on free ports.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, DynamicObject, ListParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::{Value, json};
use slipway_embedded::node::NodeConfig;
use slipway_embedded::{Config, EmbeddedApi};
use slipway_registry::layout;
use slipway_registry::local::Local;
use slipway_registry::name::{Repository, Target};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_mins(1);

/// Everything of one test. It ends when dropped.
pub struct Cluster {
    pub client: kube::Client,
    pub ingress: SocketAddr,
    pub registry: Local,
    dir: tempfile::TempDir,
    config: NodeConfig,
    node: Option<(CancellationToken, tokio::task::JoinHandle<()>)>,
    api: EmbeddedApi,
    serving: tokio::task::JoinHandle<()>,
    _ends: tokio_util::sync::DropGuard,
}

impl Cluster {
    pub async fn start() -> Self {
        drop(tracing_subscriber::fmt().with_env_filter(filter()).with_test_writer().try_init());
        drop(rustls::crypto::ring::default_provider().install_default());
        let dir = tempfile::tempdir().unwrap();
        let cancel = CancellationToken::new();
        let api = EmbeddedApi::open(Config { dir: dir.path().join("cluster") }).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        api.listens_on(listener.local_addr().unwrap());
        let kubeconfig = dir.path().join("kubeconfig");
        std::fs::write(&kubeconfig, api.kubeconfig().unwrap()).unwrap();
        let client = api.client();
        let serving = serve(&api, listener);
        tokio::spawn(slipway_embedded::controllers::run(api.client(), cancel.clone()));
        let (registry, address) = serve_registry(dir.path()).await;
        let ingress = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let config = NodeConfig {
            kubeconfig,
            dir: dir.path().join("node"),
            ingress,
            mirrors: BTreeMap::from([("slipway.local".into(), format!("http://{address}"))]),
            credentials: BTreeMap::new(),
            name: "slipway".into(),
        };
        let ends = cancel.drop_guard();
        let mut cluster =
            Self { client, ingress, registry, dir, config, node: None, api, serving, _ends: ends };
        cluster.start_node();
        cluster
    }

    pub fn start_node(&mut self) {
        let cancel = CancellationToken::new();
        let running = slipway_embedded::node::run(self.config.clone(), cancel.clone());
        let task = tokio::spawn(async move { running.await.unwrap() });
        self.node = Some((cancel, task));
    }

    pub async fn stop_node(&mut self) {
        let (cancel, task) = self.node.take().unwrap();
        cancel.cancel();
        task.await.unwrap();
    }

    /// Takes the API off its port; clients in the process still reach it.
    pub async fn stop_api(&mut self) {
        self.serving.abort();
        drop((&mut self.serving).await);
    }

    /// Serves the API on another port, and says so in the kubeconfig.
    pub async fn serve_api_elsewhere(&mut self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let text = std::fs::read_to_string(&self.config.kubeconfig).unwrap();
        let (before, rest) = text.split_once("https://127.0.0.1:").unwrap();
        let after = rest.split_once('\n').unwrap().1;
        let port = listener.local_addr().unwrap().port();
        let moved = format!("{before}https://127.0.0.1:{port}\n{after}");
        std::fs::write(&self.config.kubeconfig, moved).unwrap();
        self.serving = serve(&self.api, listener);
    }

    /// Leaves of all images what a loss of power may leave of them, and no compiled code.
    pub fn spoil_images(&self) {
        for entry in std::fs::read_dir(self.config.dir.join("images")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|it| it == "wasm") {
                std::fs::write(path, b"").unwrap();
            }
        }
        std::fs::remove_dir_all(self.config.dir.join("compiled")).unwrap();
    }

    pub fn socket(&self) -> PathBuf {
        self.dir.path().join("node/node.sock")
    }

    pub async fn push(&self, repository: &str, tag: &str, guest: &str) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/bundle/images");
        let path = Path::new(path).join(guest);
        let content = std::fs::read(&path).unwrap_or_else(|error| {
            panic!("{}: {error}; run `cargo xtask guests` first", path.display())
        });
        let (repository, tag) = (repository.parse().unwrap(), tag.parse().unwrap());
        let none = BTreeMap::new();
        self.registry.put_component(&repository, &tag, &content, &none).await.unwrap();
    }

    pub async fn push_container_image(&self, repository: &str, tag: &str) {
        let repository: Repository = repository.parse().unwrap();
        let layer = self.registry.put_blob(&repository, b"layer").await.unwrap();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": layout::MANIFEST,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json", "digest": layer.as_str(), "size": 5,
            },
            "layers": [{
                "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": layer.as_str(), "size": 5,
            }],
        });
        let content = manifest.to_string().into_bytes();
        let target: Target = tag.parse().unwrap();
        self.registry.put_manifest(&repository, &target, layout::MANIFEST, &content).await.unwrap();
    }

    fn kind(&self, version: &str, kind: &str) -> Api<DynamicObject> {
        let (group, version) = version.split_once('/').unwrap_or(("", version));
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
        Api::namespaced_with(self.client.clone(), "default", &resource)
    }

    pub async fn create(&self, object: Value) {
        let api =
            self.kind(object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
        // The namespace is made by a controller that may just be starting.
        self.until("the object is made", async || {
            let object = serde_json::from_value(object.clone()).unwrap();
            match api.create(&PostParams::default(), &object).await {
                Ok(_) => Some(()),
                Err(kube::Error::Api(status)) if status.code == 404 => None,
                Err(error) => panic!("{error}"),
            }
        })
        .await;
    }

    pub async fn change_deployment(&self, name: &str, change: Value) {
        let patch = kube::api::Patch::Merge(change);
        let api = self.kind("apps/v1", "Deployment");
        api.patch(name, &kube::api::PatchParams::default(), &patch).await.unwrap();
    }

    pub async fn deployment(&self, name: &str) -> Value {
        serde_json::to_value(self.kind("apps/v1", "Deployment").get(name).await.unwrap()).unwrap()
    }

    pub async fn pods(&self, app: &str) -> Vec<Pod> {
        let api: Api<Pod> = Api::namespaced(self.client.clone(), "default");
        api.list(&ListParams::default().labels(&format!("app={app}"))).await.unwrap().items
    }

    /// An app as `hello-web` makes it: a deployment, a service and an ingress.
    pub async fn create_app(&self, name: &str, image: &str, replicas: u32) {
        self.create(deployment(name, image, replicas)).await;
        self.create(json!({
            "apiVersion": "v1", "kind": "Service", "metadata": { "name": name },
            "spec": { "selector": { "app": name }, "ports": [{ "port": 80, "targetPort": "http" }] },
        }))
        .await;
        self.create(json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": { "name": name },
            "spec": { "rules": [{ "host": format!("{name}.localhost"), "http": { "paths": [{
                "path": "/", "pathType": "Prefix",
                "backend": { "service": { "name": name, "port": { "number": 80 } } },
            }] } }] },
        }))
        .await;
    }

    /// Asks through the ingress.
    pub async fn get(&self, host: &str, path: &str) -> reqwest::Result<(u16, String)> {
        let url = format!("http://{}{path}", self.ingress);
        let client = reqwest::Client::builder().no_proxy().build()?;
        let answer = client.get(url).header("host", host).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    pub async fn until_ready(&self, name: &str, replicas: i64) {
        self.until("the deployment is complete", async || {
            let deployment = self.deployment(name).await;
            let status = &deployment["status"];
            let seen = status["observedGeneration"] == deployment["metadata"]["generation"];
            let all = ["replicas", "updatedReplicas", "availableReplicas"];
            let count = |it: &str| status[it].as_i64().unwrap_or(0);
            (seen && all.iter().all(|it| count(it) == replicas)).then_some(())
        })
        .await;
    }

    pub async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let looking = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let Ok(found) = tokio::time::timeout(PATIENCE, looking).await else {
            panic!("waited in vain until {what}; pods: {}", self.told().await)
        };
        found
    }

    /// What the pods say of themselves, for a failing test.
    async fn told(&self) -> String {
        let api: Api<Pod> = Api::all(self.client.clone());
        let pods = api.list(&ListParams::default()).await.unwrap().items;
        let told = pods
            .iter()
            .map(|it| json!([it.metadata.name, it.metadata.deletion_timestamp, it.status]));
        told.map(|it| format!("\n{it}")).collect()
    }
}

/// Silent unless a person asks with `RUST_LOG`.
fn filter() -> tracing_subscriber::EnvFilter {
    let silent = tracing_subscriber::filter::LevelFilter::OFF.into();
    tracing_subscriber::EnvFilter::builder().with_default_directive(silent).from_env_lossy()
}

pub fn deployment(name: &str, image: &str, replicas: u32) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": name },
        "spec": {
            "replicas": replicas,
            "selector": { "matchLabels": { "app": name } },
            "strategy": { "type": "RollingUpdate", "rollingUpdate": { "maxSurge": 1, "maxUnavailable": 0 } },
            "template": {
                "metadata": { "labels": { "app": name } },
                "spec": {
                    "containers": [{
                        "name": "app", "image": image,
                        "ports": [{ "name": "http", "containerPort": 8080 }],
                        "env": [
                            { "name": "GREETING", "value": "hello one" },
                            { "name": "POD_NAME", "valueFrom": { "fieldRef": { "fieldPath": "metadata.name" } } },
                        ],
                        "readinessProbe": { "httpGet": { "path": "/healthz", "port": "http" }, "periodSeconds": 1 },
                    }],
                },
            },
        },
    })
}

fn serve(api: &EmbeddedApi, listener: TcpListener) -> tokio::task::JoinHandle<()> {
    let api = api.clone();
    tokio::spawn(async move { api.serve(listener).await.unwrap() })
}

async fn serve_registry(dir: &Path) -> (Local, SocketAddr) {
    let local = Local::open(&dir.join("registry")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().fallback(serve_content).with_state(Arc::new(local.clone()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (local, address)
}

async fn serve_content(State(local): State<Arc<Local>>, uri: Uri) -> Response {
    let unknown = || {
        (StatusCode::NOT_FOUND, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}").into_response()
    };
    let path = uri.path().trim_start_matches("/v2/").to_owned();
    if let Some((name, target)) = path.split_once("/manifests/") {
        let found = local.manifest(&name.parse().unwrap(), &target.parse().unwrap()).await;
        return found.map_or_else(
            |_| unknown(),
            |it| ([("content-type", it.media_type)], it.content).into_response(),
        );
    }
    if let Some((name, digest)) = path.split_once("/blobs/") {
        let found = local.blob(&name.parse().unwrap(), &digest.parse().unwrap()).await;
        let Ok(mut found) = found else { return unknown() };
        let mut content = Vec::new();
        tokio::io::AsyncReadExt::read_to_end(&mut found.file, &mut content).await.unwrap();
        return content.into_response();
    }
    StatusCode::OK.into_response()
}
