//! A plugin from the examples on the embedded cluster: a task runs once for each revision.

use std::time::Duration;

use slipway_tests::{Host, eventually, guest};

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_task_runs_once_for_each_revision_and_says_when_it_has_failed() {
    let host = Host::start();
    let cli = host.cli();
    cli.say(&["plugin", "install", "--yes", &guest("task").display().to_string()]).ok();
    cli.say(&["project", "create", "shop"]).ok();
    cli.say(&["project", "use", "shop"]).ok();
    let jobs = || {
        let said = cli.say(&["get", "objects", "import", "-o", "json"]).ok();
        let objects: Vec<serde_json::Value> = serde_json::from_str(&said).expect("it is JSON");
        let jobs = objects.iter().filter(|it| it["kind"] == "Job");
        jobs.map(|it| it["name"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let log_has = async |words: &str| {
        eventually(&format!("the log says {words:?}"), PATIENCE, async || {
            cli.say(&["logs", "import"]).ok().contains(words).then_some(())
        })
        .await;
    };

    cli.say(&["deploy", "import", "-b", "task", "--set", r#"arguments=["one"]"#, "--wait"]).ok();
    assert_eq!(jobs(), ["import-1"]);
    log_has("was told: one").await;

    cli.say(&["update", "import", "--set", r#"arguments=["two"]"#, "--wait"]).ok();
    assert_eq!(jobs(), ["import-2"]);
    log_has("was told: two").await;

    let failing = r#"arguments=["--exit","3","three"]"#;
    let said = cli.say(&["update", "import", "--set", failing, "--wait"]).fails(1);
    assert!(said.contains("Job import-3: It failed and is not tried again."), "{said}");
    let shown = cli.say(&["describe", "import"]).ok();
    assert!(shown.contains("Degraded"), "{shown}");
}
