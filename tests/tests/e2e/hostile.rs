//! A hostile blueprint on a server that others use: each attempt is refused in words, nothing of it is made, nobody else notices.

use serde_json::{Value, json};
use slipway_tests::{Api, Host, guest};

/// What it tries, the answer's code, and what the answer says. Five failures in a row would have it rest: what only the host refuses is
/// between.
const ATTEMPTS: &[(&str, u16, &str)] = &[
    ("panic", 502, "was told to panic"),
    ("panic-in-check", 502, "the check was told to panic"),
    ("exit", 502, "it ended itself"),
    ("giant-name", 422, "metadata.name"),
    ("loop", 502, "no answer within"),
    ("sleep", 502, "no answer within"),
    ("path-as-name", 422, "metadata.name"),
    ("memory", 502, "more than the 64 MiB of memory"),
    ("stack", 502, "crashed"),
    ("other-namespace", 422, "it is in another namespace"),
    ("huge-answer", 502, "returned too much"),
    ("million-objects", 502, "hostile"),
    ("cluster-role", 422, "ClusterRole"),
    ("deep", 502, "nested more than"),
    ("no-object", 502, "cannot be used"),
    ("other-kind", 422, "Secret"),
];

async fn attempt(api: &Api, behaviour: &str) -> (u16, String) {
    let values = json!({"behaviour": behaviour});
    let body = json!({"name": "bad", "blueprint": "hostile", "values": values});
    let answer = api.post("/api/v1/projects/theirs/deployments", &body).await;
    (answer.status, answer.body.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_attempt_is_refused_in_words_while_others_go_on() {
    let host = Host::start();
    let cli = host.cli();
    let component = guest("hostile");
    cli.say(&["plugin", "install", "--yes", &component.display().to_string()]).ok();
    for project in ["ours", "theirs"] {
        cli.say(&["project", "create", project]).ok();
    }
    cli.say(&["project", "use", "ours"]).ok();
    cli.say(&["deploy", "web", "-b", "hello-web", "--wait"]).ok();
    let api = host.nobody().sign_in("ada", "correct horse battery").await;
    let load = host.load("web", "ours");

    for (behaviour, status, says) in ATTEMPTS {
        let (answered, text) = attempt(&api, behaviour).await;
        assert_eq!(answered, *status, "{behaviour}: {text}");
        assert!(text.contains(says), "{behaviour}: {text}");
        let greeting = format!("greeting=After {behaviour}");
        cli.say(&["update", "web", "--set", &greeting, "--wait"]).ok();
    }

    let theirs = api.get("/api/v1/projects/theirs/deployments").await.expect(200);
    assert_eq!(theirs["items"], Value::Array(Vec::new()), "nothing was made");
    assert!(load.end().await > 100, "none of many requests failed");
}
