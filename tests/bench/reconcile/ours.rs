//! The same apps through Slipway: asked for by its API, one request each.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use kube::api::{ListParams, Patch, PatchParams};
use kube::runtime::{WatchStreamExt, watcher};
use serde_json::json;
use slipway_tests::{Api as Slipway, Host, Options, guest, memory_kibibytes};

use crate::arrived::arrived;
use crate::figures::Times;
use crate::kinds::{KINDS, objects};
use crate::server::{self, Requests};

/// Requests to Slipway under way at once.
const AT_ONCE: usize = 16;
/// Apps that come before those that are measured, as the bare client has them: an API server holds the first object of
/// a kind that was defined just now for 2 s.
const WARM: usize = 20;
/// Nothing has changed for this long: nothing more will.
const STILL: Duration = Duration::from_secs(40);
/// How long the host is watched after its restart.
const REST: Duration = Duration::from_secs(20);

/// What was measured.
pub struct Ours {
    /// From the first request to the last object.
    pub brought: Duration,
    /// Requests and processor time of that.
    pub work: Work,
    /// What the API server took for it.
    pub server_cpu_seconds: f64,
    pub restart: Work,
    /// From each request to the changed object.
    pub changes: Times,
}

/// What the host did in a time.
pub struct Work {
    pub requests: Requests,
    pub cpu_seconds: f64,
    pub memory_kibibytes: u64,
}

pub async fn measure(client: &kube::Client, kubeconfig: &str, apps: usize) -> Result<Ours> {
    let mut host = Host::start_with(Options { no_embedded: true, ..Options::default() });
    let cli = host.cli();
    cli.say(&[
        "cluster",
        "add",
        "real",
        "--take-over",
        "--kubeconfig",
        kubeconfig,
        "--base-domain",
        "a.example",
    ])
    .ok();
    let (project, warm) = (format!("bench-{apps}"), format!("bench-warm-{apps}"));
    let many = apps.max(WARM).to_string();
    for project in [&project, &warm] {
        cli.say(&["project", "create", project, "--cluster", "real"]).ok();
        cli.say(&["project", "quota", project, "--pods", &many, "--volume-claims", &many]).ok();
    }
    let api = host.nobody().sign_in("ada", "correct horse battery").await;
    let seven = guest("seven");
    let component = std::fs::read(&seven).context("`cargo xtask guests` makes seven.wasm")?;
    let made = api.call(reqwest::Method::POST, "/api/v1/plugins", Some(component)).await;
    ensure!(made.status == 201, "the plugin is taken: {} {}", made.status, made.body);

    bring(client, &api, &warm, WARM).await?;
    make_healthy(client, &warm, WARM).await?;
    settle(client, &warm).await?;
    let (before, cpu) = (Requests::read(client).await?, cpu_seconds(host.pid())?);
    let bringing = bring(client, &api, &project, apps);
    let ((brought, counts), server_cpu_seconds) = server::beside(client, bringing).await?;
    let work = Work {
        requests: Requests::read(client).await?.since(&before).without_lists(counts),
        cpu_seconds: cpu_seconds(host.pid())? - cpu,
        memory_kibibytes: memory_kibibytes(host.pid(), "VmRSS"),
    };
    make_healthy(client, &project, apps).await?;
    settle(client, &project).await?;
    let restart = restart(client, &mut host).await?;
    let api = host.nobody().sign_in("ada", "correct horse battery").await;
    let changes = change(client, &api, &project, apps).await?;
    Ok(Ours { brought, work, server_cpu_seconds, restart, changes })
}

/// How long it took, and how often was counted meanwhile.
async fn bring(
    client: &kube::Client,
    api: &Slipway,
    project: &str,
    apps: usize,
) -> Result<(Duration, u64)> {
    let began = Instant::now();
    let path = format!("/api/v1/projects/{project}/deployments");
    let asking = stream::iter(0..apps).for_each_concurrent(AT_ONCE, |number| {
        let body = json!({"name": format!("app-{number}"), "blueprint": "seven"});
        let (api, path) = (api.clone(), path.clone());
        async move {
            api.post(&path, &body).await.expect(202);
        }
    });
    let arriving = async {
        let counts = arrived(client, project, apps).await?;
        Ok::<_, anyhow::Error>((began.elapsed(), counts))
    };
    tokio::join!(asking, arriving).1
}

/// Says for the controllers that are not there that everything is well: only then an operation is over.
async fn make_healthy(client: &kube::Client, project: &str, apps: usize) -> Result<()> {
    let condition = |kind: &str, reason: &str| {
        json!({"type": kind, "status": "True", "reason": reason,
        "lastTransitionTime": "2026-01-01T00:00:00Z", "lastUpdateTime": "2026-01-01T00:00:00Z"})
    };
    let seen = |kind: &str, reason: &str| {
        json!({"type": kind, "status": "True", "reason": reason,
        "lastTransitionTime": "2026-01-01T00:00:00Z"})
    };
    let statuses = [
        (KINDS[1], json!({"phase": "Bound"})),
        (
            KINDS[3],
            json!({"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1,
            "availableReplicas": 1, "conditions": [condition("Available", "MinimumReplicasAvailable"),
            condition("Progressing", "NewReplicaSetAvailable")]}),
        ),
        (KINDS[5], json!({"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}})),
        (
            KINDS[6],
            json!({"currentReplicas": 1, "desiredReplicas": 1, "conditions": [seen("AbleToScale", "ReadyForNewScale")]}),
        ),
    ];
    let all = (0..apps).flat_map(|number| statuses.iter().map(move |it| (number, it)));
    let requests = all.map(|(number, (kind, status))| async move {
        let patch = Patch::Merge(json!({ "status": status }));
        let name = format!("app-{number}");
        objects(client, project, *kind)
            .patch_status(&name, &PatchParams::default(), &patch)
            .await?;
        Ok::<_, anyhow::Error>(())
    });
    stream::iter(requests).buffer_unordered(AT_ONCE).try_collect::<()>().await
}

/// Waits until nothing of the project changes any more: conditions come after the objects, and words that waited while
/// others had their turn, up to 30 s later.
async fn settle(client: &kube::Client, project: &str) -> Result<()> {
    let rollouts = objects(client, project, ("slipway.dev", "v1alpha1", "Rollout"));
    let (mut before, mut since) = (String::new(), Instant::now());
    while since.elapsed() < STILL {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let listed = rollouts.list(&ListParams::default()).await?;
        let versions: String =
            listed.items.into_iter().filter_map(|it| it.metadata.resource_version).collect();
        if versions != before {
            (before, since) = (versions, Instant::now());
        }
    }
    Ok(())
}

async fn restart(client: &kube::Client, host: &mut Host) -> Result<Work> {
    print_complaints(host);
    host.stop();
    let before = Requests::read(client).await?;
    host.begin();
    tokio::time::sleep(REST).await;
    let after = Requests::read(client).await?;
    print_complaints(host);
    Ok(Work {
        requests: after.since(&before),
        cpu_seconds: cpu_seconds(host.pid())?,
        memory_kibibytes: memory_kibibytes(host.pid(), "VmRSS"),
    })
}

/// What the host complained of since it began is a part of the figures; its next beginning empties the log.
fn print_complaints(host: &Host) {
    let is_complaint = |it: &&str| it.contains("WARN") || it.contains("ERROR");
    host.log().lines().filter(is_complaint).for_each(|it| eprintln!("{it}"));
}

/// Processor time of a process: user and system, from `/proc/PID/stat` in ticks of 10 ms.
fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> =
        stat.rsplit_once(") ").context("the format of stat")?.1.split(' ').collect();
    let ticks =
        |at: usize| fields.get(at).and_then(|it| it.parse::<f64>().ok()).unwrap_or_default();
    Ok((ticks(11) + ticks(12)) / 100.0)
}

/// One change after the other; each is over when its Deployment has the mark.
async fn change(client: &kube::Client, api: &Slipway, project: &str, apps: usize) -> Result<Times> {
    let deployments = objects(client, project, ("apps", "v1", "Deployment"));
    let mut seen = watcher(deployments, watcher::Config::default()).applied_objects().boxed();
    // The watch begins with what is there.
    for _ in 0..apps {
        seen.next().await.context("the watch goes on")??;
    }
    let mut begun: HashMap<String, Instant> = HashMap::new();
    let mut times = Vec::new();
    for number in 0..apps.min(300) {
        let name = format!("app-{number}");
        let path = format!("/api/v1/projects/{project}/deployments/{name}/revisions");
        begun.insert(name.clone(), Instant::now());
        api.post(&path, &json!({"values": {"mark": "2"}})).await.expect(202);
        while begun.contains_key(&name) {
            let object = seen.next().await.context("the watch goes on")??;
            let mark = &object.data["spec"]["template"]["metadata"]["annotations"]["mark"];
            let began = object.metadata.name.filter(|_| mark == "2");
            times.extend(began.and_then(|it| begun.remove(&it)).map(|it| it.elapsed()));
        }
    }
    Ok(Times::new(times))
}
