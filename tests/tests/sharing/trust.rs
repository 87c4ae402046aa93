//! Whose plugins a server takes, from where: at installation, at once when a rule changes, and at each start.

use slipway_tests::{Cli, Host, Options};

use super::debian::{Guard, PASSWORD, Registry};
use super::grants::component;

/// A host that knows the registry's authority, and its password as docker would.
pub fn host(registry: &Registry) -> Host {
    std::fs::create_dir(registry.path(".docker")).unwrap();
    let auth = "dGVzdGVyOm9ubHktZm9yLXRlc3Rz";
    let config = format!("{{\"auths\": {{\"{}\": {{\"auth\": \"{auth}\"}}}}}}", registry.address);
    std::fs::write(registry.path(".docker/config.json"), config).unwrap();
    let environment = vec![
        ("SLIPWAY_REGISTRY_CA_FILE".to_owned(), registry.text("ca.pem")),
        ("SLIPWAY_REGISTRY_TLS".to_owned(), registry.address.clone()),
        ("DOCKER_CONFIG".to_owned(), registry.text(".docker")),
    ];
    Host::start_with(Options { environment, ..Options::default() })
}

fn refused(cli: &Cli, reference: &str, words: &str) {
    let said = cli.say(&["plugin", "install", reference, "--yes"]);
    assert_ne!(said.code, 0, "{reference} is installed");
    assert!(said.err.contains(words), "{words:?} is not in {}", said.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_rules_let_in_is_installed_and_only_that_runs() {
    let Some(registry) = Registry::start(Guard::Basic).await else { return };
    let mut host = host(&registry);
    let cli = host.cli();
    let mine = |arguments: &[&str]| registry.say_as(PASSWORD, arguments);
    let place = format!("{}/team/hello", registry.address);
    let reference = format!("{place}:0.2.0");
    std::fs::write(registry.path("next.wasm"), component("0.2.0", false)).unwrap();
    mine(&["plugin", "push", "next.wasm", &place]).ok();
    for name in ["ours", "theirs"] {
        mine(&["plugin", "key", "new", "--name", name]).ok();
    }
    let (ours, theirs) = (registry.text("ours.pub"), registry.text("theirs.pub"));
    let deploy = |name: &str| cli.say(&["deploy", name, "-b", "hello-web", "-p", "shop"]);
    cli.say(&["project", "create", "shop"]).ok();

    refused(&cli, &reference, "nothing is said about");
    // Nobody is asked there: this one would not answer.
    refused(&cli, "127.0.0.1:9/team/hello:1.0.0", "nothing is said about");
    cli.say(&["trust", "set", "not a source", "--unsigned"]).fails(1);
    cli.say(&["trust", "set", &registry.address, "--key", &registry.text("ca.pem")]).fails(1);
    cli.say(&["trust", "set", &registry.address, "--key", &ours]).ok();
    refused(&cli, &reference, "nobody signed it");
    mine(&["plugin", "sign", &reference, "--key", "theirs.key"]).ok();
    refused(&cli, &reference, "none is");
    mine(&["plugin", "sign", &reference, "--key", "ours.key"]).ok();
    let installed = cli.say(&["plugin", "install", &reference, "--yes"]);
    assert!(
        installed.err.contains("signed") && installed.err.contains("Deployment"),
        "{}",
        installed.err
    );
    let digest = installed.ok();
    assert!(cli.say(&["plugin", "list", "-o", "wide"]).ok().contains(&reference));
    cli.say(&["deploy", "first", "-b", "hello-web", "-p", "shop", "--wait"]).ok();

    // Stricter: it is not run any more, at once and after a start, and whoever uses it hears why.
    let stricter = cli.say(&["trust", "set", &registry.address, "--key", &theirs, "--key", &ours]);
    assert!(!stricter.err.contains("not run"), "{}", stricter.err);
    let stricter = cli.say(&["trust", "set", &registry.address]);
    assert!(stricter.err.contains("hello-web 0.2.0 is not run now"), "{}", stricter.err);
    let restarted = cli.say(&["restart", "first", "-p", "shop", "--wait"]);
    assert_ne!(restarted.code, 0, "a plugin that must not run takes part in a restart");
    assert!(restarted.err.contains("is not run"), "{}", restarted.err);
    for start in ["before", "after"] {
        let said = deploy("second");
        assert_ne!(said.code, 0, "{start} a restart it runs");
        assert!(said.err.contains("is not run: the rule about"), "{}", said.err);
        assert!(cli.say(&["plugin", "list"]).ok().contains("not run"));
        if start == "before" {
            host.stop();
            host.begin();
        }
    }
    assert!(host.log().contains("takes nothing from there"), "{}", host.log());
    cli.say(&["trust", "set", &registry.address, "--key", &ours]).ok();
    deploy("second").ok();

    // The tag names another component now: signed or not, it is not the version that was installed.
    std::fs::write(registry.path("other.wasm"), component("0.2.0", true)).unwrap();
    mine(&["plugin", "push", "other.wasm", &place, "--force"]).ok();
    mine(&["plugin", "sign", &reference, "--key", "ours.key"]).ok();
    refused(&cli, &reference, "somebody has moved the tag");
    assert!(cli.say(&["plugin", "list", "-o", "json"]).ok().contains(digest.trim()));

    let listed = cli.say(&["trust", "list"]).ok();
    assert!(
        listed.contains("what 1 key signed is") && listed.contains(&registry.address),
        "{listed}"
    );
    cli.say(&["trust", "delete", &registry.address]).ok();
    cli.say(&["trust", "delete", &registry.address]).fails(3);
}
