//! A host and a project of its own on the real cluster that `SLIPWAY_TESTBED_KUBECONFIG` names.

use std::path::Path;
use std::time::{Duration, Instant};

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use k8s_openapi::api::networking::v1::Ingress;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use kube::Api;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::{Cli, Host, Options, Proxy, client, eventually, memory_kibibytes, root};

/// How long anything may take to come true.
const PATIENCE: Duration = Duration::from_secs(120);
/// What the testbed's kubeconfig has for a credential.
const ADMIN: &str = "admintoken";
/// The container image that the testbed's registry has.
pub const IMAGE: &str = "image=127.0.0.1:5000/hello:1.0.0";

pub struct Stage {
    pub host: Host,
    pub cli: Cli,
    /// An admin of the cluster, past whatever stands between it and the host.
    pub client: kube::Client,
    project: String,
    /// Ends with the stage.
    _addresses: JoinSet<()>,
}

impl Stage {
    /// A host that has no other cluster. None, and said so, where there is no testbed.
    pub async fn open(project: &str) -> Option<Self> {
        Self::alone(Options::default(), project).await
    }

    /// A host that has no other cluster and reaches this one through a proxy.
    pub async fn behind_a_proxy(project: &str) -> Option<(Self, Proxy)> {
        let host = || Host::start_with(Options { no_embedded: true, ..Options::default() });
        Self::of(host, project).await
    }

    /// A host whose data lies on a file system of this many megabytes.
    pub async fn on_a_small_disk(project: &str, megabytes: u32) -> Option<Self> {
        let disk_megabytes = Some(megabytes);
        Self::alone(Options { disk_megabytes, ..Options::default() }, project).await
    }

    async fn alone(options: Options, project: &str) -> Option<Self> {
        let directory = tempfile::tempdir().expect("there is a temporary directory");
        let kubeconfig = restricted(directory.path()).await?;
        let host = Host::start_with(Options { no_embedded: true, ..options });
        Some(Self::on(host, &kubeconfig, project).await)
    }

    /// A host with its own cluster beside this one, which it reaches through a proxy.
    pub async fn beside_the_embedded(project: &str) -> Option<(Self, Proxy)> {
        Self::of(Host::start, project).await
    }

    async fn of(host: impl FnOnce() -> Host, project: &str) -> Option<(Self, Proxy)> {
        let directory = tempfile::tempdir().expect("there is a temporary directory");
        let proxy = Proxy::before(client(&restricted(directory.path()).await?).await).await;
        let path = written(&directory, "proxy.kubeconfig", &proxy.kubeconfig());
        Some((Self::on(host(), &path, project).await, proxy))
    }

    async fn on(host: Host, kubeconfig: &str, project: &str) -> Self {
        let admin = std::env::var("SLIPWAY_TESTBED_KUBECONFIG").expect("it was there before");
        let client = client(&admin).await;
        swept(&client, project).await;
        let cli = host.cli();
        // The host of an earlier test may have it still.
        let add = ["cluster", "add", "real", "--take-over", "--kubeconfig", kubeconfig];
        cli.say(&[&add[..], &["--base-domain", "apps.test"]].concat()).ok();
        cli.say(&["project", "create", project, "--cluster", "real"]).ok();
        cli.say(&["project", "use", project]).ok();
        let mut addresses = JoinSet::new();
        addresses.spawn(give_addresses(client.clone(), project.to_owned()));
        Self { host, cli, client, project: project.to_owned(), _addresses: addresses }
    }

    pub fn deployments(&self) -> Api<Deployment> {
        Api::namespaced(self.client.clone(), &self.project)
    }

    /// Asks for something; the answer must come at once, whatever the cluster does.
    pub fn ask(&self, command: &[&str]) -> String {
        let began = Instant::now();
        let said = self.cli.say(command).ok();
        let took = began.elapsed();
        assert!(took < Duration::from_secs(5), "{command:?} took {took:?}");
        said
    }

    /// Asks for an app with this greeting.
    pub fn deploy(&self, app: &str, greeting: &str) {
        let greeting = format!("greeting={greeting}");
        self.ask(&["deploy", app, "-b", "hello-web", "--set", IMAGE, "--set", &greeting]);
    }

    pub fn update(&self, app: &str, greeting: &str) {
        self.ask(&["update", app, "--set", &format!("greeting={greeting}")]);
    }

    /// Waits until an app runs in the cluster with this greeting, and Slipway says so.
    pub async fn comes(&self, app: &str, greeting: &str) {
        eventually(&format!("{app} says {greeting}"), PATIENCE, async || {
            let live = self.deployments().get_opt(app).await.ok()??;
            let status = live.status?;
            let pod = live.spec?.template.spec?;
            let says = pod.containers[0].env.as_ref()?.iter().find(|it| it.name == "GREETING")?;
            let is_up = status.available_replicas == status.replicas && status.replicas >= Some(1);
            (is_up && says.value.as_deref() == Some(greeting)).then_some(())
        })
        .await;
        let mut last = Value::Null;
        eventually(&format!("{app} is said to run"), PATIENCE, async || {
            let known = &self.known(app)["deployment"];
            if last != *known {
                last.clone_from(known);
                println!("{app} is known as {} {}", last["phase"], last["message"]);
            }
            (known["phase"] == "Running" && known["health"] == "Healthy").then_some(())
        })
        .await;
    }

    /// What Slipway knows of an app.
    pub fn known(&self, app: &str) -> Value {
        let said = self.cli.say(&["describe", app, "-o", "json"]).ok();
        serde_json::from_str(&said).expect("it is JSON")
    }

    /// How all operations of an app ended, the newest first.
    pub fn outcomes(&self, app: &str) -> Vec<String> {
        let said = self.cli.say(&["get", "operations", app, "-o", "json"]).ok();
        let all: Vec<Value> = serde_json::from_str(&said).expect("it is JSON");
        all.iter().map(|it| it["state"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub fn memory_kibibytes(&self) -> u64 {
        memory_kibibytes(self.host.pid(), "VmRSS")
    }

    /// Takes down what was put up, and fails where the host had something to hide.
    pub fn close(self, apps: &[&str]) {
        assert!(!self.host.log().contains("panicked"), "{}", self.host.log());
        for app in apps {
            self.cli.say(&["delete", app, "--yes", "--wait"]).ok();
        }
        self.cli.say(&["project", "delete", &self.project]).ok();
    }
}

/// Gives every Ingress an address, as an ingress controller would: without one an app counts as on its way for a
/// minute, and the testbed has none.
async fn give_addresses(client: kube::Client, project: String) {
    let ingresses: Api<Ingress> = Api::namespaced(client, &project);
    let given = json!({"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}});
    let given = Patch::Merge(given);
    loop {
        // An API server that a test has ended answers nothing, which is no news here.
        let all = ingresses.list(&ListParams::default()).await.map(|it| it.items);
        for ingress in all.unwrap_or_default() {
            let status = ingress.status.and_then(|it| it.load_balancer).and_then(|it| it.ingress);
            let name = ingress.metadata.name.unwrap_or_default();
            if status.is_none_or(|it| it.is_empty()) {
                let _ = ingresses.patch_status(&name, &PatchParams::default(), &given).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// Waits until nothing is left of a run that failed.
async fn swept(client: &kube::Client, project: &str) {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let _ = namespaces.delete(project, &DeleteParams::default()).await;
    eventually("an earlier run's namespace is gone", PATIENCE, async || {
        namespaces.get_opt(project).await.ok()?.is_none().then_some(())
    })
    .await;
}

/// A kubeconfig of an account that may do what `docs/slipway.clusterrole.json` says, and nothing else.
async fn restricted(directory: &Path) -> Option<String> {
    let Ok(admin) = std::env::var("SLIPWAY_TESTBED_KUBECONFIG") else {
        println!("skipped: SLIPWAY_TESTBED_KUBECONFIG names no cluster");
        return None;
    };
    let client = client(&admin).await;
    let role = std::fs::read_to_string(root().join("docs/slipway.clusterrole.json"));
    let role: ClusterRole = serde_json::from_str(&role.expect("it is there")).expect("it is one");
    let binding = serde_json::from_value(json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "slipway"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "slipway"},
        "subjects": [{"kind": "ServiceAccount", "namespace": "kube-public", "name": "slipway"}],
    }));
    let account = serde_json::from_value(json!({"metadata": {"name": "slipway"}}));
    let parameters = PostParams::default();
    made(Api::all(client.clone()).create(&parameters, &role).await);
    let bindings: Api<ClusterRoleBinding> = Api::all(client.clone());
    made(bindings.create(&parameters, &binding.expect("it is one")).await);
    let accounts: Api<ServiceAccount> = Api::namespaced(client, "kube-public");
    made(accounts.create(&parameters, &account.expect("it is one")).await);
    let asked = TokenRequest { spec: Some(TokenRequestSpec::default()), ..TokenRequest::default() };
    let given = accounts.create_token_request("slipway", &parameters, &asked).await;
    let token = given.ok().and_then(|it| it.status?.token).expect("a token was given");
    let text = std::fs::read_to_string(&admin).expect("the kubeconfig can be read");
    assert!(text.contains(ADMIN), "the testbed's kubeconfig has a token to replace");
    let path = directory.join("restricted.kubeconfig");
    std::fs::write(&path, text.replace(ADMIN, &token)).expect("the directory can be written");
    Some(path.display().to_string())
}

fn written(directory: &TempDir, name: &str, text: &str) -> String {
    let path = directory.path().join(name);
    std::fs::write(&path, text).expect("the directory can be written");
    path.display().to_string()
}

/// Each stage asks for the same account.
fn made<T>(answer: kube::Result<T>) {
    match answer {
        Ok(_) => {}
        Err(kube::Error::Api(status)) if status.is_already_exists() => {}
        Err(error) => unreachable!("the account cannot be made: {error}"),
    }
}
