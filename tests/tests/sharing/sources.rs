//! Sources of the marketplace: a registry, an index on the web, one in Git, and another instance.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use base64::Engine as _;
use serde_json::{Value, json};
use slipway_tests::{Api, Cli, Host, Options, eventually, free_port};

use super::debian::{Guard, PASSWORD, Registry};
use super::grants::component;
use super::trust::host;

async fn offers(api: &Api, query: &str) -> Vec<Value> {
    let found = api.get(&format!("/api/v1/marketplace/offers?{query}")).await.expect(200);
    found["items"].as_array().unwrap().clone()
}

fn add(cli: &Cli, name: &str, place: &str) -> slipway_tests::Said {
    cli.say(&["marketplace", "source", "add", name, place])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_of_a_registry_is_a_source() {
    let Some(registry) = Registry::start(Guard::Basic).await else { return };
    let host = host(&registry);
    let cli = host.cli();
    let api = host.nobody().sign_in("ada", "correct horse battery").await;
    let mine = |arguments: &[&str]| registry.say_as(PASSWORD, arguments);
    let place = format!("{}/team/hello", registry.address);
    let push = |version: &str, changelog: &str| {
        std::fs::write(registry.path("it.wasm"), component(version, false)).unwrap();
        let push = ["plugin", "push", "it.wasm", &place, "--category", "web", "--by", "Team"];
        mine(&[&push[..], &["--changelog", changelog, "--license", "MIT"]].concat()).ok();
    };
    push("0.8.0", "First.");
    push("0.9.0", "Faster.");
    mine(&["plugin", "key", "new", "--name", "ours"]).ok();
    mine(&["plugin", "sign", &format!("{place}:0.9.0"), "--key", "ours.key"]).ok();
    cli.say(&["trust", "set", &place, "--key", &registry.text("ours.pub")]).ok();

    let elsewhere = add(&cli, "none", "127.0.0.1:9/team").fails(1);
    assert!(elsewhere.contains("127.0.0.1:9"), "{elsewhere}");
    add(&cli, "none", "not a place").fails(1);
    add(&cli, "here", &registry.address).fails(1);
    assert_eq!(cli.say(&["marketplace", "source", "list", "-o", "name"]).ok().trim(), "");

    let added = add(&cli, "team", &format!("{}/team", registry.address));
    assert!(added.err.contains("team offers 1 plugin"), "{}", added.err);
    let found = offers(&api, "q=hello&source=team").await;
    let hello = &found[0];
    assert_eq!((found.len(), &hello["repository"]), (1, &json!(place)));
    assert_eq!((&hello["sharedBy"], &hello["license"]), (&json!("Team"), &json!("MIT")));
    assert_eq!(hello["categories"], json!(["web"]));
    assert_eq!(hello["releases"][0]["version"], "0.9.0");
    let signer = &hello["releases"][0]["signedBy"][0];
    assert_eq!(signer["trustedFor"], json!([place]), "{hello}");
    assert_eq!(offers(&api, "category=web&source=team").await.len(), 1);
    assert_eq!(offers(&api, "category=office").await.len(), 0);
    assert_eq!(offers(&api, "kind=control&source=team").await.len(), 0);
    api.get("/api/v1/marketplace/offers?kind=chart").await.expect(422);

    // What is shown is what is installed, and it is known where it came from.
    let shown = cli.say(&["marketplace", "show", &place]).ok();
    assert!(shown.contains("0.8.0") && shown.contains("Faster."), "{shown}");
    let install = shown.lines().find_map(|it| it.strip_prefix("To install it: slipway ")).unwrap();
    let install: Vec<&str> = install.split(' ').chain(["--yes"]).collect();
    cli.say(&install).ok();
    assert_eq!(offers(&api, "source=team").await[0]["installed"], "0.9.0");
    let copies: Vec<Value> = offers(&api, "q=hello-web&source=here").await;
    let versions = copies.iter().map(|it| it["releases"][0]["version"].to_string());
    assert!(versions.clone().all(|it| !it.contains("0.9.0")), "a copy is offered as our own");

    // A newer one is told of when the source was read again; a source that is away keeps its offers.
    push("0.9.1", "Newer.");
    cli.say(&["marketplace", "source", "refresh", "team"]).ok();
    let listed = cli.say(&["plugin", "list"]);
    assert!(listed.err.contains("has 0.9.1 at its source"), "{}", listed.err);
    drop(registry);
    let refreshed = cli.say(&["marketplace", "source", "refresh", "team"]);
    assert!(refreshed.err.contains("could not be read again"), "{}", refreshed.err);
    assert_eq!(offers(&api, "source=team").await.len(), 1);
    cli.say(&["marketplace", "source", "remove", "team"]).ok();
    cli.say(&["marketplace", "source", "remove", "team"]).fails(3);
    assert_eq!(offers(&api, "source=team").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_instance_is_a_source_and_shows_each_what_they_may_pull() {
    let hub = Host::start_with(Options { no_embedded: true, ..Options::default() });
    let hub_cli = hub.cli();
    let address = hub.url().replace("http://", "");
    let token = hub_cli.say(&["token", "create", "t", "--scope", "read"]).ok().trim().to_owned();
    let hub_api = hub.nobody().sign_in("ada", "correct horse battery").await;
    let folder = tempfile::tempdir().unwrap();
    let environment = vec![("DOCKER_CONFIG".to_owned(), folder.path().display().to_string())];
    let host = Host::start_with(Options { environment, no_embedded: true, ..Options::default() });
    let cli = host.cli();
    let api = host.nobody().sign_in("ada", "correct horse battery").await;

    // To a stranger, an instance shows what is public.
    add(&cli, "hub", &hub.url()).ok();
    assert_eq!(offers(&api, "source=hub").await.len(), 0);
    let public = json!({"name": "blueprint/hello-web", "isPublic": true}).to_string();
    let put = reqwest::Method::PUT;
    hub_api.call(put, "/api/v1/repositories", Some(public.into_bytes())).await.expect(200);
    cli.say(&["marketplace", "source", "refresh", "hub"]).ok();
    let found = offers(&api, "source=hub").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["repository"], format!("{address}/blueprint/hello-web"));
    assert!(found[0]["icon"].is_string() && found[0]["usedThere"] == 0, "{}", found[0]);

    // To whom it knows, what they may pull.
    let auth = base64::engine::general_purpose::STANDARD.encode(format!("any:{token}"));
    let config = json!({"auths": {&address: {"auth": auth}}}).to_string();
    std::fs::write(folder.path().join("config.json"), config).unwrap();
    let mut host = host;
    host.stop();
    host.begin();
    cli.say(&["marketplace", "source", "refresh", "hub"]).ok();
    let found = offers(&api, "source=hub").await;
    assert!(found.len() > 3, "{found:?}");

    // It is no permission to install; where there is one, it is installed from there.
    let reference =
        found.iter().find(|it| it["name"] == "blue-green").unwrap()["releases"][0].clone();
    let reference = reference["reference"].as_str().unwrap().to_owned();
    let refused = cli.say(&["plugin", "install", &reference, "--yes"]);
    assert!(refused.err.contains("nothing is said about"), "{}", refused.err);
    cli.say(&["trust", "set", &address, "--unsigned"]).ok();
    cli.say(&["plugin", "install", &reference, "--yes"]).ok();
}

/// `git daemon` over a folder of repositories.
struct Git(Child);

impl Git {
    async fn serve(folder: &Path, port: u16) -> Self {
        let child = Command::new("git")
            .args(["daemon", "--export-all", "--reuseaddr", "--listen=127.0.0.1"])
            .arg(format!("--port={port}"))
            .arg(format!("--base-path={}", folder.display()))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        eventually("git daemon listens", Duration::from_secs(20), async || {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
        })
        .await;
        Self(child)
    }
}

impl Drop for Git {
    fn drop(&mut self) {
        // The daemon is a child of `git`.
        let _ = Command::new("pkill").args(["-P", &self.0.id().to_string()]).status();
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=tests", "-c", "user.email=tests@example.org"];
    let ended = Command::new("git").current_dir(folder).args(who).args(arguments).status();
    assert!(ended.unwrap().success(), "git {arguments:?}");
}

fn index(version: &str) -> String {
    let manifest = format!("sha256:{}", "a".repeat(64));
    json!({"slipway": 1, "offers": [{
        "repository": "/team/notes", "kind": "blueprint", "name": "notes", "title": "Notes",
        "categories": ["office"],
        "releases": [{"version": version, "manifest": manifest, "changelog": "\u{1b}[31mred"}],
    }]})
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_read_from_the_web_and_from_git() {
    let host = Host::start_with(Options { no_embedded: true, ..Options::default() });
    let cli = host.cli();
    let api = host.nobody().sign_in("ada", "correct horse battery").await;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let web = listener.local_addr().unwrap();
    let away = axum::response::Redirect::temporary("http://localhost:1/stolen");
    let pages = Router::new()
        .route("/index.json", get(|| async { index("1.0.0") }))
        .route("/page.html", get(|| async { "<html>" }))
        .route("/away", get(|| async { away }))
        .route("/endless", get(|| async { "x".repeat(17 << 20) }));
    tokio::spawn(async move { axum::serve(listener, pages).await });
    add(&cli, "web", &format!("http://{web}/index.json")).ok();
    let notes = &offers(&api, "q=notes&source=web").await[0];
    assert_eq!(notes["repository"], format!("{web}/team/notes"));
    assert_eq!(notes["releases"][0]["changelog"], "[31mred", "it could move a terminal's cursor");
    for (page, words) in [
        ("page.html", "is no index"),
        ("nothing", "404"),
        ("away", "307"),
        ("endless", "larger than"),
    ] {
        let said = add(&cli, "bad", &format!("http://{web}/{page}")).fails(1);
        assert!(said.contains(words), "{page}: {said}");
    }
    let plain = add(&cli, "bad", "http://192.0.2.1/index.json").fails(1);
    assert!(plain.contains("is not encrypted"), "{plain}");

    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    std::fs::create_dir(&work).unwrap();
    git(&work, &["init", "-q", "-b", "main"]);
    std::fs::write(work.join("ours.json"), index("2.0.0")).unwrap();
    git(&work, &["add", "."]);
    git(&work, &["commit", "-q", "-m", "Offer notes"]);
    git(folder.path(), &["clone", "-q", "--bare", "work", "index.git"]);
    let port = free_port();
    let daemon = Git::serve(folder.path(), port).await;
    let place = format!("git+git://127.0.0.1:{port}/index.git//ours.json");
    add(&cli, "git", &place).ok();
    let found = offers(&api, "source=git").await;
    assert_eq!(found[0]["releases"][0]["version"], "2.0.0");
    add(&cli, "git", &format!("{place}#main")).ok();
    for (wrong, words) in [("#nowhere", "nowhere"), ("x", "ours.jsonx")] {
        let said = add(&cli, "bad", &format!("{place}{wrong}")).fails(1);
        assert!(said.contains("git did not get") && said.contains(words), "{said}");
    }
    add(&cli, "bad", "git+file:///etc/passwd").fails(1);
    drop(daemon);
    let away = cli.say(&["marketplace", "source", "refresh", "git"]);
    assert!(away.err.contains("could not be read again"), "{}", away.err);
    let sources = cli.say(&["marketplace", "source", "list"]);
    assert!(
        sources.out.contains("index") && sources.err.contains("git did not get"),
        "{}",
        sources.err
    );
    assert_eq!(offers(&api, "source=git").await.len(), 1, "what it offered stays");
}
