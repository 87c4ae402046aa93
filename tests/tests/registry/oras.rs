//! oras, the client of the OCI's own artifacts: it logs in, pushes and pulls, attaches and finds what is attached, copies, and is found in the
//! marketplace. `.ci/run` builds it from Go modules.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use slipway_tests::{Said, bundle};

use super::shop::{Shop, digest};

fn run(folder: &Path, arguments: &[&str]) -> String {
    let mut oras = Command::new("oras");
    oras.args(arguments).current_dir(folder);
    Said::by(oras.env("HOME", folder).env("DOCKER_CONFIG", folder)).ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn oras_pushes_a_component_attaches_to_it_copies_it_and_it_is_offered() {
    if Command::new("oras").arg("version").output().is_err() {
        println!("skipped: oras is not on the PATH (go install oras.land/oras/cmd/oras@v1.3.6)");
        return;
    }
    let shop = Shop::open().await;
    let token = shop.token("deploy").await;
    let host = shop.host.url().replace("http://", "");
    let folder = tempfile::tempdir().unwrap();
    let component = std::fs::read(bundle().join("blueprints/hello-web.wasm")).unwrap();
    std::fs::write(folder.path().join("hello.wasm"), &component).unwrap();
    std::fs::write(folder.path().join("config.json.txt"), "{}").unwrap();
    std::fs::write(folder.path().join("bom.json"), r#"{"bomFormat": "CycloneDX"}"#).unwrap();
    let here = folder.path();
    let say = |arguments: &[&str]| run(here, arguments);
    let place = format!("{host}/shop/tools/hello");
    let first = format!("{place}:1.0.0");

    say(&["login", "--plain-http", "-u", "any", "-p", &token, &host]);
    let config = "config.json.txt:application/vnd.wasm.config.v0+json";
    let categories = "dev.slipway.categories=web";
    let push = ["push", "--plain-http", "--config", config, "--annotation", categories, &first];
    say(&[&push[..], &["hello.wasm:application/wasm"]].concat());
    assert!(say(&["repo", "tags", "--plain-http", &place]).contains("1.0.0"));
    std::fs::create_dir(here.join("out")).unwrap();
    say(&["pull", "--plain-http", "-o", "out", &first]);
    assert_eq!(digest(&std::fs::read(here.join("out/hello.wasm")).unwrap()), digest(&component));

    let kind = "application/vnd.cyclonedx+json";
    say(&["attach", "--plain-http", "--artifact-type", kind, &first, "bom.json"]);
    let found: Value =
        serde_json::from_str(&say(&["discover", "--plain-http", "--format", "json", &first]))
            .unwrap();
    assert!(found.to_string().contains(kind), "{found}");
    let copy = format!("{host}/lab/copy:2.0.0");
    say(&["cp", "-r", "--from-plain-http", "--to-plain-http", &first, &copy]);
    let manifest = say(&["manifest", "fetch", "--plain-http", "--descriptor", &copy]);
    let original = say(&["manifest", "fetch", "--plain-http", "--descriptor", &first]);
    assert_eq!(manifest, original);

    // Nothing in its annotations says what it is; the component does.
    let offers = shop.admin.get("/api/v1/marketplace/offers?category=web").await.expect(200);
    let places: Vec<&str> = offers["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["repository"].as_str())
        .collect();
    assert!(places.contains(&"slipway.local/shop/tools/hello"), "{offers}");
    say(&["manifest", "delete", "--plain-http", "-f", &copy]);
    shop.admin.get("/api/v1/marketplace/offer?repository=slipway.local/lab/copy").await.expect(404);
}
