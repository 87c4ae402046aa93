//! The main job on a real cluster: real API server, real kubelet, real pods, a container image.
//!
//! Runs where `SLIPWAY_TESTBED_KUBECONFIG` names a cluster; `tests/testbed/e2e.sh` starts one and sets it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::time::Duration;

use k8s_openapi::api::core::v1::{Namespace, Service};
use kube::Api;
use slipway_tests::{Host, Options, client, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_deployed_changed_rolled_back_scaled_and_deleted_on_a_real_cluster() {
    let Some(kubeconfig) = std::env::var_os("SLIPWAY_TESTBED_KUBECONFIG") else {
        println!("skipped: SLIPWAY_TESTBED_KUBECONFIG names no cluster");
        return;
    };
    let kubeconfig = kubeconfig.into_string().expect("the path is text");
    let host = Host::start_with(Options { no_embedded: true, ..Options::default() });
    let cli = host.cli();
    let add = ["cluster", "add", "real", "--kubeconfig", &kubeconfig, "--base-domain", "apps.test"];
    cli.say(&add).ok();
    assert!(cli.say(&["cluster", "list"]).ok().contains("v1.36"));
    cli.say(&["project", "create", "shop", "--cluster", "real"]).ok();
    cli.say(&["project", "use", "shop"]).ok();
    let image = "image=127.0.0.1:5000/hello:1.0.0";
    let deploy =
        ["deploy", "web", "-b", "hello-web", "--set", image, "--set", "greeting=Ahoy", "--wait"];
    cli.say(&deploy).ok();

    let client = client(&kubeconfig).await;
    assert!(answer(&client).await.starts_with("Ahoy from web-"), "a real pod answers");
    eventually("the request is in the log", Duration::from_secs(20), async || {
        cli.say(&["logs", "web"]).ok().contains("GET /").then_some(())
    })
    .await;
    eventually("the scheduler's event is told", Duration::from_secs(20), async || {
        cli.say(&["get", "events", "web"]).ok().contains("Scheduled").then_some(())
    })
    .await;

    cli.say(&["update", "web", "--set", "greeting=Hello again", "--wait"]).ok();
    assert!(answer(&client).await.starts_with("Hello again"));
    cli.say(&["rollout", "undo", "web", "--wait"]).ok();
    assert!(answer(&client).await.starts_with("Ahoy"));
    cli.say(&["scale", "web", "--replicas", "3", "--wait"]).ok();
    assert_eq!(cli.say(&["get", "objects", "web"]).ok().matches("pod/").count(), 3);

    cli.say(&["delete", "web", "--yes", "--wait"]).ok();
    let services: Api<Service> = Api::namespaced(client.clone(), "shop");
    let left = services.list(&kube::api::ListParams::default()).await.expect("the API answers");
    assert!(left.items.is_empty(), "{:?}", left.items);
    cli.say(&["project", "delete", "shop"]).ok();
    let namespaces: Api<Namespace> = Api::all(client);
    eventually("the namespace is gone", Duration::from_secs(60), async || {
        namespaces.get_opt("shop").await.ok()?.is_none().then_some(())
    })
    .await;
}

/// What the app answers at its Service's address, through kube-proxy.
async fn answer(client: &kube::Client) -> String {
    let services: Api<Service> = Api::namespaced(client.clone(), "shop");
    let service = services.get("web").await.expect("the service is there");
    let address = service.spec.and_then(|it| it.cluster_ip).expect("it has an address");
    eventually("the service answers", Duration::from_secs(20), async || {
        let response = reqwest::get(format!("http://{address}/")).await.ok()?;
        response.text().await.ok()
    })
    .await
}
