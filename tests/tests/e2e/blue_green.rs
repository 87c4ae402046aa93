//! Blue-green on the embedded cluster: preview, promotion, abort, going back, and another plugin for a running app.

use std::time::Duration;

use serde_json::{Value, json};
use slipway_tests::{Cli, Host, eventually};

fn detail(cli: &Cli) -> Value {
    serde_json::from_str(&cli.say(&["describe", "web", "-o", "json"]).ok()).expect("it is JSON")
}

async fn waits_for_a_person(cli: &Cli) {
    eventually("the new stack is ready", Duration::from_secs(60), async || {
        let message = detail(cli)["operation"]["message"].as_str()?.to_owned();
        message.contains("Look at it, then promote it or abort.").then_some(())
    })
    .await;
}

async fn greeting(host: &Host, name: &str) -> String {
    let (status, page) = host.app(name, "shop").await;
    assert_eq!(status, 200, "{page}");
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_revision_is_looked_at_promoted_and_taken_back_without_a_failed_request() {
    let host = Host::start();
    let cli = host.shop();
    let deploy =
        ["deploy", "web", "-b", "hello-web", "--set", "greeting=One", "--control", "blue-green"];
    let by_hand = [
        "--control-set",
        "autoPromotionEnabled=false",
        "--control-set",
        "scaleDownDelaySeconds=10",
    ];
    cli.say(&[&deploy[..], &by_hand[..], &["--wait"]].concat()).ok();
    let load = host.load("web", "shop");

    cli.say(&["update", "web", "--set", "greeting=Two"]).ok();
    waits_for_a_person(&cli).await;
    assert!(greeting(&host, "web").await.contains("One"), "nobody has promoted it");
    eventually("the preview answers", Duration::from_secs(10), async || {
        let (status, page) = host.app("web--preview", "shop").await;
        (status == 200 && page.contains("Two")).then_some(())
    })
    .await;
    assert!(cli.say(&["describe", "web"]).ok().contains("Preview:"), "its address is told");

    cli.say(&["rollout", "promote", "web", "--wait"]).ok();
    assert!(greeting(&host, "web").await.contains("Two"));
    // The former stack stands, so that going back makes nothing new.
    assert!(cli.say(&["get", "objects", "web"]).ok().contains("deployment/web-blue"));
    cli.say(&["rollout", "undo", "web", "--wait"]).ok();
    assert!(greeting(&host, "web").await.contains("One"));

    cli.say(&["update", "web", "--set", "greeting=Three"]).ok();
    waits_for_a_person(&cli).await;
    cli.say(&["rollout", "abort", "web", "--wait"]).ok();
    assert!(greeting(&host, "web").await.contains("One"));
    let aborted = detail(&cli);
    assert_eq!(aborted["values"]["greeting"], "One", "what is wanted is what answers");
    assert_eq!(aborted["deployment"]["phase"], "Running");

    // Another plugin takes the running app over.
    cli.say(&["control", "set", "web", "--plugin", "rolling", "--wait"]).ok();
    assert!(greeting(&host, "web").await.contains("One"));
    assert_eq!(detail(&cli)["control"]["plugin"], "rolling");
    let stacks = || cli.say(&["get", "objects", "web"]).ok();
    eventually("both stacks are gone", Duration::from_secs(60), async || {
        let objects = stacks();
        (!objects.contains("deployment/web-green") && !objects.contains("deployment/web-blue"))
            .then_some(())
    })
    .await;
    cli.say(&["control", "set", "web", "--plugin", "blue-green", "--wait"]).ok();
    assert!(stacks().contains("deployment/web-blue"));
    let asked = load.end().await;
    assert!(asked > 100, "only {asked} requests were made");
    cli.say(&["delete", "web", "--yes", "--wait"]).ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_answered_with_what_can() {
    let host = Host::start();
    let cli = host.shop();
    cli.say(&["deploy", "web", "-b", "hello-web", "--wait"]).ok();
    assert_eq!(detail(&cli)["control"]["plugin"], "rolling");
    let no = cli.say(&["rollout", "promote", "web"]).fails(1);
    assert!(no.contains("rolling cannot promote; it knows: create, update"), "{no}");
    let no = cli.say(&["rollout", "abort", "web"]).fails(1);
    assert!(no.contains("nothing to go back to"), "{no}");
    let no = cli.say(&["control", "set", "web", "--plugin", "no-such"]);
    assert!(no.err.contains("no control \"no-such\""), "{no:?}");
    let wrong =
        ["control", "set", "web", "--plugin", "blue-green", "--set", "scaleDownDelaySeconds=1"];
    let no = cli.say(&wrong);
    assert!(no.code != 0 && no.err.contains("scaleDownDelaySeconds"), "{no:?}");
    assert_eq!(detail(&cli)["control"]["plugin"], "rolling", "nothing was changed");
    let no = cli.say(&["deploy", "web--preview", "-b", "hello-web"]);
    assert!(no.code != 0 && no.err.contains("keeps for itself"), "{no:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_says_what_new_deployments_get() {
    let host = Host::start();
    let cli = host.shop();
    cli.say(&["cluster", "control", "embedded", "blue-green", "--set", "autoPromotionSeconds=7"])
        .ok();
    cli.say(&["deploy", "web", "-b", "hello-web", "--wait"]).ok();
    let control = detail(&cli)["control"].clone();
    assert_eq!(control["plugin"], "blue-green");
    assert_eq!(control["options"]["autoPromotionSeconds"], 7);
    assert!(control["operations"].as_array().unwrap().contains(&json!("promote")));
    cli.say(&["cluster", "control", "embedded"]).ok();
    let clusters = cli.say(&["cluster", "list", "-o", "json"]).ok();
    assert!(!clusters.contains("blue-green"), "{clusters}");
}
