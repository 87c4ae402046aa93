//! Watches that break, and watches whose place in history is gone.

use std::time::Duration;

use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams};
use serde_json::{Value, json};
use slipway_tests::{Fault, Proxy, Stage, Traffic, eventually};

use super::{PATIENCE, testbed};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missed_where_watches_break_again_and_again() {
    let Some((stage, proxy)) = Stage::behind_a_proxy("watches").await else { return };
    stage.deploy("web", "nought");
    stage.comes("web", "nought").await;
    proxy.traffic();
    proxy.show(Fault::CutWatches(Duration::from_millis(300)));
    for greeting in ["one", "two", "three"] {
        stage.update("web", greeting);
        stage.comes("web", greeting).await;
    }
    stage.deployments().delete("web", &DeleteParams::default()).await.unwrap();
    stage.comes("web", "three").await;
    let watches = proxy.traffic().asked.iter().filter(|it| it.is_watch).count();
    println!("{watches} watches were cut");
    assert!(watches > 20, "only {watches} watches were cut");
    proxy.show(Fault::None);
    stage.close(&["web"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn history_that_is_gone_is_read_anew_and_only_what_changed_is_written() {
    let Some((stage, proxy)) = Stage::behind_a_proxy("history").await else { return };
    for app in ["web", "other"] {
        stage.deploy(app, app);
    }
    for app in ["web", "other"] {
        stage.comes(app, app).await;
    }
    lose_history(&stage, &proxy, async || {
        let scaled = Patch::Merge(json!({"spec": {"replicas": 3}}));
        stage.deployments().patch("web", &PatchParams::default(), &scaled).await.unwrap();
        stage.deployments().delete("other", &DeleteParams::default()).await.unwrap();
    })
    .await;
    eventually("the change by hand is taken back", PATIENCE, async || {
        let live = stage.deployments().get("web").await.ok()?.spec?;
        (live.replicas == Some(1)).then_some(())
    })
    .await;
    stage.comes("web", "web").await;
    stage.comes("other", "other").await;

    quiet(&proxy).await;
    let traffic = lose_history(&stage, &proxy, async || {}).await;
    let later = quiet(&proxy).await;
    let writes = [traffic.writes(), later.writes()].concat();
    assert!(writes.is_empty(), "nothing had changed: {writes:#?}");
    stage.close(&["web", "other"]);
}

/// Cuts the host off, lets something be done, and makes the API server forget everything before now; answers what came
/// until the host was told so and had read everything anew.
async fn lose_history(stage: &Stage, proxy: &Proxy, meanwhile: impl AsyncFnOnce()) -> Traffic {
    proxy.show(Fault::Down);
    meanwhile().await;
    // Something newer than all that the host has seen.
    let namespaces: Api<Namespace> = Api::all(stage.client.clone());
    let mark = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis().to_string();
    let marked = Patch::Merge(json!({"metadata": {"annotations": {"test/mark": mark}}}));
    namespaces.patch("default", &PatchParams::default(), &marked).await.unwrap();
    compact().await;
    testbed("restart", "apiserver");
    eventually("the API server is back", PATIENCE, async || {
        namespaces.list(&ListParams::default()).await.ok().map(drop)
    })
    .await;
    proxy.traffic();
    proxy.show(Fault::None);
    let mut all = Traffic::default();
    eventually("the host hears that its history is gone, and lists", PATIENCE, async || {
        let Traffic { connections, asked, gone } = proxy.traffic();
        all.connections += connections;
        all.asked.extend(asked);
        all.gone += gone;
        let listed =
            |kind: &str| all.asked.iter().any(|it| !it.is_watch && it.path.ends_with(kind));
        let is_read = listed("/rollouts") && listed("/deployments") && listed("/pods");
        (all.gone >= 3 && is_read).then_some(())
    })
    .await;
    println!("{} watches were told that their history is gone", all.gone);
    all
}

/// Waits until nothing is written for a while; answers what came meanwhile.
async fn quiet(proxy: &Proxy) -> Traffic {
    eventually("nothing is written any more", PATIENCE, async || {
        proxy.traffic();
        tokio::time::sleep(Duration::from_secs(5)).await;
        let traffic = proxy.traffic();
        traffic.writes().is_empty().then_some(traffic)
    })
    .await
}

/// Makes etcd forget what was before now.
async fn compact() {
    let etcd = "http://127.0.0.1:2379/v3/kv";
    let client = reqwest::Client::new();
    let found = client.post(format!("{etcd}/range")).json(&json!({"key": "AA=="})).send().await;
    let found: Value = found.unwrap().json().await.unwrap();
    let now = json!({"revision": found["header"]["revision"], "physical": true});
    let done = client.post(format!("{etcd}/compaction")).json(&now).send().await.unwrap();
    assert!(done.status().is_success(), "{:?}", done.text().await);
}
