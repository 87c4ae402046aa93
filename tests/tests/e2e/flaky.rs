//! A control plugin that traps on one call in three: its own deployments get through or say why not, and nobody else's
//! notices.

use std::time::Duration;

use serde_json::Value;
use slipway_tests::{Cli, Host, eventually, guest};

const PATIENCE: Duration = Duration::from_secs(120);
const MANY: usize = 6;

fn known(cli: &Cli, name: &str) -> Value {
    let said = cli.say(&["describe", name, "-o", "json"]).ok();
    serde_json::from_str(&said).expect("it is JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_traps_now_and_then_harms_only_its_own_deployments() {
    let host = Host::start();
    let cli = host.cli();
    let component = guest("flaky");
    cli.say(&["plugin", "install", "--yes", &component.display().to_string()]).ok();
    for project in ["theirs", "ours"] {
        cli.say(&["project", "create", project]).ok();
    }
    cli.say(&["project", "use", "theirs"]).ok();
    let names: Vec<String> = (0..MANY).map(|it| format!("web-{it}")).collect();
    for name in &names {
        cli.say(&["deploy", name, "-b", "hello-web", "--control", "flaky"]).ok();
    }

    // Others get through while it traps, the first time and every time.
    cli.say(&["project", "use", "ours"]).ok();
    for name in ["one", "two", "three"] {
        cli.say(&["deploy", name, "-b", "hello-web", "--wait", "--timeout", "60"]).ok();
        let change = ["update", name, "--set", "greeting=Again", "--wait", "--timeout", "60"];
        cli.say(&change).ok();
        assert!(host.app(name, "ours").await.1.contains("Again"));
    }

    cli.say(&["project", "use", "theirs"]).ok();
    let mut crashed = 0;
    for name in &names {
        let operation = eventually("the operation is over", PATIENCE, async || {
            let operation = known(&cli, name)["operation"].clone();
            (operation["state"] != "pending" && operation["state"] != "running")
                .then_some(operation)
        })
        .await;
        if operation["state"] != "succeeded" {
            assert_eq!(operation["failure"]["code"], "plugin-crashed", "{operation:#}");
            assert!(operation["failure"]["hint"].is_string(), "{operation:#}");
            crashed += 1;
        }
    }
    println!("{crashed} of {MANY} operations met a trap");
    assert!(crashed > 0, "nothing was tried");

    // Asked again and again, each gets through in the end.
    for name in &names {
        eventually("it gets through", PATIENCE, async || {
            let deployment = known(&cli, name)["deployment"].clone();
            if deployment["phase"] == "Failure" {
                cli.say(&["restart", name, "--wait"]);
            }
            (deployment["phase"] == "Running" && deployment["health"] == "Healthy").then_some(())
        })
        .await;
        assert_eq!(host.app(name, "theirs").await.0, 200);
    }
    // What the plugin says of its end is told; the host itself has nothing to tell.
    let log = host.log();
    let own: Vec<&str> =
        log.lines().filter(|it| it.contains("panicked") && !it.contains("plugin flaky")).collect();
    assert!(own.is_empty(), "{own:#?}");
}
