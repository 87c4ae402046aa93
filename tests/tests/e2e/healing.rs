//! Healing: an app that stays Degraded is helped without anybody, and nobody is worked against.

use std::time::Duration;

use serde_json::Value;
use slipway_tests::{Cli, Host, eventually};

const BROKEN: &str = "image=slipway.local/no-such-app:1";

fn detail(cli: &Cli) -> Value {
    serde_json::from_str(&cli.say(&["describe", "web", "-o", "json"]).ok()).expect("it is JSON")
}

/// Waits until the newest operation is of this kind and was begun by healing; answers with all of the detail.
async fn healed_by(cli: &Cli, kind: &str) -> Value {
    eventually(kind, Duration::from_secs(60), async || {
        let detail = detail(cli);
        let operation = &detail["operation"];
        (operation["kind"] == kind && operation["actor"] == "healing").then_some(detail)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_update_is_taken_back_once_and_a_person_who_insists_is_left_alone() {
    let host = Host::start();
    let cli = host.shop();
    let hasty = ["--control", "rolling", "--control-set", "progressDeadlineSeconds=10"];
    let deploy = ["deploy", "web", "-b", "hello-web", "--set", "greeting=Ahoy", "--wait"];
    cli.say(&[&deploy[..], &hasty[..]].concat()).ok();
    cli.say(&["healing", "web", "--after", "5"]).ok();

    assert_eq!(cli.say(&["update", "web", "--set", BROKEN, "--wait"]).code, 1, "it fails");
    healed_by(&cli, "rollback").await;
    eventually("it runs again", Duration::from_secs(30), async || {
        (detail(&cli)["deployment"]["phase"] == "Running").then_some(())
    })
    .await;
    let (status, page) = host.app("web", "shop").await;
    assert_eq!((status, page.contains("Ahoy")), (200, true), "{page}");
    let history = cli.say(&["get", "revisions", "web"]).ok();
    assert!(
        history.contains("Healing went back to revision 1. It has not been well for"),
        "{history}"
    );
    assert!(history.contains("no-such-app"), "the reason is told: {history}");

    // Somebody wants it all the same.
    assert_eq!(cli.say(&["update", "web", "--set", BROKEN, "--wait"]).code, 1);
    let treated = healed_by(&cli, "heal").await;
    assert_eq!(treated["deployment"]["revision"], 4, "it is restarted, and not taken away again");
    assert!(cli.say(&["describe", "web"]).ok().contains("This is try 1 of 5."));

    // And who switches healing off is left alone altogether.
    cli.say(&["healing", "web", "--off"]).ok();
    let before = detail(&cli)["operation"]["id"].clone();
    tokio::time::sleep(Duration::from_secs(25)).await;
    assert_eq!(detail(&cli)["operation"]["id"], before);
    let no = cli.say(&["healing", "web", "--after", "1"]);
    assert!(no.code != 0 && no.err.contains("1 s is no budget"), "{no:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_called_healing() {
    let host = Host::start();
    let admin = host.admin().await;
    let body = serde_json::json!({"name": "healing", "password": "correct horse battery"});
    let answer = admin.post("/api/v1/users", &body).await.expect(422);
    assert!(answer.to_string().contains("keeps for itself"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_person_went_back_to_is_not_gone_back_from() {
    let host = Host::start();
    let cli = host.shop();
    let hasty = ["--control", "rolling", "--control-set", "progressDeadlineSeconds=10"];
    let deploy = ["deploy", "web", "-b", "hello-web", "--wait"];
    cli.say(&[&deploy[..], &hasty[..]].concat()).ok();
    cli.say(&["healing", "web", "--off"]).ok();
    assert_eq!(cli.say(&["update", "web", "--set", BROKEN, "--wait"]).code, 1, "it fails");
    let back_to = ["rollout", "undo", "web", "--wait", "--to-revision"];
    cli.say(&[&back_to[..], &["1"]].concat()).ok();
    assert_eq!(cli.say(&[&back_to[..], &["2"]].concat()).code, 1, "it is as broken as before");
    cli.say(&["healing", "web", "--after", "5"]).ok();
    let treated = healed_by(&cli, "heal").await;
    assert_eq!(treated["deployment"]["revision"], 4, "it is restarted, and not taken away");
}
