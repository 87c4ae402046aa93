//! Two clusters in one host, of which one goes away: the other's people notice nothing, and those of the one that is
//! away are told.

use serde_json::Value;
use slipway_tests::{Cli, Fault, Stage, eventually};

use super::PATIENCE;

fn real(cli: &Cli) -> Value {
    let said = cli.say(&["cluster", "list", "-o", "json"]).ok();
    let all: Vec<Value> = serde_json::from_str(&said).expect("it is JSON");
    all.into_iter().find(|it| it["name"] == "real").expect("it was added")
}

async fn is_lost(cli: &Cli) -> Value {
    eventually("the cluster is seen to be away", PATIENCE, async || {
        Some(real(cli)).filter(|it| it["isConnected"] == false)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_away_is_visible_and_harms_no_other() {
    let Some((mut stage, proxy)) = Stage::beside_the_embedded("far").await else { return };
    // Each has a way of its own to deploy.
    stage.ask(&["cluster", "control", "real", "blue-green"]);
    stage.deploy("web", "here");
    assert_eq!(stage.known("web")["control"]["plugin"], "blue-green");
    stage.ask(&["control", "set", "web", "--plugin", "rolling"]);
    stage.comes("web", "here").await;
    stage.ask(&["cluster", "control", "real"]);
    stage.ask(&["project", "create", "near", "--cluster", "embedded"]);

    proxy.show(Fault::Down);
    let lost = is_lost(&stage.cli).await;
    assert!(lost["lostSince"].is_string() && lost["message"].is_string(), "{lost:#}");
    let said = stage.cli.say(&["cluster", "list"]);
    assert!(said.out.contains("not for "), "{said:?}");
    assert!(said.err.contains("real does not answer: ") && said.err.contains("hint: "), "{said:?}");

    stage.ask(&["project", "use", "near"]);
    stage.cli.say(&["deploy", "web", "-b", "hello-web", "--wait", "--timeout", "60"]).ok();
    assert_eq!(stage.known("web")["control"]["plugin"], "rolling");
    for greeting in ["one", "two", "three"] {
        let set = format!("greeting={greeting}");
        stage.cli.say(&["update", "web", "--set", &set, "--wait", "--timeout", "60"]).ok();
        assert!(stage.host.app("web", "near").await.1.contains(greeting));
    }
    assert!(stage.known("web")["deployment"]["staleSince"].is_null());
    assert_eq!(real(&stage.cli)["isConnected"], false, "all of that was while it was away");

    stage.ask(&["project", "use", "far"]);
    let known = stage.known("web")["deployment"].clone();
    assert_eq!((&known["phase"], &known["health"]), (&"Running".into(), &"Healthy".into()));
    assert_eq!(known["staleSince"], lost["lostSince"]);
    assert!(stage.ask(&["get", "deployments"]).contains("Healthy, "), "its age is told");
    assert!(stage.ask(&["describe", "web"]).contains("its cluster has not answered for "));
    stage.update("web", "later");
    stage.deploy("other", "other");
    eventually("it is told why nothing happens", PATIENCE, async || {
        let message = stage.known("other")["operation"]["message"].to_string();
        message.contains("cluster real cannot be reached").then_some(())
    })
    .await;

    // One that is away when the host begins holds up neither the host nor the others.
    stage.host.kill();
    stage.host.begin();
    let lost = is_lost(&stage.cli).await;
    assert!(lost["lostSince"].is_string() && lost["hint"].is_string(), "{lost:#}");
    stage.update("web", "latest");
    assert!(stage.known("web")["deployment"]["staleSince"].is_string());

    proxy.show(Fault::None);
    stage.comes("web", "latest").await;
    stage.comes("other", "other").await;
    assert!(stage.known("web")["deployment"]["staleSince"].is_null());
    assert_eq!(real(&stage.cli)["isConnected"], true);
    for app in ["web", "other"] {
        assert!(!stage.outcomes(app).contains(&"failed".to_owned()), "{app}");
    }
    stage.ask(&["project", "use", "near"]);
    stage.cli.say(&["delete", "web", "--yes", "--wait"]).ok();
    stage.ask(&["project", "use", "far"]);
    stage.close(&["web", "other"]);
}
