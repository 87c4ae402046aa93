//! wkg, the client of WebAssembly packages: it pushes and pulls a component, gets it as a package, whose namespace is a project, and publishes an
//! interface. `.ci/run` builds it from crates.io. Its `publish` of a component without a versioned WIT package is broken in 0.16.1, whatever
//! the registry: `--package` comes too late there.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use slipway_tests::{Said, bundle};

use super::shop::{Shop, digest};

fn wkg(folder: &Path, arguments: &[&str]) -> Said {
    let mut wkg = Command::new("wkg");
    wkg.args(arguments).current_dir(folder);
    Said::by(wkg.env("HOME", folder).env("XDG_CONFIG_HOME", folder).env("DOCKER_CONFIG", folder))
}

#[tokio::test(flavor = "multi_thread")]
async fn wkg_pushes_a_component_gets_it_as_a_package_and_publishes_an_interface() {
    if Command::new("wkg").arg("--version").output().is_err() {
        println!("skipped: wkg is not on the PATH (cargo install --locked wkg@0.16.1)");
        return;
    }
    let shop = Shop::open().await;
    let token = shop.token("deploy").await;
    let host = shop.host.url().replace("http://", "");
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let component = std::fs::read(bundle().join("blueprints/hello-web.wasm")).unwrap();
    std::fs::write(here.join("hello.wasm"), &component).unwrap();
    let say = |arguments: &[&str]| wkg(here, arguments).ok();
    let same = |name: &str| {
        assert_eq!(digest(&std::fs::read(here.join(name)).unwrap()), digest(&component), "{name}");
    };

    let place = format!("{host}/shop/hello:1.1.0");
    let said = wkg(here, &["oci", "push", "--insecure", &host, &place, "hello.wasm"]);
    assert_ne!(said.code, 0, "nobody pushes without a token: {said:?}");
    let mine = ["--insecure", &host, "-u", "any", "-p", &token];
    say(&[&["oci", "push"][..], &mine, &[&place, "hello.wasm"]].concat());
    say(&[&["oci", "pull"][..], &mine, &[&place, "-o", "pulled.wasm"]].concat());
    same("pulled.wasm");

    // A package `shop:hello` lies in the repository `shop/hello`.
    let config = format!(
        "[namespace_registries]\n\
         shop = {{ registry = \"slipway.test\", metadata = {{ preferredProtocol = \"oci\", oci = {{ registry = \"{host}\" }} }} }}\n\
         [registry.\"slipway.test\".oci]\n\
         auth = {{ username = \"any\", password = \"{token}\" }}\n\
         protocol = \"http\"\n"
    );
    std::fs::write(here.join("wkg.config"), config).unwrap();
    let so = ["--config", "wkg.config", "--cache", "cache"];
    // Without a version: the newest of the tags.
    say(&[&["get"][..], &so, &["shop:hello", "-o", "./got.wasm"]].concat());
    same("got.wasm");
    std::fs::create_dir(here.join("page")).unwrap();
    let interface = "package shop:page@0.2.0;\ninterface page { title: func() -> string; }\n";
    std::fs::write(here.join("page/page.wit"), interface).unwrap();
    say(&[&["publish"][..], &so, &["page"]].concat());
    say(&[&["get"][..], &so, &["shop:page@0.2.0", "-o", "./page.wit"]].concat());
    let got = std::fs::read_to_string(here.join("page.wit")).unwrap();
    assert!(got.contains("title: func() -> string;"), "{got}");

    // Their layout is ours: what is a plugin is offered and can be installed; an interface is no plugin.
    let offers = shop.admin.get("/api/v1/marketplace/offers").await.expect(200);
    let offers = offers["items"].as_array().unwrap();
    let offer = |name: &str| offers.iter().find(|it| it["repository"] == name);
    let hello = offer("slipway.local/shop/hello").expect("it is offered");
    assert_eq!(hello["releases"][0]["version"], "1.1.0", "{hello}");
    assert!(offer("slipway.local/shop/page").is_none(), "{offers:?}");
    let install = json!({"reference": "slipway.local/shop/hello:1.1.0", "accepts": true});
    shop.admin.post("/api/v1/plugins/from-registry", &install).await.expect(201);
}
