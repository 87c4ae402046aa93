//! A full disk: words instead of a loss, and work goes on as soon as there is room.

use std::time::Duration;

use serde_json::json;
use slipway_tests::{Host, Options, can_mount, eventually, fill};

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_nothing_is_lost_and_room_ends_it() {
    if !can_mount() {
        println!("SKIPPED: a small disk to fill cannot be mounted here; it takes root");
        return;
    }
    let mut host = Host::start_with(Options { disk_megabytes: Some(64), ..Options::default() });
    let admin = host.admin().await;
    admin.post("/api/v1/projects", &json!({"name": "before"})).await.expect(201);

    let filler = host.data().join("filler");
    fill(&filler);
    let mut made = Vec::new();
    let refused =
        eventually("the disk is full for the store", Duration::from_secs(60), async || {
            let name = format!("p-{}", made.len());
            let answer = admin.post("/api/v1/projects", &json!({"name": name})).await;
            if answer.status == 201 {
                made.push(name);
                return None;
            }
            Some(answer)
        })
        .await;
    assert_eq!(refused.status, 507, "{:#}", refused.body);
    let words = refused.body["detail"].as_str().unwrap_or_default().to_owned();
    assert!(words.contains("disk is full"), "{words}");
    // What is there can be read as long as it lasts.
    for _ in 0..3 {
        admin.get("/api/v1/projects/before").await.expect(200);
        let again = admin.post("/api/v1/projects", &json!({"name": "again"})).await;
        assert!(matches!(again.status, 201 | 507), "{:#}", again.body);
    }

    std::fs::remove_file(&filler).expect("it can be removed");
    admin.post("/api/v1/projects", &json!({"name": "after"})).await.expect(201);
    host.kill();
    host.begin();
    let admin = host.nobody().sign_in("ada", "correct horse battery").await;
    for name in made.iter().map(String::as_str).chain(["before", "after"]) {
        admin.get(&format!("/api/v1/projects/{name}")).await.expect(200);
    }
    let cli = host.cli_again();
    cli.say(&["deploy", "web", "-b", "hello-web", "-p", "after", "--wait"]).ok();
    assert_eq!(host.app("web", "after").await.0, 200);
}
