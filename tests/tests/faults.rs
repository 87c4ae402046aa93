//! Faults of a real cluster: its API server and its etcd end, hang and come back; what is ours is deleted under us. The
//! host outlives all of it, goes on answering people, and everything comes to what is wanted.
//!
//! Runs where `SLIPWAY_TESTBED_KUBECONFIG` names a cluster of `tests/testbed/testbed.sh`; `e2e.sh` starts one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::process::Command;
use std::time::{Duration, Instant};

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::Api;
use kube::api::{DeleteParams, Patch, PatchParams};
use serde_json::json;
use slipway_tests::{Cli, Host, Options, client, eventually, memory_kibibytes, root};

const PATIENCE: Duration = Duration::from_secs(120);

/// The cluster's programs, as `testbed.sh` started them.
fn testbed(verb: &str, part: &str) {
    let script = root().join("tests/testbed/testbed.sh");
    let status = Command::new("bash").arg(script).args([verb, part]).status().unwrap();
    assert!(status.success(), "testbed.sh {verb} {part}");
}

struct Stage {
    host: Host,
    cli: Cli,
    deployments: Api<Deployment>,
    client: kube::Client,
}

impl Stage {
    async fn open(kubeconfig: &str) -> Self {
        let client = client(kubeconfig).await;
        let host = Host::start_with(Options { no_embedded: true, ..Options::default() });
        let cli = host.cli();
        cli.say(&[
            "cluster",
            "add",
            "real",
            "--take-over",
            "--kubeconfig",
            kubeconfig,
            "--base-domain",
            "a.test",
        ])
        .ok();
        cli.say(&["project", "create", "faults", "--cluster", "real"]).ok();
        cli.say(&["project", "use", "faults"]).ok();
        let deployments = Api::namespaced(client.clone(), "faults");
        let stage = Self { host, cli, deployments, client };
        stage.ask(&["deploy", "web", "-b", "hello-web", "--set", IMAGE]);
        stage.comes("web", "Hello").await;
        stage
    }

    /// Asks for something; the answer must come at once, whatever the cluster does.
    fn ask(&self, command: &[&str]) {
        let began = Instant::now();
        self.cli.say(command).ok();
        let took = began.elapsed();
        assert!(took < Duration::from_secs(5), "{command:?} took {took:?}");
    }

    /// Waits until an app runs in the cluster with this greeting, and Slipway says so.
    async fn comes(&self, app: &str, greeting: &str) {
        eventually(&format!("{app} says {greeting}"), PATIENCE, async || {
            let live = self.deployments.get_opt(app).await.ok()??;
            let status = live.status?;
            let pod = live.spec?.template.spec?;
            let says = pod.containers[0].env.as_ref()?.iter().find(|it| it.name == "GREETING")?;
            let is_up = status.available_replicas == status.replicas && status.replicas >= Some(1);
            (is_up && says.value.as_deref() == Some(greeting)).then_some(())
        })
        .await;
        eventually(&format!("{app} is said to run"), PATIENCE, async || {
            let described = self.cli.say(&["describe", app]).ok();
            (described.contains("Running") && described.contains("Healthy")).then_some(())
        })
        .await;
    }
}

/// The container image that the testbed's registry has.
const IMAGE: &str = "image=127.0.0.1:5000/hello:1.0.0";

#[tokio::test(flavor = "multi_thread")]
async fn the_host_outlives_what_happens_to_its_cluster() {
    let Some(kubeconfig) = std::env::var_os("SLIPWAY_TESTBED_KUBECONFIG") else {
        println!("skipped: SLIPWAY_TESTBED_KUBECONFIG names no cluster");
        return;
    };
    let stage = Stage::open(&kubeconfig.into_string().expect("the path is text")).await;
    let before = memory_kibibytes(stage.host.pid(), "VmRSS");

    stage.ask(&["update", "web", "--set", "greeting=one"]);
    testbed("restart", "apiserver");
    stage.comes("web", "one").await;
    println!("API server killed in the middle of an update and started again: converged");

    testbed("freeze", "etcd");
    stage.ask(&["update", "web", "--set", "greeting=two"]);
    stage.ask(&["deploy", "other", "-b", "hello-web", "--set", IMAGE, "--set", "greeting=other"]);
    tokio::time::sleep(Duration::from_secs(8)).await;
    testbed("thaw", "etcd");
    stage.comes("web", "two").await;
    stage.comes("other", "other").await;
    println!("etcd stopped for 8 s: converged");

    testbed("freeze", "apiserver");
    stage.ask(&["update", "web", "--set", "greeting=three"]);
    tokio::time::sleep(Duration::from_secs(25)).await;
    stage.ask(&["get", "deployments"]);
    testbed("thaw", "apiserver");
    stage.comes("web", "three").await;
    println!("API server silent for 25 s: converged");

    let scaled = Patch::Merge(json!({"spec": {"replicas": 4, "paused": true}}));
    stage.deployments.patch("web", &PatchParams::default(), &scaled).await.unwrap();
    stage.deployments.delete("other", &DeleteParams::default()).await.unwrap();
    stage.comes("other", "other").await;
    eventually("the change by hand is taken back", PATIENCE, async || {
        let live = stage.deployments.get("web").await.ok()?.spec?;
        (live.replicas == Some(1)).then_some(())
    })
    .await;
    println!("objects changed and deleted by hand: converged");

    let namespaces: Api<Namespace> = Api::all(stage.client.clone());
    let uid = namespaces.get("faults").await.unwrap().metadata.uid;
    namespaces.delete("faults", &DeleteParams::default()).await.unwrap();
    eventually("the namespace is made again", PATIENCE, async || {
        let made = namespaces.get_opt("faults").await.ok()??;
        (made.metadata.uid != uid).then_some(())
    })
    .await;
    stage.comes("web", "three").await;
    stage.comes("other", "other").await;
    println!("namespace deleted under us: made again, with all apps");

    let definitions: Api<CustomResourceDefinition> = Api::all(stage.client.clone());
    definitions.delete("rollouts.slipway.dev", &DeleteParams::default()).await.unwrap();
    eventually("the definition is back", PATIENCE, async || {
        let back = definitions.get_opt("rollouts.slipway.dev").await.ok()??;
        back.metadata.deletion_timestamp.is_none().then_some(())
    })
    .await;
    stage.ask(&["update", "web", "--set", "greeting=four"]);
    stage.comes("web", "four").await;
    stage.comes("other", "other").await;
    println!("definition of Rollout deleted: installed again, with all apps");

    let grown = memory_kibibytes(stage.host.pid(), "VmRSS").saturating_sub(before);
    println!("memory of the host: {before} KiB before, {grown} KiB more after");
    assert!(grown < 32 * 1024, "the faults have left {grown} KiB behind");
    assert!(!stage.host.log().contains("panicked"), "{}", stage.host.log());
    for app in ["web", "other"] {
        stage.cli.say(&["delete", app, "--yes", "--wait"]).ok();
    }
    stage.cli.say(&["project", "delete", "faults"]).ok();
}
