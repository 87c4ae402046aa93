//! Swap: versions of a control plugin come and go under an app that is used, and a bad one is taken back by itself.

use std::time::Duration;

use serde_json::Value;
use slipway_tests::{Cli, Host, eventually, guest};

const PATIENCE: Duration = Duration::from_secs(60);

/// The plugin as if it had been built with another version; each is as long as the first.
fn version(host: &Host, to: &str) -> String {
    let from = b"0.1.0";
    assert_eq!(from.len(), to.len());
    let file = guest("turncoat");
    let mut component = std::fs::read(file).unwrap();
    for at in 0..component.len() - from.len() {
        if component[at..].starts_with(from) {
            component[at..at + from.len()].copy_from_slice(to.as_bytes());
        }
    }
    let file = host.data().join(format!("turncoat-{to}.wasm"));
    std::fs::write(&file, component).unwrap();
    file.display().to_string()
}

fn install(host: &Host, cli: &Cli, to: &str) -> String {
    cli.say(&["plugin", "install", "--yes", &version(host, to)]).ok().trim().to_owned()
}

/// `CURRENT` of `plugin list`.
fn standing(cli: &Cli, digest: &str) -> (bool, bool) {
    let plugins = cli.say(&["plugin", "list", "-o", "json"]).ok();
    let plugins: Vec<Value> = serde_json::from_str(&plugins).unwrap();
    let plugin = plugins.iter().find(|it| it["digest"] == digest).unwrap();
    (plugin["isCurrent"] == true, plugin["isWithdrawn"] == true)
}

fn operation(cli: &Cli) -> Value {
    let detail: Value =
        serde_json::from_str(&cli.say(&["describe", "web", "-o", "json"]).ok()).unwrap();
    detail["operation"].clone()
}

/// The plugins that decided the steps of the newest operation, each once.
fn deciders(cli: &Cli) -> Vec<String> {
    let operation = operation(cli);
    let steps = operation["steps"].as_array().cloned().unwrap_or_default();
    let mut all: Vec<String> =
        steps.iter().map(|it| it["plugin"].as_str().unwrap_or_default().to_owned()).collect();
    all.dedup();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_takes_over_between_operations_and_a_bad_one_is_taken_back() {
    let host = Host::start();
    let cli = host.shop();
    let first = install(&host, &cli, "0.1.0");
    cli.say(&["deploy", "web", "-b", "hello-web", "--control", "turncoat", "--wait"]).ok();
    cli.say(&["healing", "web", "--off"]).ok();
    let load = host.load("web", "shop");

    // An operation that waits ends with the version that it began with.
    cli.say(&["update", "web", "--set", "image=slipway.local/no-such-app:1"]).ok();
    eventually("it waits", PATIENCE, async || (deciders(&cli).len() == 1).then_some(())).await;
    let second = install(&host, &cli, "0.2.0");
    assert_eq!(standing(&cli, &second), (true, false));
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(deciders(&cli), [first.as_str()], "the running operation goes on as it began");
    cli.say(&["rollout", "undo", "web", "--wait"]).ok();
    assert_eq!(deciders(&cli), [second.as_str()], "the next one begins with the new version");

    // A version that fails each time costs a few operations, and no request.
    let bad = install(&host, &cli, "9.1.0");
    for attempt in 0..4 {
        let greeting = format!("greeting=Attempt {attempt}");
        let code = cli.say(&["update", "web", "--set", &greeting, "--wait"]).code;
        let (is_current, is_withdrawn) = standing(&cli, &bad);
        assert_ne!(is_current, is_withdrawn);
        if is_withdrawn {
            break;
        }
        assert_eq!(code, 1);
        assert_eq!(operation(&cli)["failure"]["code"], "plugin-crashed");
    }
    eventually("it is withdrawn", PATIENCE, async || {
        (standing(&cli, &bad) == (false, true)).then_some(())
    })
    .await;
    assert_eq!(standing(&cli, &second), (true, false));
    cli.say(&["update", "web", "--set", "greeting=Mended", "--wait"]).ok();
    assert_eq!(deciders(&cli), [second.as_str()]);
    assert!(host.app("web", "shop").await.1.contains("Mended"));
    assert!(host.log().contains("is withdrawn; the version before it is offered"));

    // Whoever insists has it again, and a restart changes nothing of it.
    install(&host, &cli, "9.1.0");
    assert_eq!(standing(&cli, &bad), (true, false));

    assert!(load.end().await > 100, "none of many requests failed");
}
