//! Replay: an operation is run again without its cluster, by the plugin that was asked then and by another.

use std::time::Duration;

use serde_json::Value;
use slipway_tests::{Host, eventually};

const PATIENCE: Duration = Duration::from_secs(20);

fn guest(name: &str) -> String {
    slipway_tests::guest(name).display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_answers_the_same_again_and_shows_where_another_plugin_differs() {
    let mut host = Host::start();
    let cli = host.shop();
    cli.say(&["deploy", "web", "-b", "hello-web", "--wait"]).ok();

    // What was decided is on disk soon after, and stays there.
    let read = || cli.say(&["operation", "recording", "web"]);
    let known = eventually("it is recorded whole", PATIENCE, async || {
        let said = read();
        let recording: Value = serde_json::from_str(&said.out).ok()?;
        let last = recording["calls"].as_array()?.last()?.clone();
        (last["answer"]["stepped"]["outcome"] == "done").then_some(recording)
    })
    .await;
    host.stop();
    host.begin();
    let recording: Value = serde_json::from_str(&read().ok()).unwrap();
    assert_eq!(recording, known);

    let again = cli.say(&["operation", "replay", "web"]).ok();
    assert!(!again.contains("DIFFERS") && again.contains("same  wait, "), "{again}");
    assert_eq!(again.lines().count(), recording["calls"].as_array().unwrap().len(), "{again}");

    // Without the server: from the file, with components of one's own.
    host.stop();
    let file = host.data().join("recording.json");
    std::fs::write(&file, serde_json::to_vec(&recording).unwrap()).unwrap();
    let file = file.display().to_string();
    let offline = ["operation", "replay", "--recording", &file, "--plugin"];
    let replay = |rest: &[&str]| cli.say(&[&offline[..], rest].concat());
    replay(&[&guest("rolling"), "--blueprint", &guest("hello_web")]).ok();
    let other = replay(&[&guest("blue_green")]);
    assert_eq!(other.code, 1);
    assert!(other.out.contains("DIFFERS") && other.out.contains("\n     +"), "{}", other.out);

    // What is not one is named.
    let wrong = replay(&[&guest("hello_web")]).fails(1);
    assert!(
        wrong.contains("hello-web is of the world blueprint, and control is needed"),
        "{wrong}"
    );
    std::fs::write(&file, "{}").unwrap();
    let wrong = replay(&[&guest("rolling")]).fails(2);
    assert!(wrong.contains("is no recording: missing field `operation`"), "{wrong}");
}
