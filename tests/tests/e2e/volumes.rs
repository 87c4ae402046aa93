//! Archive, restore, cleanup: data goes only when somebody who was shown what goes has said so.

use std::time::Duration;

use serde_json::{Value, json};
use slipway_tests::{Cli, Host, eventually, guest};

const PATIENCE: Duration = Duration::from_secs(60);

/// A host with an app that has a volume. No image of the embedded node's is behind the app, so it stays on its way.
fn stage() -> (Host, Cli) {
    let host = Host::start();
    let cli = host.cli();
    let component = guest("seven");
    cli.say(&["plugin", "install", "--yes", &component.display().to_string()]).ok();
    cli.say(&["project", "create", "shop"]).ok();
    cli.say(&["project", "use", "shop"]).ok();
    (host, cli)
}

async fn deploy(cli: &Cli, name: &str) {
    cli.say(&["deploy", name, "-b", "seven"]).ok();
    volume_is(cli, name, "deployed").await;
}

/// The volumes of the project, by name, each with what became of its deployment.
fn volumes(cli: &Cli) -> Vec<(String, String)> {
    let said = cli.say(&["volume", "list", "-o", "json"]).ok();
    let all: Vec<Value> = serde_json::from_str(&said).expect("it is JSON");
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    all.iter().map(|it| (text(&it["name"]), text(&it["owner"]))).collect()
}

async fn volume_is(cli: &Cli, name: &str, owner: &str) {
    eventually(&format!("the volume {name} is {owner}"), PATIENCE, async || {
        volumes(cli).contains(&(name.to_owned(), owner.to_owned())).then_some(())
    })
    .await;
}

fn kinds(cli: &Cli, name: &str) -> Vec<String> {
    let objects = cli.say(&["get", "objects", name, "-o", "json"]).ok();
    let objects: Vec<Value> = serde_json::from_str(&objects).expect("it is JSON");
    objects.iter().map(|it| it["kind"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_app_keeps_its_volume_until_somebody_cleans_up() {
    let (host, cli) = stage();
    let api = host.nobody().sign_in("ada", "correct horse battery").await;
    deploy(&cli, "web").await;
    let path = "/api/v1/projects/shop/deployments/web";
    let cleanup = format!("{path}/cleanup");
    let named = json!({"volumes": ["web"]});
    api.post(&cleanup, &named).await.expect(409);
    assert!(cli.say(&["restore", "web"]).fails(1).contains("nothing to restore"));
    assert!(cli.say(&["volume", "delete", "web", "--yes"]).fails(1).contains("runs on the volume"));

    cli.say(&["archive", "web", "--wait"]).ok();
    assert_eq!(kinds(&cli, "web"), ["PersistentVolumeClaim"]);
    volume_is(&cli, "web", "archived").await;
    let shown = cli.say(&["describe", "web"]).ok();
    assert!(shown.contains("Archived") && shown.contains("are kept"), "{shown}");
    for refused in [
        &["update", "web", "--set", "mark=2"][..],
        &["restart", "web"],
        &["rollout", "undo", "web"],
    ] {
        let said = cli.say(refused);
        assert_ne!(said.code, 0, "{refused:?}");
    }
    let said = cli.say(&["restart", "web"]).fails(1);
    assert!(said.contains("restore it first"), "{said}");

    cli.say(&["restore", "web"]).ok();
    eventually("it is back", PATIENCE, async || {
        kinds(&cli, "web").contains(&"Deployment".to_owned()).then_some(())
    })
    .await;
    volume_is(&cli, "web", "deployed").await;

    cli.say(&["archive", "web", "--wait"]).ok();
    for (volumes, words) in
        [(json!([]), "does not name: web"), (json!(["web", "other"]), "no such volumes: other")]
    {
        let answer = api.post(&cleanup, &json!({ "volumes": volumes })).await.expect(409);
        assert!(answer["detail"].as_str().unwrap_or_default().contains(words), "{answer}");
    }
    api.post(&cleanup, &json!({})).await.expect(422);
    volume_is(&cli, "web", "archived").await;

    let said = cli.say(&["cleanup", "web"]);
    assert!(
        said.err.contains("1 volume:\n  web (1Gi)") && said.err.contains("--yes"),
        "{}",
        said.err
    );
    assert_ne!(said.code, 0);
    cli.say(&["cleanup", "web", "--yes", "--wait"]).ok();
    eventually("nothing is left", PATIENCE, async || {
        (volumes(&cli).is_empty() && api.get(path).await.status == 404).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_volume_of_a_deleted_app_is_found_taken_up_again_and_deleted() {
    let (_host, cli) = stage();
    deploy(&cli, "web").await;
    cli.say(&["delete", "web", "--yes", "--wait"]).ok();
    volume_is(&cli, "web", "deleted").await;
    deploy(&cli, "web").await;
    cli.say(&["delete", "web", "--yes", "--wait"]).ok();
    volume_is(&cli, "web", "deleted").await;
    cli.say(&["volume", "delete", "other", "--yes"]).fails(3);
    cli.say(&["volume", "delete", "web", "--yes"]).ok();
    eventually("it is gone", PATIENCE, async || volumes(&cli).is_empty().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cleanup_comes_to_its_end_though_the_host_dies_in_it() {
    let (mut host, cli) = stage();
    let names = ["one", "two", "three", "four"];
    for name in names {
        deploy(&cli, name).await;
    }
    for name in names {
        cli.say(&["archive", name, "--wait"]).ok();
    }
    for name in names {
        cli.say(&["cleanup", name, "--yes"]).ok();
        host.kill();
        host.begin();
    }
    eventually("nothing is left", PATIENCE, async || {
        let deployments = cli.say(&["get", "deployments", "-o", "json"]).ok();
        (volumes(&cli).is_empty() && deployments.trim() == "[]").then_some(())
    })
    .await;
}
