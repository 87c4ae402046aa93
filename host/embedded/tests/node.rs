//! The embedded cluster as a whole: what is deployed is served, replaced without loss, and told the truth about.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

#[path = "node/cluster.rs"]
mod cluster;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use cluster::{Cluster, deployment};
use k8s_openapi::api::core::v1::Pod;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const HELLO: &str = "slipway.local/hello-app:1.0.0";
const JOB: &str = "slipway.local/hello-job:1.0.0";

fn waiting(pod: &Pod) -> Option<(String, String)> {
    let status = pod.status.as_ref()?.container_statuses.as_ref()?.first()?;
    let waiting = status.state.as_ref()?.waiting.as_ref()?;
    Some((waiting.reason.clone()?, waiting.message.clone().unwrap_or_default()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_answers_at_its_host_name_and_scales() {
    let cluster = Cluster::start().await;
    cluster.push("hello-app", "1.0.0", "hello-app.wasm").await;
    cluster.create_app("web", HELLO, 1).await;
    cluster.until_ready("web", 1).await;
    let page = cluster
        .until("the page is served", async || {
            let (status, text) = cluster.get("web.localhost", "/").await.unwrap();
            (status == 200).then_some(text)
        })
        .await;
    assert!(page.contains("hello one"), "{page}");
    let (status, _) = cluster.get("nobody.localhost", "/").await.unwrap();
    assert_eq!(status, 404);

    cluster.change_deployment("web", json!({ "spec": { "replicas": 3 } })).await;
    cluster.until_ready("web", 3).await;
    cluster
        .until("all three pods answer", async || {
            let mut names = std::collections::BTreeSet::new();
            for _ in 0..9 {
                let (_, text) = cluster.get("web.localhost", "/api").await.unwrap();
                let said: Value = serde_json::from_str(&text).ok()?;
                names.insert(said["pod"].as_str().unwrap_or_default().to_owned());
            }
            (names.len() == 3).then_some(())
        })
        .await;
    // Each pod really listens at its own address.
    let pod = cluster.pods("web").await.remove(0);
    let ip = pod.status.unwrap().pod_ip.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let direct = client.get(format!("http://{ip}:8080/healthz")).send().await.unwrap();
    assert_eq!(direct.text().await.unwrap(), "ok\n");

    cluster.change_deployment("web", json!({ "spec": { "replicas": 1 } })).await;
    cluster
        .until("one pod is left", async || (cluster.pods("web").await.len() == 1).then_some(()))
        .await;
    cluster.until_ready("web", 1).await;
    cluster.change_deployment("web", json!({ "spec": { "replicas": 0 } })).await;
    cluster
        .until("nobody answers", async || {
            let (status, text) = cluster.get("web.localhost", "/").await.unwrap();
            (status == 503 && text.contains("no pod that is ready")).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_update_and_scaling_down_fail_no_request() {
    let cluster = Arc::new(Cluster::start().await);
    cluster.push("hello-app", "1.0.0", "hello-app.wasm").await;
    cluster.create_app("web", HELLO, 2).await;
    cluster.until_ready("web", 2).await;
    cluster
        .until("it answers", async || {
            (cluster.get("web.localhost", "/").await.unwrap().0 == 200).then_some(())
        })
        .await;

    let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let askers: Vec<_> = (0..4)
        .map(|at| {
            let (cluster, stop, asked) = (cluster.clone(), stop.clone(), asked.clone());
            let path = if at == 0 { "/slow?ms=200" } else { "/" };
            tokio::spawn(async move {
                let mut failures = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    asked.fetch_add(1, Ordering::Relaxed);
                    match cluster.get("web.localhost", path).await {
                        Ok((200, _)) => {}
                        other => failures.push(format!("{other:?}")),
                    }
                }
                failures
            })
        })
        .collect();

    for greeting in ["hello two", "hello three"] {
        let mut next = deployment("web", HELLO, 2);
        next["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] = json!(greeting);
        cluster.change_deployment("web", json!({ "spec": next["spec"] })).await;
        cluster.until_ready("web", 2).await;
        let (_, text) = cluster.get("web.localhost", "/").await.unwrap();
        assert!(text.contains(greeting), "{text}");
    }
    cluster.change_deployment("web", json!({ "spec": { "replicas": 1 } })).await;
    cluster
        .until("one is left", async || (cluster.pods("web").await.len() == 1).then_some(()))
        .await;

    stop.store(true, Ordering::Relaxed);
    for asker in askers {
        assert_eq!(asker.await.unwrap(), Vec::<String>::new());
    }
    assert!(asked.load(Ordering::Relaxed) > 20);
    let deployment = cluster.deployment("web").await;
    assert_eq!(deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"], "3");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn images_that_cannot_run_say_why() {
    let cluster = Cluster::start().await;
    cluster.push_container_image("nginx", "1").await;
    cluster.create(deployment("container", "slipway.local/nginx:1", 1)).await;
    cluster.create(deployment("missing", "slipway.local/nothing:1", 1)).await;
    let reason = async |app: &str| waiting(cluster.pods(app).await.first()?);
    let (_, message) = cluster
        .until("the container image is told apart", async || {
            reason("container").await.filter(|it| it.0 == "NeedsContainerRuntime")
        })
        .await;
    assert!(message.contains("slipway cluster add --kubeconfig"), "{message}");
    let pod = cluster.pods("container").await.remove(0);
    assert_eq!(pod.status.unwrap().phase.as_deref(), Some("Pending"));
    let (_, message) = cluster
        .until("the missing image is told", async || {
            reason("missing").await.filter(|it| it.0 == "ImagePullBackOff")
        })
        .await;
    assert!(message.contains("was not found in its registry"), "{message}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_keeps_failing_is_backed_off_and_keeps_its_log() {
    let cluster = Cluster::start().await;
    cluster.push("hello-job", "1.0.0", "hello-job.wasm").await;
    let mut crashing = deployment("crash", JOB, 1);
    let container = &mut crashing["spec"]["template"]["spec"]["containers"][0];
    container["args"] = json!(["--exit", "3", "said", "$(POD_NAME)"]);
    container.as_object_mut().unwrap().remove("readinessProbe");
    cluster.create(crashing).await;
    let pod = cluster
        .until("it is backed off", async || {
            let pod = cluster.pods("crash").await.into_iter().next()?;
            (waiting(&pod)?.0 == "CrashLoopBackOff").then_some(pod)
        })
        .await;
    let status = pod.status.unwrap().container_statuses.unwrap().remove(0);
    assert!(status.restart_count >= 2);
    // WASI 0.2 tells success or failure, and no number.
    assert_eq!(status.last_state.unwrap().terminated.unwrap().exit_code, 1);
    let name = pod.metadata.name.unwrap();
    let log = ask(&cluster, &format!("/logs/default/{name}/app?tailLines=2&timestamps=true")).await;
    assert!(log.contains(&format!("was told: said {name}")), "{log}");
    assert!(log.contains("ending with status 3"), "{log}");
    let previous = ask(&cluster, &format!("/logs/default/{name}/app?previous=true")).await;
    assert!(previous.contains("was told"), "{previous}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_ends_and_a_greedy_one_is_stopped() {
    let cluster = Cluster::start().await;
    cluster.push("hello-job", "1.0.0", "hello-job.wasm").await;
    for (name, args) in [("good", json!(["done"])), ("greedy", json!(["--allocate-mib", "64"]))] {
        cluster
            .create(json!({
                "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": name },
                "spec": { "backoffLimit": 0, "template": {
                    "metadata": { "labels": { "app": name } },
                    "spec": { "restartPolicy": "Never", "containers": [{
                        "name": "app", "image": JOB, "args": args,
                        "resources": { "limits": { "memory": "32Mi" } },
                    }] },
                } },
            }))
            .await;
    }
    let ended = async |app: &str, phase: &str| {
        let pod = cluster.pods(app).await.into_iter().next()?;
        let status = pod.status?;
        (status.phase.as_deref() == Some(phase)).then_some(status)
    };
    cluster.until("the job is done", async || ended("good", "Succeeded").await).await;
    let status =
        cluster.until("the greedy one failed", async || ended("greedy", "Failed").await).await;
    let state = status.container_statuses.unwrap().remove(0).state.unwrap();
    assert_eq!(state.terminated.unwrap().reason.as_deref(), Some("OOMKilled"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_leave_lines_in_the_log_and_figures() {
    let cluster = Cluster::start().await;
    cluster.push("hello-app", "1.0.0", "hello-app.wasm").await;
    cluster.create_app("web", HELLO, 1).await;
    cluster.until_ready("web", 1).await;
    cluster
        .until("it answers", async || {
            (cluster.get("web.localhost", "/api").await.unwrap().0 == 200).then_some(())
        })
        .await;
    let name = cluster.pods("web").await.remove(0).metadata.name.unwrap();
    let log = ask(&cluster, &format!("/logs/default/{name}/app")).await;
    assert!(log.contains("GET /api 200"), "{log}");
    let figures = cluster
        .until("the figures show the work", async || {
            for _ in 0..20 {
                cluster.get("web.localhost", "/").await.unwrap();
            }
            let text = ask(&cluster, "/stats").await;
            let stats: Value = serde_json::from_str(&text).unwrap();
            let container = stats["pods"][0]["containers"][0].clone();
            (container["cpuNanoCores"].as_u64()? > 0).then_some(stats)
        })
        .await;
    assert_eq!(figures["pods"][0]["name"], name.as_str());
    assert!(figures["pods"][0]["containers"][0]["memoryBytes"].as_u64().unwrap() > 0);
    assert!(figures["node"]["memoryBytes"].as_u64().unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_node_starts_the_pods_of_the_old_one() {
    let mut cluster = Cluster::start().await;
    cluster.push("hello-app", "1.0.0", "hello-app.wasm").await;
    cluster.create_app("web", HELLO, 1).await;
    cluster.until_ready("web", 1).await;
    let before = cluster.pods("web").await.remove(0);
    cluster.stop_node().await;
    cluster.start_node();
    cluster
        .until("the same pod answers again", async || {
            let (status, text) = cluster.get("web.localhost", "/api").await.ok()?;
            let name = before.metadata.name.as_ref()?;
            (status == 200 && text.contains(name.as_str())).then_some(())
        })
        .await;
    let after = cluster.pods("web").await.remove(0);
    assert_eq!(after.metadata.uid, before.metadata.uid);
    assert_eq!(after.status.unwrap().pod_ip, before.status.unwrap().pod_ip);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_image_that_the_disk_has_spoiled_is_fetched_again() {
    let mut cluster = Cluster::start().await;
    cluster.push("hello-app", "1.0.0", "hello-app.wasm").await;
    cluster.create_app("web", HELLO, 1).await;
    cluster.until_ready("web", 1).await;
    cluster.stop_node().await;
    cluster.spoil_images();
    cluster.start_node();
    cluster
        .until("it answers again", async || {
            let (status, _) = cluster.get("web.localhost", "/").await.ok()?;
            (status == 200).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_serves_on_without_the_api_and_finds_it_again() {
    let mut cluster = Cluster::start().await;
    cluster.push("hello-app", "1.0.0", "hello-app.wasm").await;
    cluster.create_app("web", HELLO, 1).await;
    cluster.until_ready("web", 1).await;
    cluster
        .until("it answers", async || {
            (cluster.get("web.localhost", "/").await.unwrap().0 == 200).then_some(())
        })
        .await;
    cluster.stop_api().await;
    assert_eq!(cluster.get("web.localhost", "/").await.unwrap().0, 200);
    cluster.change_deployment("web", json!({ "spec": { "replicas": 2 } })).await;
    cluster.serve_api_elsewhere().await;
    cluster.until_ready("web", 2).await;
}

/// Asks the node's socket.
async fn ask(cluster: &Cluster, path: &str) -> String {
    let mut stream = tokio::net::UnixStream::connect(cluster.socket()).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: node\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    let reading = stream.read_to_string(&mut text);
    tokio::time::timeout(Duration::from_secs(10), reading).await.unwrap().unwrap();
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    body.to_owned()
}
