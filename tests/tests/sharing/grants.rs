//! What a plugin will be let do is shown before, and asked again where a version wants more.

use reqwest::Method;
use slipway_tests::{Answer, Api, Host, bundle};

/// `hello-web` of this version; one that asks for more wants Gateways in place of Services.
pub fn component(version: &str, asks_for_more: bool) -> Vec<u8> {
    let original = std::fs::read(bundle().join("blueprints/hello-web.wasm")).unwrap();
    let before = br#""version":"0.1.0","wants":{"kinds":["apps/Deployment","Service""#;
    let kind = if asks_for_more { "Gateway" } else { "Service" };
    let after = format!(r#""version":"{version}","wants":{{"kinds":["apps/Deployment","{kind}""#);
    assert_eq!(before.len(), after.len(), "the file keeps its lengths");
    let mut changed = original.clone();
    let mut found = 0;
    for at in 0..original.len() - before.len() {
        if original[at..].starts_with(before) {
            changed[at..at + after.len()].copy_from_slice(after.as_bytes());
            found += 1;
        }
    }
    assert!(found > 0, "the manifest of hello-web is another one than this test knows");
    changed
}

async fn upload(admin: &Api, query: &str, component: Vec<u8>) -> Answer {
    admin.call(Method::POST, &format!("/api/v1/plugins{query}"), Some(component)).await
}

async fn in_use(admin: &Api) -> String {
    let blueprint = admin.get("/api/v1/blueprints/hello-web").await.expect(200);
    blueprint["version"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_asks_for_more_waits_until_a_person_accepts() {
    let host = Host::start();
    let cli = host.cli();
    let admin = host.nobody().sign_in("ada", "correct horse battery").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("next.wasm");
    std::fs::write(&file, component("0.2.0", true)).unwrap();
    let file = file.display().to_string();

    let installed = async |admin: &Api| {
        admin.get("/api/v1/plugins").await.expect(200).as_array().unwrap().len()
    };
    let before = installed(&admin).await;

    // Nobody is at a terminal here: it is shown, and nothing is done.
    let shown = cli.say(&["plugin", "install", &file]).fails(2);
    for words in ["Gateway", "Beyond what the version in use may do", "no network", "--yes"] {
        assert!(shown.contains(words), "{words:?} is not in {shown}");
    }
    assert_eq!(installed(&admin).await, before);

    let waiting = upload(&admin, "", component("0.2.0", true)).await.expect(201);
    assert_eq!((&waiting["isAccepted"], &waiting["isCurrent"]), (&false.into(), &false.into()));
    assert_eq!(in_use(&admin).await, "0.1.0");
    assert!(cli.say(&["plugin", "list"]).ok().contains("to be accepted"));
    cli.say(&["plugin", "accept", "hello-web"]).fails(2);
    assert_eq!(in_use(&admin).await, "0.1.0");
    cli.say(&["plugin", "accept", "hello-web", "--yes"]).ok();
    assert_eq!(in_use(&admin).await, "0.2.0");
    let again = format!("/api/v1/plugins/{}/accept", waiting["digest"].as_str().unwrap());
    assert_eq!(admin.post(&again, &serde_json::json!({})).await.status, 409);

    // The same kinds as 0.2.0 has been granted: nobody is asked.
    upload(&admin, "", component("0.3.0", true)).await.expect(201);
    assert_eq!(in_use(&admin).await, "0.3.0");

    let other = component("0.3.0", false);
    let refused = upload(&admin, "?accepts=true", other.clone()).await.expect(409);
    assert!(refused["detail"].as_str().unwrap().contains("calls itself the same"), "{refused}");
    assert_eq!(in_use(&admin).await, "0.3.0");
    upload(&admin, "?accepts=true&replaces=true", other).await.expect(201);
}
