//! The same at the registry that an instance serves.

use reqwest::Method;
use serde_json::{Value, json};
use slipway_tests::{Host, Said, bundle};

use super::debian::{said, slipway};

#[tokio::test(flavor = "multi_thread")]
async fn our_own_registry_takes_what_is_shared() {
    let host = Host::start();
    let admin = host.admin().await;
    admin.post("/api/v1/projects", &json!({"name": "shop"})).await.expect(201);
    let made = admin.post("/api/v1/tokens", &json!({"name": "push", "scope": "admin"})).await;
    let token = made.expect(201)["text"].as_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let mine = |arguments: &[&str]| -> Said {
        let mut command = slipway(arguments, folder.path());
        command.env("SLIPWAY_REGISTRY_USERNAME", "any").env("SLIPWAY_REGISTRY_PASSWORD", &token);
        said(arguments, &mut command)
    };
    let place = format!("{}/shop/hello", host.url().replace("http://", ""));
    let file = bundle().join("blueprints/hello-web.wasm").display().to_string();
    std::fs::write(folder.path().join("bill.json"), r#"{"spdxVersion":"SPDX-2.3"}"#).unwrap();
    let digest = mine(&["blueprint", "push", &file, &place, "--sbom", "bill.json"]).ok();
    let exact = format!("{place}@{digest}");
    mine(&["plugin", "key", "new"]).ok();
    mine(&["plugin", "sign", &exact, "--key", "slipway.key"]).ok();
    assert_eq!(mine(&["plugin", "verify", &exact, "--key", "slipway.pub"]).ok(), digest);
    let seen: Value =
        serde_json::from_str(&mine(&["plugin", "inspect", &exact, "-o", "json"]).ok()).unwrap();
    assert_eq!(seen["attached"][0]["kind"], "application/spdx+json");
    assert!(mine(&["plugin", "list", &place]).ok().contains(&digest));
    mine(&["plugin", "pull", &exact, "-o", "x.wasm"]).ok();
    assert_eq!(std::fs::read(folder.path().join("x.wasm")).unwrap(), std::fs::read(&file).unwrap());

    // A rule may ask for signatures here, too.
    let set = |key: &str| {
        let key = std::fs::read_to_string(folder.path().join(key)).unwrap();
        let rule = json!({"source": "slipway.local/shop", "keys": [key]}).to_string().into_bytes();
        admin.call(Method::PUT, "/api/v1/trust", Some(rule))
    };
    let install = json!({"reference": format!("shop/hello@{digest}")});
    mine(&["plugin", "key", "new", "--name", "theirs"]).ok();
    set("theirs.pub").await.expect(200);
    let refused = admin.post("/api/v1/plugins/from-registry", &install).await.expect(409);
    assert!(
        refused["detail"].as_str().unwrap().contains("of its 1 signatures none is"),
        "{refused}"
    );
    set("slipway.pub").await.expect(200);
    let preview = admin.post("/api/v1/plugins/from-registry/preview", &install).await.expect(200);
    assert_eq!((&preview["signatures"], &preview["name"]), (&1.into(), &"hello-web".into()));
    admin.post("/api/v1/plugins/from-registry", &install).await.expect(201);
}
