//! cosign itself, where it is on the PATH (`go install github.com/sigstore/cosign/v2/cmd/cosign@v2.6.5`; a build of many minutes, so `.ci/run` does
//! not): what is signed here it verifies, and what it signs counts here.

use std::path::Path;
use std::process::Command;

use slipway_tests::{Said, bundle};

use super::debian::{Guard, PASSWORD, Registry};

fn cosign(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut cosign = Command::new("cosign");
    cosign
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .env("DOCKER_CONFIG", folder.join(".docker"))
        .env("SSL_CERT_FILE", folder.join("ca.pem"))
        .env("COSIGN_PASSWORD", "");
    let Said { code, out, err, .. } = Said::by(&mut cosign);
    (code == 0, out + &err)
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_are_understood_by_cosign_and_from_cosign() {
    if Command::new("cosign").arg("version").output().is_err() {
        println!("skipped: cosign is not on the PATH");
        return;
    }
    let Some(registry) = Registry::start(Guard::Basic).await else { return };
    let folder = registry.folder.path();
    let mine = |arguments: &[&str]| registry.say_as(PASSWORD, arguments);
    let say = |arguments: &[&str]| {
        let (good, said) = cosign(folder, arguments);
        assert!(good, "cosign {}: {said}", arguments.join(" "));
        said
    };
    let place = format!("{}/team/hello", registry.address);
    let file = bundle().join("blueprints/hello-web.wasm").display().to_string();
    let digest = mine(&["plugin", "push", &file, &place]).ok();
    let exact = format!("{place}@{digest}");
    say(&["login", &registry.address, "-u", "tester", "-p", PASSWORD]);

    // Signed here.
    mine(&["plugin", "key", "new", "--name", "ours"]).ok();
    mine(&["plugin", "sign", &exact, "--key", "ours.key"]).ok();
    let verify = ["verify", "--insecure-ignore-tlog=true", "--key"];
    let said = say(&[&verify[..], &["ours.pub", &exact]].concat());
    assert!(said.contains(&digest), "{said}");

    // Signed by cosign, with a key of its own, beside ours.
    say(&["generate-key-pair", "--output-key-prefix", "theirs"]);
    let (good, _) = cosign(folder, &[&verify[..], &["theirs.pub", &exact]].concat());
    assert!(!good, "a key that has not signed verifies");
    mine(&["plugin", "verify", &exact, "--key", "theirs.pub"]).fails(1);
    let sign = ["sign", "--yes", "--tlog-upload=false", "--new-bundle-format=false"];
    say(&[&sign[..], &["--use-signing-config=false", "--key", "theirs.key", &exact]].concat());
    assert_eq!(mine(&["plugin", "verify", &exact, "--key", "theirs.pub"]).ok(), digest);
    assert_eq!(mine(&["plugin", "verify", &exact, "--key", "ours.pub"]).ok(), digest);
    // Our key goes to cosign, as sharing.md says.
    say(&["import-key-pair", "--key", "ours.key", "--output-key-prefix", "imported"]);
}
