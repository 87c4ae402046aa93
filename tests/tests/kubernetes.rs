//! The main job on a real cluster: real API server, real kubelet, real pods, a container image.
//!
//! Runs where `SLIPWAY_TESTBED_KUBECONFIG` names a cluster; `tests/testbed/e2e.sh` starts one and sets it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::process::Command;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Namespace, Pod, Secret, Service};
use kube::Api;
use slipway_tests::{IMAGE, Load, Stage, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_deployed_changed_rolled_back_scaled_and_deleted_on_a_real_cluster() {
    let Some(stage) = Stage::open("shop").await else { return };
    let Stage { host: _host, cli, client, .. } = stage;
    assert!(cli.say(&["cluster", "list"]).ok().contains("v1.36"));
    let deploy =
        ["deploy", "web", "-b", "hello-web", "--set", IMAGE, "--set", "greeting=Ahoy", "--wait"];
    cli.say(&deploy).ok();

    assert!(answer(&client, "shop").await.starts_with("Ahoy from web-"), "a real pod answers");
    eventually("the request is in the log", Duration::from_secs(20), async || {
        cli.say(&["logs", "web"]).ok().contains("GET /").then_some(())
    })
    .await;
    eventually("the scheduler's event is told", Duration::from_secs(20), async || {
        cli.say(&["get", "events", "web"]).ok().contains("Scheduled").then_some(())
    })
    .await;

    cli.say(&["update", "web", "--set", "greeting=Hello again", "--wait"]).ok();
    comes_to_say(&client, "Hello again").await;
    cli.say(&["rollout", "undo", "web", "--wait"]).ok();
    comes_to_say(&client, "Ahoy").await;
    cli.say(&["scale", "web", "--replicas", "3", "--wait"]).ok();
    eventually(
        "three pods are left, the replaced ones are gone",
        Duration::from_secs(60),
        async || {
            (cli.say(&["get", "objects", "web"]).ok().matches("pod/").count() == 3).then_some(())
        },
    )
    .await;

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

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_reaches_a_real_container_and_goes_with_its_app() {
    let Some(stage) = Stage::open("vault").await else { return };
    let Stage { host: _host, cli, client, .. } = stage;
    let secret = ["--set-secret", "secretEnvironment.TOKEN=-", "--wait"];
    let deploy = ["deploy", "web", "-b", "hello-web", "--set", IMAGE];
    // kubelet starts no container whose variables it cannot put together.
    cli.say_with(&[&deploy[..], &secret[..]].concat(), "first").ok();
    cli.say_with(&[&["update", "web"][..], &secret[..]].concat(), "second").ok();
    let secrets: Api<Secret> = Api::namespaced(client.clone(), "vault");
    let held = async || {
        let found = secrets.get_opt("web.secrets.slipway.dev").await.expect("the API answers")?;
        let text = |(key, it): (String, k8s_openapi::ByteString)| {
            (key, String::from_utf8(it.0).expect("it is text"))
        };
        Some(found.data?.into_iter().map(text).collect::<Vec<_>>())
    };
    let entry = |revision: u64, text: &str| {
        (format!("secretEnvironment.TOKEN.{revision}"), text.to_owned())
    };
    assert_eq!(held().await.unwrap(), [entry(1, "first"), entry(2, "second")]);
    let pods: Api<Pod> = Api::namespaced(client.clone(), "vault");
    let named = async || {
        let listed = pods.list(&kube::api::ListParams::default()).await.expect("the API answers");
        let live = listed.items.into_iter().filter(|it| it.metadata.deletion_timestamp.is_none());
        live.map(|it| serde_json::to_string(&it.spec).expect("it is JSON")).collect::<Vec<_>>()
    };
    assert!(named().await.iter().all(|it| it.contains("secretEnvironment.TOKEN.2")));
    cli.say(&["rollout", "undo", "web", "--wait"]).ok();
    assert!(named().await.iter().all(|it| it.contains("secretEnvironment.TOKEN.1")));
    cli.say(&["delete", "web", "--yes", "--wait"]).ok();
    assert_eq!(held().await, None, "it goes with the app");
    cli.say(&["project", "delete", "vault"]).ok();
}

/// Every change that people make to an app that is in use, while it is asked again and again, and while Slipway itself is
/// restarted and killed in the middle of them.
#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_dropped_whatever_is_done_to_an_app_on_a_real_node() {
    let Some(stage) = Stage::open("busy").await else { return };
    let Stage { mut host, cli, client, .. } = stage;
    let deploy =
        ["deploy", "web", "-b", "hello-web", "--set", IMAGE, "--set", "greeting=nought", "--wait"];
    cli.say(&[&deploy[..], &["--set", "replicas=2"]].concat()).ok();
    answer(&client, "busy").await;
    let url = format!("http://{}/", address(&client, "busy").await);

    let mut asked = 0;
    for (what, commands) in PLAYS {
        let load = Load::on(&url, "web.busy.apps.test", 3);
        let begun = std::time::Instant::now();
        match *what {
            "restarted in the middle" => {
                cli.say(commands[0]).ok();
                host.stop();
                host.begin();
                cli.say(&["rollout", "status", "web"]).ok();
            }
            "killed in the middle" => {
                cli.say(commands[0]).ok();
                host.kill();
                host.begin();
                cli.say(&["rollout", "status", "web"]).ok();
            }
            _ => commands.iter().for_each(|it| drop(cli.say(it).ok())),
        }
        // What was replaced ends some seconds after the operation.
        tokio::time::sleep(Duration::from_secs(8)).await;
        let requests = load.end().await;
        println!(
            "{what}: {requests} requests in {:.1} s, none failed",
            begun.elapsed().as_secs_f64()
        );
        asked += requests;
    }
    assert!(asked > 1000, "only {asked} requests were made");
    cli.say(&["delete", "web", "--yes", "--wait"]).ok();
    cli.say(&["project", "delete", "busy"]).ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_crashes_again_and_again_is_restarted_by_healing() {
    let Some(stage) = Stage::open("frail").await else { return };
    let Stage { host: _host, cli, client, .. } = stage;
    cli.say(&["deploy", "web", "-b", "hello-web", "--set", IMAGE, "--wait"]).ok();
    cli.say(&["healing", "web", "--after", "5"]).ok();
    answer(&client, "frail").await;
    let url = format!("http://{}/crash", address(&client, "frail").await);
    let short = reqwest::Client::builder().timeout(Duration::from_secs(2)).build().unwrap();
    eventually("healing restarts it", Duration::from_secs(120), async || {
        // It answers for a moment after every restart of the container, and crashes again.
        let _ = short.get(&url).send().await;
        let described = cli.say(&["describe", "web"]).ok();
        described.contains("heal by healing").then_some(())
    })
    .await;
    cli.say(&["rollout", "status", "web"]).ok();
    answer(&client, "frail").await;
    let described = cli.say(&["describe", "web"]).ok();
    assert!(described.contains("why: It has not been well for"), "{described}");
    cli.say(&["delete", "web", "--yes", "--wait"]).ok();
    cli.say(&["project", "delete", "frail"]).ok();
}

/// What is done under load, in this order.
const PLAYS: &[(&str, &[&[&str]])] = &[
    ("rolling update", &[&["update", "web", "--set", "greeting=one", "--wait"]]),
    ("rolling rollback", &[&["rollout", "undo", "web", "--wait"]]),
    (
        "scaled up and down",
        &[
            &["scale", "web", "--replicas", "4", "--wait"],
            &["scale", "web", "--replicas", "2", "--wait"],
        ],
    ),
    ("pods restarted", &[&["restart", "web", "--wait"]]),
    (
        "control plugin changed to blue-green",
        &[&[
            "control",
            "set",
            "web",
            "--plugin",
            "blue-green",
            "--set",
            "scaleDownDelaySeconds=10",
            "--wait",
        ]],
    ),
    ("blue-green promotion", &[&["update", "web", "--set", "greeting=two", "--wait"]]),
    ("blue-green way back", &[&["rollout", "undo", "web", "--wait"]]),
    ("restarted in the middle", &[&["update", "web", "--set", "greeting=three"]]),
    ("killed in the middle", &[&["update", "web", "--set", "greeting=four"]]),
    (
        "control plugin changed to rolling",
        &[&["control", "set", "web", "--plugin", "rolling", "--wait"]],
    ),
];

/// The app's address in the cluster.
async fn address(client: &kube::Client, project: &str) -> String {
    let services: Api<Service> = Api::namespaced(client.clone(), project);
    let service = services.get("web").await.expect("the service is there");
    service.spec.and_then(|it| it.cluster_ip).expect("it has an address")
}

/// Done is an update, as for `kubectl rollout status`, when its pods are there and the old ones are told to end; these
/// linger and answer until kube-proxy has heard of it, which takes it a second or two.
async fn comes_to_say(client: &kube::Client, words: &str) {
    eventually(&format!("the app says {words}"), Duration::from_secs(15), async || {
        answer(client, "shop").await.starts_with(words).then_some(())
    })
    .await;
}

/// What the app answers there, through kube-proxy.
async fn answer(client: &kube::Client, project: &str) -> String {
    let address = address(client, project).await;
    // A connection that begins before kube-proxy knows the service never gets there: it keeps its first way.
    let short = reqwest::Client::builder().timeout(Duration::from_secs(2)).build().unwrap();
    let said = eventually("the service answers", Duration::from_secs(30), async || {
        let response = short.get(format!("http://{address}/")).send().await;
        let response = response.inspect_err(|error| println!("{address}: {error:?}")).ok()?;
        response.text().await.ok()
    })
    .await;
    forget_what_began_early(&address);
    said
}

/// The kernel keeps the way of such a connection for two minutes after it was given up, and whoever is given its port by chance is
/// sent the same way: to nobody, which ends with "no route to host".
fn forget_what_began_early(address: &str) {
    let early = ["-D", "-p", "tcp", "--state", "SYN_SENT", "--orig-dst", address];
    // It fails where there is nothing to forget.
    Command::new("conntrack").args(early).output().expect("conntrack is installed");
}
