//! Bad input: each a clear error that says what to do, and nothing changed.

use k8s_openapi::api::core::v1::Namespace;
use kube::api::PostParams;
use serde_json::{Value, json};
use slipway_tests::{Api, Host};

async fn with_project(host: &Host) -> Api {
    let admin = host.admin().await;
    admin.post("/api/v1/projects", &json!({"name": "shop"})).await.expect(201);
    admin
}

fn deployments() -> &'static str {
    "/api/v1/projects/shop/deployments"
}

async fn count(admin: &Api) -> usize {
    admin.get(deployments()).await.expect(200)["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_and_nothing_is_made() {
    let host = Host::start();
    let admin = with_project(&host).await;
    let deploy = |body: Value| {
        let admin = admin.clone();
        async move { admin.post(deployments(), &body).await }
    };

    let unknown = deploy(json!({"name": "web", "blueprint": "nothing-like-it"})).await.expect(404);
    assert!(unknown["detail"].as_str().unwrap().contains("nothing-like-it"), "{unknown}");

    let body = json!({"name": "web", "blueprint": "hello-web", "values": {"replicas": 0}});
    let wrong = deploy(body).await.expect(422);
    assert_eq!(wrong["errors"][0]["field"], "/replicas", "{wrong}");

    let body = json!({"name": "web", "blueprint": "hello-web", "values": {"replicas": "many"}});
    let wrong = deploy(body).await.expect(422);
    assert_eq!(wrong["errors"][0]["field"], "/replicas", "{wrong}");

    let wrong = deploy(json!({"name": "Web_1", "blueprint": "hello-web"})).await.expect(422);
    assert_eq!(wrong["errors"][0]["field"], "/name", "{wrong}");

    let wrong =
        deploy(json!({"name": "web", "blueprint": "hello-web", "valeus": {}})).await.expect(422);
    assert!(wrong["detail"].as_str().unwrap().contains("valeus"), "{wrong}");

    let (open, close) = ("[".repeat(70), "]".repeat(70));
    let deep =
        format!(r#"{{"name": "web", "blueprint": "hello-web", "values": {{"a": {open}{close}}}}}"#);
    let wrong = admin.call(reqwest::Method::POST, deployments(), Some(deep.into_bytes())).await;
    let wrong = wrong.expect(422);
    assert!(wrong["detail"].as_str().unwrap().contains("nested 72 levels deep"), "{wrong}");

    let bytes = Some(b"{\"name\": ".to_vec());
    admin.call(reqwest::Method::POST, deployments(), bytes).await.expect(400);
    assert_eq!(count(&admin).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_components_of_this_contract_become_plugins() {
    let host = Host::start();
    let admin = host.admin().await;
    let install = async |bytes: Vec<u8>| {
        admin.call(reqwest::Method::POST, "/api/v1/plugins", Some(bytes)).await
    };
    let text = install(b"#!/bin/sh\n".to_vec()).await.expect(422);
    assert!(text["detail"].as_str().unwrap().to_lowercase().contains("webassembly"), "{text}");
    // A core module: the eight bytes of an empty one.
    let module = install(b"\0asm\x01\0\0\0".to_vec()).await.expect(422);
    assert!(module["detail"].as_str().unwrap().contains("component"), "{module}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_does_not_answer_is_not_added() {
    let host = Host::start();
    let admin = host.admin().await;
    let add = |kubeconfig: &str| json!({"name": "far", "baseDomain": "apps.test", "kubeconfig": kubeconfig});
    let wrong = admin.post("/api/v1/clusters", &add("hello")).await.expect(422);
    assert_eq!(wrong["errors"][0]["field"], "/kubeconfig", "{wrong}");
    let nobody_there = "apiVersion: v1\nkind: Config\ncurrent-context: a\n\
        contexts: [{name: a, context: {cluster: c, user: u}}]\n\
        clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: hush-hush}}]\n";
    let away = admin.post("/api/v1/clusters", &add(nobody_there)).await.expect(503);
    assert!(away["detail"].as_str().unwrap().contains("far"), "{away}");
    assert!(!host.log().contains("hush-hush"), "the token is not logged");
}

#[test]
fn a_second_server_on_the_same_directory_says_so() {
    let host = Host::start();
    let second = host.command("up").output().expect("it can be started");
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("another Slipway runs from") && said.contains("slipway down"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_somebody_else_made_becomes_no_project() {
    let host = Host::start();
    let cli = host.cli();
    let kubeconfig = host.data().join("node.kubeconfig").display().to_string();
    let namespaces: kube::Api<Namespace> = kube::Api::all(slipway_tests::client(&kubeconfig).await);
    let theirs = serde_json::from_value(json!({"metadata": {"name": "theirs"}})).unwrap();
    namespaces.create(&PostParams::default(), &theirs).await.unwrap();
    let no = cli.say(&["project", "create", "theirs"]).fails(1);
    assert!(no.contains("it is there already and is not Slipway's"), "{no}");
    assert!(no.contains("slipway.dev/project=theirs"), "what to do is told: {no}");
    let labels = namespaces.get("theirs").await.unwrap().metadata.labels.unwrap_or_default();
    assert!(!labels.contains_key("slipway.dev/project"), "{labels:?}");
    assert!(!cli.say(&["project", "list"]).ok().contains("theirs"));
}
