//! Real clients: oci-client, and skopeo where it is installed; and the host itself, which installs what was pushed.

use std::path::Path;
use std::process::Command;

use oci_client::Reference;
use oci_client::client::{Client, ClientConfig, ClientProtocol, Config, ImageLayer};
use oci_client::secrets::RegistryAuth;
use reqwest::Method;
use serde_json::json;
use slipway_tests::{Said, bundle};

use super::shop::{Shop, status};

const WASM: &str = "application/wasm";
const CONFIG: &str = "application/vnd.wasm.config.v0+json";

fn client() -> Client {
    Client::new(ClientConfig { protocol: ClientProtocol::Http, ..ClientConfig::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn oci_client_pushes_with_a_token_and_anybody_pulls_what_is_public() {
    let shop = Shop::open().await;
    let token = shop.token("deploy").await;
    let host = shop.host.url().replace("http://", "");
    let reference: Reference = format!("{host}/shop/tools/hello:1.0.0").parse().unwrap();
    let auth = RegistryAuth::Basic("any".into(), token);
    // Larger than what the client sends at once, so it pushes in parts.
    let content: Vec<u8> = (0..2_500_000u32).flat_map(u32::to_le_bytes).collect();
    let layer = ImageLayer::new(content.clone(), WASM.into(), None);
    let config = Config::new(b"{}".to_vec(), CONFIG.into(), None);
    client().push(&reference, &[layer], config, &auth, None).await.unwrap();

    let pulled = client().pull(&reference, &auth, vec![WASM]).await.unwrap();
    assert_eq!(pulled.layers[0].data, content);
    let refused = client().pull(&reference, &RegistryAuth::Anonymous, vec![WASM]).await;
    assert!(refused.is_err(), "it is not public yet");
    let publish = json!({"name": "shop/tools/hello", "isPublic": true}).to_string().into_bytes();
    shop.admin
        .call(Method::PUT, "/api/v1/projects/shop/repositories", Some(publish))
        .await
        .expect(200);
    let pulled = client().pull(&reference, &RegistryAuth::Anonymous, vec![WASM]).await.unwrap();
    assert_eq!(pulled.layers[0].data, content);
}

#[tokio::test(flavor = "multi_thread")]
async fn skopeo_logs_in_copies_in_and_out_and_deletes() {
    if Command::new("skopeo").arg("--version").output().is_err() {
        println!("skipped: skopeo is not installed");
        return;
    }
    let shop = Shop::open().await;
    let token = shop.token("deploy").await;
    shop.push_image(("shop/web", "1.0"), &token, b"layer").await;
    let folder = tempfile::tempdir().unwrap();
    let host = shop.host.url().replace("http://", "");
    let from = folder.path().to_owned();
    let skopeo = move |arguments: &[&str]| run(&from, arguments);

    let login = ["login", "--tls-verify=false", "-u", "any", "-p", &token, &host];
    skopeo(&login).ok();
    let wrong = skopeo(&["login", "--tls-verify=false", "-u", "any", "-p", "wrong", &host]);
    assert_ne!(wrong.code, 0, "a login with a wrong token works");
    skopeo(&login).ok();
    let web = format!("docker://{host}/shop/web:1.0");
    let copy = format!("docker://{host}/shop/copy:2.0");
    let out = format!("dir:{}", folder.path().join("out").display());
    skopeo(&["copy", "--src-tls-verify=false", &web, &out]).ok();
    skopeo(&["copy", "--dest-tls-verify=false", &out, &copy]).ok();
    let inspected = skopeo(&["inspect", "--raw", "--tls-verify=false", &copy]).ok();
    let original = skopeo(&["inspect", "--raw", "--tls-verify=false", &web]).ok();
    assert_eq!(inspected, original);
    let tags = skopeo(&["list-tags", "--tls-verify=false", &format!("docker://{host}/shop/copy")]);
    assert!(tags.ok().contains("\"2.0\""));
    skopeo(&["delete", "--tls-verify=false", &copy]).ok();
    let gone = shop.ask(Method::GET, "shop/copy/manifests/2.0", Some(&token)).send().await.unwrap();
    assert_eq!(status(&gone), 404);
}

/// Its login lies in the folder.
fn run(folder: &Path, arguments: &[&str]) -> Said {
    let mut skopeo = Command::new("skopeo");
    skopeo.arg("--insecure-policy").args(arguments);
    Said::by(skopeo.env("REGISTRY_AUTH_FILE", folder.join("auth.json")).env("HOME", folder))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_installed_by_its_name_in_the_registry_and_outlives_its_tag() {
    let mut shop = Shop::open().await;
    let token = shop.token("admin").await;
    let component = std::fs::read(bundle().join("blueprints/hello-web.wasm")).unwrap();
    shop.push_image(("shop/hello", "1.0.0"), &token, &component).await;
    let install = |reference: &str| {
        let body = json!({ "reference": reference });
        let admin = shop.admin.clone();
        async move { admin.post("/api/v1/plugins/from-registry", &body).await }
    };
    let made = install("slipway.local/shop/hello:1.0.0").await.expect(201);
    assert_eq!(made["name"], "hello-web");
    assert_eq!(install("shop/none:1.0.0").await.status, 404);
    assert_eq!(install("not a reference").await.status, 422);
    shop.push_image(("shop/hello", "text"), &token, b"no component").await;
    assert_eq!(install("shop/hello:text").await.status, 422);

    // The tag of the shelf names something else now, and the compiled code is gone: the installed one is still found.
    shop.push_image(("blueprint/hello-web", made["version"].as_str().unwrap()), &token, b"other")
        .await;
    shop.host.stop();
    std::fs::remove_dir_all(shop.host.data().join("compiled")).unwrap();
    shop.host.begin();
    assert!(!shop.host.log().contains("cannot be loaded"), "{}", shop.host.log());
    shop.admin.get("/api/v1/blueprints/hello-web").await.expect(200);
}
