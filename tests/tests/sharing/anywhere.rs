//! Push, list, pull, sign and attach at docker-registry, by whoever may, and the words for those who may not.

use std::process::Command;

use serde_json::Value;
use slipway_tests::bundle;

use super::debian::{Guard, PASSWORD, Registry, said, slipway};
use super::tokens::Tokens;

fn component() -> String {
    bundle().join("blueprints/hello-web.wasm").display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_is_pushed_listed_and_pulled_with_tls_and_a_password() {
    let Some(registry) = Registry::start(Guard::Basic).await else { return };
    let place = format!("{}/team/hello", registry.address);
    let mine = |arguments: &[&str]| registry.say_as(PASSWORD, arguments);
    let file = component();

    let push = ["blueprint", "push", &file, &place];
    let stranger = registry.say(&push, &[]).fails(4);
    assert!(
        stranger.contains(&registry.address) && stranger.contains("--password-stdin"),
        "{stranger}"
    );
    registry.say_as("wrong", &push).fails(4);
    let digest = mine(&push).ok();
    assert!(digest.starts_with("sha256:") && !digest.contains('\n'), "{digest}");
    let again = mine(&push);
    assert!(again.err.contains("is there already"), "{}", again.err);
    assert_eq!(again.ok(), digest);

    let listed: Value =
        serde_json::from_str(&mine(&["plugin", "list", &place, "-o", "json"]).ok()).unwrap();
    let version = listed[0]["version"].as_str().unwrap().to_owned();
    assert_eq!(
        (listed.as_array().unwrap().len(), listed[0]["digest"].as_str()),
        (1, Some(digest.as_str()))
    );
    let names = mine(&["plugin", "list", &registry.address, "-o", "name"]).ok();
    assert_eq!(names, "team/hello");

    for reference in [format!("{place}:{version}"), format!("{place}@{digest}")] {
        let out = registry.text("pulled.wasm");
        assert_eq!(mine(&["blueprint", "pull", &reference, "-o", &out]).ok(), digest);
        assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(&file).unwrap());
    }
    std::fs::write(registry.path("other.wasm"), "mine").unwrap();
    let exact = format!("{place}:{version}");
    mine(&["plugin", "pull", &exact, "-o", "other.wasm"]).fails(2);
    assert_eq!(std::fs::read(registry.path("other.wasm")).unwrap(), b"mine");
    mine(&["plugin", "pull", &format!("{place}:9.9.9"), "-o", "none.wasm"]).fails(3);

    let changed = ["plugin", "push", &file, &place, "--license", "Apache-2.0"];
    let refused = mine(&changed).fails(1);
    assert!(refused.contains(&digest) && refused.contains("--force"), "{refused}");
    let moved = mine(&[&changed[..], &["--force"]].concat()).ok();
    assert_ne!(moved, digest);
    mine(&["plugin", "push", &file, &format!("{place}:7.7.7")]).fails(2);

    // Without the authority nothing is sent, and it is said why.
    let bare = ["plugin", "list", &place];
    let unknown = said(
        &bare,
        slipway(&bare, registry.folder.path())
            .env("SLIPWAY_REGISTRY_CA_FILE", registry.path("server.pem")),
    );
    assert!(
        unknown.err.contains("--ca-file") && unknown.err.contains("certificate"),
        "{}",
        unknown.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dockers_own_configuration_is_understood() {
    let Some(registry) = Registry::start(Guard::Basic).await else { return };
    let place = format!("{}/team/hello", registry.address);
    std::fs::create_dir(registry.path(".docker")).unwrap();
    let auth = "dGVzdGVyOm9ubHktZm9yLXRlc3Rz";
    let config = format!("{{\"auths\": {{\"{}\": {{\"auth\": \"{auth}\"}}}}}}", registry.address);
    std::fs::write(registry.path(".docker/config.json"), config).unwrap();
    registry.say(&["plugin", "push", &component(), &place], &[]).ok();

    let config = format!("{{\"credHelpers\": {{\"{}\": \"of-nobody\"}}}}", registry.address);
    std::fs::write(registry.path(".docker/config.json"), config).unwrap();
    let failed = registry.say(&["plugin", "list", &place], &[]).fails(1);
    assert!(failed.contains("helper") && failed.contains(&registry.address), "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_wants_tokens_gets_them() {
    let tokens = Tokens::start().await;
    let guard = Guard::Bearer { realm: tokens.realm, certificate: tokens.certificate };
    let Some(registry) = Registry::start(guard).await else { return };
    let place = format!("{}/team/hello", registry.address);
    let push = ["plugin", "push", &component(), &place];
    registry.say(&push, &[]).fails(4);
    let refused = registry.say_as("wrong", &push).fails(4);
    assert!(!refused.contains("wrong\n") && refused.contains(&registry.address), "{refused}");
    let digest = registry.say_as(PASSWORD, &push).ok();
    let listed = registry.say_as(PASSWORD, &["plugin", "list", &place]).ok();
    assert!(listed.contains(&digest), "{listed}");
    registry
        .say_as(PASSWORD, &["plugin", "pull", &format!("{place}@{digest}"), "-o", "x.wasm"])
        .ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_is_known_by_its_key_alone_and_a_bill_is_attached() {
    let Some(registry) = Registry::start(Guard::Basic).await else { return };
    let place = format!("{}/team/hello", registry.address);
    let mine = |arguments: &[&str]| registry.say_as(PASSWORD, arguments);
    std::fs::write(
        registry.path("bill.json"),
        r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}"#,
    )
    .unwrap();
    let push = ["plugin", "push", &component(), &place];
    mine(&[&push[..], &["--sbom", "server.pem"]].concat()).fails(2);
    let digest = mine(&[&push[..], &["--sbom", "bill.json"]].concat()).ok();
    let exact = format!("{place}@{digest}");

    for name in ["ours", "theirs"] {
        mine(&["plugin", "key", "new", "--name", name]).ok();
    }
    mine(&["plugin", "key", "new", "--name", "ours"]).fails(2);
    let unsigned = mine(&["plugin", "verify", &exact, "--key", "ours.pub"]).fails(1);
    assert!(unsigned.contains("nobody signed"), "{unsigned}");
    assert_eq!(mine(&["plugin", "sign", &exact, "--key", "ours.key"]).ok(), digest);
    let foreign = mine(&["plugin", "verify", &exact, "--key", "theirs.pub"]).fails(1);
    assert!(foreign.contains("1 signatures"), "{foreign}");
    mine(&["plugin", "sign", &exact, "--key", "theirs.key"]).ok();
    for name in ["ours.pub", "theirs.pub"] {
        assert_eq!(mine(&["plugin", "verify", &exact, "--key", name]).ok(), digest);
    }
    mine(&["plugin", "sign", &exact, "--key", "ours.pub"]).fails(2);

    let seen: Value =
        serde_json::from_str(&mine(&["plugin", "inspect", &exact, "-o", "json"]).ok()).unwrap();
    assert_eq!(
        (&seen["signatures"], &seen["attached"][0]["kind"]),
        (&2.into(), &"application/vnd.cyclonedx+json".into())
    );
    // Neither is a version.
    assert_eq!(mine(&["plugin", "list", &place, "-o", "name"]).ok().lines().count(), 1);
    outside(&registry, &digest);
}

/// A signature holds for a program that is not ours, where it is installed.
fn outside(registry: &Registry, digest: &str) {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: openssl is not installed");
        return;
    }
    let blobs = registry.path("data/docker/registry/v2/blobs/sha256");
    let read = |digest: &str| {
        let digits = digest.trim_start_matches("sha256:");
        std::fs::read(blobs.join(&digits[..2]).join(digits).join("data")).unwrap()
    };
    let tag = format!("sha256-{}.sig", digest.trim_start_matches("sha256:"));
    let link = registry.path("data/docker/registry/v2/repositories/team/hello/_manifests/tags");
    let link = std::fs::read_to_string(link.join(tag).join("current/link")).unwrap();
    let manifest: Value = serde_json::from_slice(&read(&link)).unwrap();
    let layer = &manifest["layers"][0];
    let text = layer["annotations"]["dev.cosignproject.cosign/signature"].as_str().unwrap();
    let statement = read(layer["digest"].as_str().unwrap());
    std::fs::write(registry.path("statement"), statement).unwrap();
    std::fs::write(registry.path("signature"), base64(text)).unwrap();
    let verified = Command::new("openssl")
        .args(["dgst", "-sha256", "-verify", "ours.pub", "-signature", "signature", "statement"])
        .current_dir(registry.folder.path())
        .output()
        .unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}
