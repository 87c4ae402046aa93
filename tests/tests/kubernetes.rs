//! The main job on a real cluster: real API server, real kubelet, real pods, a container image.
//!
//! Runs where `SLIPWAY_TESTBED_KUBECONFIG` names a cluster; `tests/testbed/e2e.sh` starts one and sets it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::time::Duration;

use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::{Namespace, Service, ServiceAccount};
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use kube::Api;
use kube::api::PostParams;
use serde_json::json;
use slipway_tests::{Host, Options, client, eventually, root};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_deployed_changed_rolled_back_scaled_and_deleted_on_a_real_cluster() {
    let Some(kubeconfig) = std::env::var_os("SLIPWAY_TESTBED_KUBECONFIG") else {
        println!("skipped: SLIPWAY_TESTBED_KUBECONFIG names no cluster");
        return;
    };
    let kubeconfig = kubeconfig.into_string().expect("the path is text");
    let client = client(&kubeconfig).await;
    let directory = tempfile::tempdir().expect("there is a temporary directory");
    let restricted = restricted(&client, &kubeconfig, directory.path()).await;
    let host = Host::start_with(Options { no_embedded: true, ..Options::default() });
    let cli = host.cli();
    let add = ["cluster", "add", "real", "--kubeconfig", &restricted, "--base-domain", "apps.test"];
    cli.say(&add).ok();
    assert!(cli.say(&["cluster", "list"]).ok().contains("v1.36"));
    cli.say(&["project", "create", "shop", "--cluster", "real"]).ok();
    cli.say(&["project", "use", "shop"]).ok();
    let image = "image=127.0.0.1:5000/hello:1.0.0";
    let deploy =
        ["deploy", "web", "-b", "hello-web", "--set", image, "--set", "greeting=Ahoy", "--wait"];
    cli.say(&deploy).ok();

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

/// A kubeconfig of an account that may do what `docs/slipway.clusterrole.json` says, and nothing else.
async fn restricted(client: &kube::Client, admin: &str, directory: &std::path::Path) -> String {
    let role = std::fs::read_to_string(root().join("docs/slipway.clusterrole.json")).unwrap();
    let role: ClusterRole = serde_json::from_str(&role).unwrap();
    let binding = serde_json::from_value(json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "slipway"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "slipway"},
        "subjects": [{"kind": "ServiceAccount", "namespace": "kube-public", "name": "slipway"}],
    }));
    let account = serde_json::from_value(json!({"metadata": {"name": "slipway"}})).unwrap();
    let parameters = PostParams::default();
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), "kube-public");
    Api::all(client.clone()).create(&parameters, &role).await.unwrap();
    let bindings: Api<ClusterRoleBinding> = Api::all(client.clone());
    bindings.create(&parameters, &binding.unwrap()).await.unwrap();
    accounts.create(&parameters, &account).await.unwrap();
    let asked = TokenRequest { spec: Some(TokenRequestSpec::default()), ..TokenRequest::default() };
    let token = accounts.create_token_request("slipway", &parameters, &asked).await.unwrap();
    let token = token.status.and_then(|it| it.token).expect("a token was given");
    let text = std::fs::read_to_string(admin).unwrap().replace("admintoken", &token);
    assert!(text.contains(&token), "the testbed's kubeconfig has a token to replace");
    let path = directory.join("restricted.kubeconfig");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// What the app answers at its Service's address, through kube-proxy.
async fn answer(client: &kube::Client) -> String {
    let services: Api<Service> = Api::namespaced(client.clone(), "shop");
    let service = services.get("web").await.expect("the service is there");
    let address = service.spec.and_then(|it| it.cluster_ip).expect("it has an address");
    // A connection that begins before kube-proxy knows the service never gets there: it keeps its first way.
    let short = reqwest::Client::builder().timeout(Duration::from_secs(2)).build().unwrap();
    eventually("the service answers", Duration::from_secs(30), async || {
        let response = short.get(format!("http://{address}/")).send().await;
        let response = response.inspect_err(|error| println!("{address}: {error:?}")).ok()?;
        response.text().await.ok()
    })
    .await
}
