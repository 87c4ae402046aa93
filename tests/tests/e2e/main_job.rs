//! The main job: from a blueprint to a running app that answers, changes, goes back, scales, and goes.

use std::time::Duration;

use slipway_tests::{Host, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_deployed_changed_rolled_back_scaled_and_deleted() {
    let host = Host::start();
    let cli = host.shop();
    assert!(cli.say(&["blueprint", "list"]).ok().contains("hello-web"));
    cli.say(&["deploy", "web", "--blueprint", "hello-web", "--set", "greeting=Ahoy", "--wait"])
        .ok();

    // It answers at its own name, with what the form said.
    let (status, page) = host.app("web", "shop").await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("Ahoy"), "{page}");
    let described = cli.say(&["describe", "web"]).ok();
    assert!(
        described.contains(&format!("http://web.shop.localhost:{}/", host.ingress_port())),
        "{described}"
    );
    assert!(described.contains("Running"), "{described}");

    // Logs, events and figures are real ones.
    let logs = eventually("the request is in the log", Duration::from_secs(20), async || {
        Some(cli.say(&["logs", "web"]).ok()).filter(|it| it.contains("GET /"))
    });
    logs.await;
    let figures = eventually("memory is told", Duration::from_secs(30), async || {
        Some(cli.say(&["describe", "web"]).ok()).filter(|it| it.contains("MiB"))
    });
    figures.await;

    // The diff comes before the change, and a change drops no request.
    let diff = cli.say(&["diff", "web", "--set", "greeting=Hello again"]);
    assert!(diff.out.contains("greeting: \"Ahoy\" -> \"Hello again\""), "{diff:?}");
    assert_eq!(diff.code, 1, "as diff(1): something differs");
    let load = host.load("web", "shop");
    cli.say(&["update", "web", "--set", "greeting=Hello again", "-m", "kinder", "--wait"]).ok();
    assert!(host.app("web", "shop").await.1.contains("Hello again"));
    cli.say(&["rollout", "undo", "web", "--wait"]).ok();
    assert!(host.app("web", "shop").await.1.contains("Ahoy"));
    cli.say(&["scale", "web", "--replicas", "3", "--wait"]).ok();
    let objects = cli.say(&["get", "objects", "web"]).ok();
    assert_eq!(objects.matches("pod/").count(), 3, "{objects}");
    let asked = load.end().await;
    assert!(asked > 50, "only {asked} requests were made");

    let revisions = cli.say(&["get", "revisions", "web", "-o", "json"]).ok();
    let revisions: serde_json::Value = serde_json::from_str(&revisions).expect("it is JSON");
    let messages: Vec<&str> =
        revisions.as_array().unwrap().iter().map(|it| it["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["Scaled to 3", "Rolled back to revision 1", "kinder", ""]);

    cli.say(&["delete", "web", "--yes", "--wait"]).ok();
    assert_eq!(cli.say(&["describe", "web"]).code, 3, "it is gone");
    let (status, _) = host.app("web", "shop").await;
    assert_eq!(status, 404);
    cli.say(&["project", "delete", "shop"]).ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_update_is_a_failure_and_the_old_revision_goes_on() {
    let host = Host::start();
    let cli = host.shop();
    cli.say(&["deploy", "web", "-b", "hello-web", "--wait"]).ok();
    let update =
        ["update", "web", "--set", "image=slipway.local/no-such-app:1", "--wait", "--timeout", "8"];
    assert_eq!(cli.say(&update).code, 124, "the image never comes, so the wait runs out");
    let described = cli.say(&["describe", "web"]).ok();
    assert!(described.contains("no-such-app"), "the reason is told: {described}");
    assert_eq!(host.app("web", "shop").await.0, 200, "the old revision still answers");
    cli.say(&["rollout", "undo", "web", "--wait"]).ok();
    assert!(cli.say(&["get", "deployments"]).ok().contains("Running"));
}
