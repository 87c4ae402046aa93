//! `cargo xtask bench live`: from a change in a real cluster with many pods to the event that a browser gets.
//!
//! The nodes are simulated (kwok), the rest of Kubernetes is real. Runs where `SLIPWAY_TESTBED_KUBECONFIG` names a
//! cluster; `tests/testbed/bench.sh` starts one and sets it.

#![allow(clippy::panic, reason = "a wrong answer ends a measurement")]

#[path = "figures.rs"]
mod figures;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, stream};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, ListParams, Patch, PatchParams};
use kube::runtime::{WatchStreamExt, watcher};
use serde_json::json;
use slipway_tests::{Host, Options, client, memory_kibibytes, use_release_binary};
use tokio::sync::mpsc;

use crate::figures::{Table, Times, short};

const APPS: usize = 250;
const PODS_OF_EACH: usize = 20;
const CHANGES: usize = 300;
/// How long many pods may take until they run.
const PATIENCE: Duration = Duration::from_secs(600);
const PROJECT: &str = "many";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let kubeconfig = std::env::var("SLIPWAY_TESTBED_KUBECONFIG")
        .context("SLIPWAY_TESTBED_KUBECONFIG names no cluster; run `cargo xtask bench live`")?;
    use_release_binary();
    let cluster = client(&kubeconfig).await;
    let host = Host::start_with(Options { no_embedded: true, ..Options::default() });
    let mut table = Table::headed(["what", "measured", "floor or peer, same run", "bar"]);
    let brought = bring(&host, &cluster, &kubeconfig).await?;
    let pods = Api::<Pod>::namespaced(cluster, PROJECT);
    let all = pods.list(&ListParams::default()).await?.items;
    table.row(
        &format!("{APPS} apps with {} pods in all, until all of them run", all.len()),
        short(brought),
        format!("{} MB resident", memory_kibibytes(host.pid(), "VmRSS") / 1000),
        "",
    );
    let (in_browser, in_watch) = changes(&host, &pods, &all).await?;
    table.row(
        &format!("a change of one of {} pods, until the browser's stream tells of it", all.len()),
        in_browser.to_string(),
        format!("a watch of its own: {in_watch}"),
        "100 ms at the 99th percentile",
    );
    println!("{table}");
    Ok(())
}

/// Deploys the apps; answers how long it took until every pod runs.
async fn bring(host: &Host, cluster: &kube::Client, kubeconfig: &str) -> Result<Duration> {
    let cli = host.cli();
    let add = ["cluster", "add", "real", "--take-over", "--kubeconfig", kubeconfig];
    cli.say(&[&add[..], &["--base-domain", "a.example"]].concat()).ok();
    cli.say(&["project", "create", PROJECT, "--cluster", "real"]).ok();
    let most = (APPS * PODS_OF_EACH * 2).to_string();
    cli.say(&["project", "quota", PROJECT, "--pods", &most]).ok();
    let api = host.nobody().sign_in("ada", "correct horse battery").await;
    let began = Instant::now();
    let path = format!("/api/v1/projects/{PROJECT}/deployments");
    stream::iter(0..APPS)
        .for_each_concurrent(8, |number| {
            let values = json!({"image": "example.invalid/app:1", "replicas": PODS_OF_EACH});
            let body = json!({"name": format!("app-{number}"), "blueprint": "hello-web", "values": values});
            let (api, path) = (api.clone(), path.clone());
            async move {
                api.post(&path, &body).await.expect(202);
            }
        })
        .await;
    let pods = Api::<Pod>::namespaced(cluster.clone(), PROJECT);
    let mut seen = watcher(pods, watcher::Config::default()).applied_objects().boxed();
    let mut running = std::collections::HashSet::new();
    let all_run = async {
        while running.len() < APPS * PODS_OF_EACH {
            let pod = seen.next().await.context("the watch goes on")??;
            if pod.status.and_then(|it| it.phase).as_deref() == Some("Running") {
                running.insert(pod.metadata.name.unwrap_or_default());
            }
        }
        Ok::<_, anyhow::Error>(())
    };
    tokio::time::timeout(PATIENCE, all_run).await.context("not all pods run")??;
    Ok(began.elapsed())
}

/// Changes one pod after the other; answers when the browser's stream and a watch beside it told of each.
async fn changes(host: &Host, pods: &Api<Pod>, all: &[Pod]) -> Result<(Times, Times)> {
    let api = host.nobody().sign_in("ada", "correct horse battery").await;
    let mut told = lines(api.stream(&format!("/api/v1/live?project={PROJECT}")).await?);
    let mut seen = watcher(pods.clone(), watcher::Config::default()).applied_objects().boxed();
    // The first list of the watch, and what was still on its way to the stream.
    let listed = seen.by_ref().take(all.len()).count().await;
    ensure!(listed == all.len(), "the watch lists {listed} pods");
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (mut in_browser, mut in_watch) = (Vec::new(), Vec::new());
    for (number, pod) in all.iter().step_by((all.len() / CHANGES).max(1)).enumerate() {
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        let app = pod.metadata.labels.as_ref().and_then(|it| it.get("slipway.dev/rollout"));
        let app = app.context("the pod has its app's label")?;
        while told.try_recv().is_ok() {}
        let patch = json!({"metadata": {"annotations": {"measured": number.to_string()}}});
        let began = Instant::now();
        pods.patch(name, &PatchParams::default(), &Patch::Merge(patch)).await?;
        let watched = async {
            while seen.next().await.context("the watch goes on")??.metadata.name.as_deref()
                != Some(name)
            {}
            Ok::<_, anyhow::Error>(began.elapsed())
        };
        let wanted = format!("\"name\":\"{app}\"");
        let shown = async {
            loop {
                let (at, line) = told.recv().await.context("the stream goes on")?;
                if line.contains("touched") && line.contains(&wanted) {
                    return Ok::<_, anyhow::Error>(at.duration_since(began));
                }
            }
        };
        let both = async { tokio::try_join!(watched, shown) };
        let (watched, shown) = tokio::time::timeout(Duration::from_secs(20), both)
            .await
            .context("no event came")??;
        in_watch.push(watched);
        in_browser.push(shown);
    }
    Ok((Times::new(in_browser), Times::new(in_watch)))
}

/// Each line of a stream with the time at which it came.
fn lines(mut response: reqwest::Response) -> mpsc::UnboundedReceiver<(Instant, String)> {
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut rest = String::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            let at = Instant::now();
            rest.push_str(&String::from_utf8_lossy(&chunk));
            while let Some(end) = rest.find('\n') {
                let line: String = rest.drain(..=end).collect();
                if sender.send((at, line)).is_err() {
                    return;
                }
            }
        }
    });
    receiver
}
