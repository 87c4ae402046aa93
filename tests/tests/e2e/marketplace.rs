//! The marketplace: what is offered, by whom it may be seen, shared and followed.

use std::time::Duration;

use serde_json::{Value, json};
use slipway_tests::{Api, Cli, Host, eventually};

const PASSWORD: &str = "correct horse battery";

/// A command line of somebody with an account, and the same person at the API.
async fn person(host: &Host, admin: &Api, name: &str) -> (Cli, Api) {
    let body = json!({"name": name, "password": PASSWORD});
    admin.post("/api/v1/users", &body).await.expect(201);
    let api = host.nobody().sign_in(name, PASSWORD).await;
    (host.cli_of(name), api)
}

async fn offers(api: &Api, query: &str) -> Vec<String> {
    let found = api.get(&format!("/api/v1/marketplace/offers?{query}")).await.expect(200);
    let items = found["items"].as_array().unwrap().iter();
    items.map(|it| it["repository"].as_str().unwrap().to_owned()).collect()
}

const PLACE: &str = "slipway.local/shop/blueprints/greeter";

/// Others neither see nor deploy nor follow it, nor find it among the plugins.
async fn is_private(host: &Host, owner: &Api, (cli, stranger): (&Cli, &Api)) {
    assert_eq!(offers(owner, "q=greeter").await, [PLACE]);
    assert_eq!(offers(stranger, "q=greeter").await, [""; 0]);
    stranger.get(&format!("/api/v1/marketplace/offer?repository={PLACE}")).await.expect(404);
    cli.say(&["deploy", "mine", "-b", "shop/greeter", "-p", "other"]).fails(3);
    cli.say(&["marketplace", "subscribe", PLACE, "-p", "other"]).fails(3);
    let plugins = stranger.get("/api/v1/plugins").await.expect(200).to_string();
    assert!(!plugins.contains("greeter"), "{plugins}");
    let digest = owner.get("/api/v1/plugins").await.expect(200);
    let digest = digest.as_array().unwrap().iter().find(|it| it["name"] == "greeter").unwrap();
    let component = format!("/api/v1/plugins/{}/component", digest["digest"].as_str().unwrap());
    stranger.get(&component).await.expect(404);
    assert_eq!(owner.get(&component).await.status, 200);
    let index = host.nobody().get("/api/v1/marketplace/index").await.expect(200).to_string();
    assert!(!index.contains("greeter"), "{index}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blueprint_of_a_project_is_shared_by_a_link_followed_and_taken_back() {
    let host = Host::start();
    let ada = host.cli();
    let admin = host.nobody().sign_in("ada", PASSWORD).await;
    let (bob, bob_api) = person(&host, &admin, "bob").await;
    let (eve, eve_api) = person(&host, &admin, "eve").await;
    bob.say(&["project", "create", "shop"]).ok();
    eve.say(&["project", "create", "other"]).ok();
    bob.say(&[
        "deploy",
        "web",
        "-b",
        "hello-web",
        "--set",
        "greeting=Moin",
        "-p",
        "shop",
        "--wait",
    ])
    .ok();

    // Nobody but the project's people has to do anything for the project to have it.
    let make = ["blueprint", "make", "web", "--name", "greeter", "--ask", "greeting", "-p", "shop"];
    let made = bob.say(&[&make[..], &["--category", "office"]].concat());
    assert!(made.err.contains("deploy NAME -b shop/greeter"), "{}", made.err);
    made.ok();
    bob.say(&["deploy", "two", "-b", "shop/greeter", "-p", "shop", "--wait"]).ok();
    assert!(host.app("two", "shop").await.1.contains("Moin"));
    let described = bob.say(&["describe", "two", "-p", "shop"]).ok();
    assert!(described.contains("shop/greeter 1.0.0"), "{described}");

    is_private(&host, &bob_api, (&eve, &eve_api)).await;

    // By a link it is seen and followed; the link is a secret that is not kept.
    let link = bob.say(&["marketplace", "share", "shop/blueprints/greeter", "-p", "shop"]).ok();
    let link = link.trim();
    assert!(link.contains("/shared#slpl_"), "{link}");
    let shared =
        eve_api.post("/api/v1/marketplace/shared", &json!({"link": link})).await.expect(200);
    assert_eq!(
        (&shared["sharedBy"], &shared["releases"][0]["version"]),
        (&json!("bob"), &json!("1.0.0"))
    );
    eve_api.post("/api/v1/marketplace/shared", &json!({"link": "slpl_x"})).await.expect(409);
    assert_eq!(
        eve.say(&["marketplace", "subscribe", link, "-p", "other"]).ok().trim(),
        "shop/greeter"
    );
    assert!(!host.log().contains("slpl_"));
    let shown = eve.say(&["blueprint", "list", "-p", "other"]).ok();
    assert!(shown.contains("shop/greeter") && shown.contains("subscription"), "{shown}");
    eve.say(&[
        "deploy",
        "mine",
        "-b",
        "shop/greeter",
        "--set",
        "greeting=Hi",
        "-p",
        "other",
        "--wait",
    ])
    .ok();
    let offer =
        bob_api.get(&format!("/api/v1/marketplace/offer?repository={PLACE}")).await.expect(200);
    assert_eq!(offer["usedHere"], 2, "{offer}");

    // A newer version is told of where it can be taken, and taken.
    let newer = ["--set-version", "1.1.0", "--changelog", "Friendlier."];
    bob.say(&["update", "web", "--set", "greeting=Servus", "-p", "shop", "--wait"]).ok();
    bob.say(&[&make[..], &newer].concat()).ok();
    let detail = eve_api.get("/api/v1/projects/other/deployments/mine").await.expect(200);
    assert_eq!(detail["update"], json!({"version": "1.1.0", "changelog": "Friendlier."}));
    let described = eve.say(&["describe", "mine", "-p", "other"]).ok();
    assert!(described.contains("1.1.0 Friendlier."), "{described}");
    eve.say(&["update", "mine", "--upgrade-blueprint", "-p", "other", "--wait"]).ok();
    let detail = eve_api.get("/api/v1/projects/other/deployments/mine").await.expect(200);
    assert_eq!(detail["deployment"]["blueprintVersion"], "1.1.0");
    assert_eq!(detail["update"], Value::Null);

    // One that leaves people less to say is taken all the same; what it does not ask for any more is left behind.
    bob.say(&[&make[..], &["--set-version", "1.2.0", "--locked"]].concat()).ok();
    let upgrade = ["update", "two", "--upgrade-blueprint", "-p", "shop"];
    let shown = bob.say(&[&upgrade[..], &["--dry-run"]].concat()).ok();
    assert!(shown.contains("replicas"), "{shown}");
    bob.say(&[&upgrade[..], &["--wait"]].concat()).ok();
    assert!(host.app("two", "shop").await.1.contains("Moin"), "what is asked for stays");

    // Taken back, it is gone for who came by the link; what was made goes on, also after a restart.
    let shares = bob.say(&["marketplace", "shares", "-p", "shop", "-o", "name"]).ok();
    eve.say(&["marketplace", "unshare", shares.trim(), "-p", "shop"]).fails(3);
    bob.say(&["marketplace", "unshare", shares.trim(), "-p", "shop"]).ok();
    assert_eq!(
        eve.say(&["marketplace", "subscriptions", "-p", "other", "-o", "name"]).ok().trim(),
        ""
    );
    eve.say(&["deploy", "more", "-b", "shop/greeter", "-p", "other"]).fails(3);
    eve.say(&["marketplace", "subscribe", link, "-p", "other"]).fails(1);
    eve.say(&["update", "mine", "--set", "greeting=Ahoy", "-p", "other", "--wait"]).ok();
    let form = "/api/v1/projects/other/blueprints/shop%2Fgreeter";
    assert!(eve_api.get(form).await.expect(200)["schema"].is_object(), "its app has no form");
    ada.say(&["marketplace", "search", "greeter"]).ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_projects_made_survives_their_registry_and_a_restart_without_a_cache() {
    let mut host = Host::start();
    let cli = host.shop();
    cli.say(&["deploy", "web", "-b", "hello-web", "--set", "greeting=Moin", "--wait"]).ok();
    cli.say(&["blueprint", "make", "web", "--name", "greeter"]).ok();
    cli.say(&["deploy", "two", "-b", "shop/greeter", "--wait"]).ok();
    let token = cli.say(&["token", "create", "t", "--scope", "admin"]).ok();
    let api = host.nobody().with_token(token.trim());
    api.delete("/v2/shop/blueprints/greeter/manifests/1.0.0").await.expect(202);
    let gone = async || offers(&api, "q=greeter").await.is_empty().then_some(());
    eventually("the offer is gone", Duration::from_secs(5), gone).await;
    host.stop();
    std::fs::remove_dir_all(host.data().join("compiled")).unwrap();
    host.begin();
    cli.say(&["update", "two", "--set", "greeting=Ahoy", "--wait"]).ok();
    assert!(host.app("two", "shop").await.1.contains("Ahoy"));
    // Whoever may know nothing of the shelf cannot pull from it, not even an admin.
    api.get("/v2/slipway-host/projects/tags/list").await.expect(404);

    // An app's own data goes with its project, and so does what it offered.
    for app in ["web", "two"] {
        cli.say(&["delete", app, "--yes", "--wait"]).ok();
    }
    cli.say(&["project", "delete", "shop"]).ok();
    cli.say(&["project", "create", "shop"]).ok();
    cli.say(&["deploy", "two", "-b", "shop/greeter"]).fails(3);
}
