//! Restarts: nothing that was acknowledged is lost, and what runs goes on.

use std::time::Duration;

use serde_json::json;
use slipway_tests::{Host, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn apps_answer_while_the_host_is_dead_and_everything_is_there_after() {
    let mut host = Host::start();
    let cli = host.cli();
    cli.say(&["project", "create", "shop"]).ok();
    cli.say(&["project", "use", "shop"]).ok();
    cli.say(&["deploy", "web", "-b", "hello-web", "--wait"]).ok();
    host.kill();
    for _ in 0..20 {
        let (status, page) = host.app("web", "shop").await;
        assert_eq!(status, 200, "the node goes on without the host: {page}");
    }
    host.begin();
    assert!(cli.say(&["get", "deployments"]).ok().contains("web"));
    cli.say(&["update", "web", "--set", "greeting=Back again", "--wait"]).ok();
    // The node finds its way back to the API with a growing wait; until then it serves what it knows.
    eventually("the change arrives", Duration::from_secs(20), async || {
        let (status, page) = host.app("web", "shop").await;
        assert_eq!(status, 200, "no request fails on the way: {page}");
        page.contains("Back again").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_when_the_host_is_killed() {
    let mut host = Host::start();
    let mut admin = host.admin().await;
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..5 {
        let writer = admin.clone();
        let names = tokio::spawn(async move {
            let mut made = Vec::new();
            for number in 0..200 {
                let name = format!("p{round}-{number}");
                let body = json!({"name": name}).to_string().into_bytes();
                let call = writer.call(reqwest::Method::POST, "/api/v1/projects", Some(body));
                // The host dies under this: only answers count.
                match tokio::spawn(call_owned(call.await)).await {
                    Ok(201) => made.push(name),
                    _ => break,
                }
            }
            made
        });
        tokio::time::sleep(Duration::from_millis(150 + 70 * round)).await;
        host.kill();
        // A call that was under way fails; the ones before it were answered.
        if let Ok(made) = names.await {
            acknowledged.extend(made);
        }
        host.begin();
        admin = host.nobody().sign_in("ada", "correct horse battery").await;
        for name in &acknowledged {
            admin.get(&format!("/api/v1/projects/{name}")).await.expect(200);
        }
    }
    let found = eventually("the list answers", Duration::from_secs(5), async || {
        let page = admin.get("/api/v1/projects?limit=200").await;
        (page.status == 200).then_some(page.body)
    });
    let listed = found.await["items"].as_array().unwrap().len();
    assert!(listed >= acknowledged.len().min(200), "{listed} of {}", acknowledged.len());
}

async fn call_owned(answer: slipway_tests::Answer) -> u16 {
    answer.status
}
