//! The main job: from a blueprint to a running app that answers, changes, goes back, scales, and goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use slipway_tests::{Host, eventually};

/// Calls an app without a pause until it is stopped; counts answers that are not 200.
struct Load {
    stop: Arc<AtomicBool>,
    asked: Arc<AtomicU64>,
    failed: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<Vec<String>>,
}

impl Load {
    fn on(host: &Host, name: &str, project: &str) -> Self {
        let (stop, asked, failed) = (Arc::default(), Arc::default(), Arc::default());
        let (stop2, asked2, failed2) = (Arc::clone(&stop), Arc::clone(&asked), Arc::clone(&failed));
        let port = host.ingress_port();
        let header = format!("{name}.{project}.localhost:{port}");
        let task = tokio::spawn(async move {
            let client = reqwest::Client::new();
            let mut failures = Vec::new();
            while !AtomicBool::load(&stop2, Ordering::Relaxed) {
                let url = format!("http://127.0.0.1:{port}/");
                let answer = client.get(url).header("host", &header).send().await;
                AtomicU64::fetch_add(&asked2, 1, Ordering::Relaxed);
                let wrong = match answer {
                    Ok(answer) if answer.status() == 200 => None,
                    Ok(answer) => Some(format!("{}: {:?}", answer.status(), answer.text().await)),
                    Err(error) => Some(format!("{error:?}")),
                };
                if let Some(wrong) = wrong {
                    AtomicU64::fetch_add(&failed2, 1, Ordering::Relaxed);
                    failures.push(wrong);
                }
            }
            failures
        });
        Self { stop, asked, failed, task }
    }

    async fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        let failures = self.task.await.expect("the load ends");
        let asked = self.asked.load(Ordering::Relaxed);
        let failed = self.failed.load(Ordering::Relaxed);
        assert_eq!(
            failed,
            0,
            "of {asked} requests {failed} failed, the first: {:?}",
            failures.first()
        );
        asked
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_deployed_changed_rolled_back_scaled_and_deleted() {
    let host = Host::start();
    let cli = host.cli();
    cli.say(&["project", "create", "shop"]).ok();
    cli.say(&["project", "use", "shop"]).ok();
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
    let load = Load::on(&host, "web", "shop");
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
    let cli = host.cli();
    cli.say(&["project", "create", "shop"]).ok();
    cli.say(&["project", "use", "shop"]).ok();
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
