//! Blueprints that nobody wrote: made of a running app, and of a Compose file.

use std::path::Path;
use std::time::Duration;

use slipway_tests::{Host, bundle, eventually};

const SECRET: &str = "open-sesame-4d2c";
const SOON: Duration = Duration::from_secs(20);

async fn says(host: &Host, app: &str, code: Option<&str>, words: &str) {
    let what = format!("{app} says {words:?}");
    let has = async || {
        let (status, text) = host.app_with(app, "shop", code).await;
        (status == 200 && text.contains(words)).then_some(())
    };
    eventually(&what, SOON, has).await;
}

/// How many files below a folder were searched; none of them holds the text.
fn sweep(folder: &Path, text: &str) -> usize {
    let mut swept = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            swept += sweep(&path, text);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            let holds = bytes.windows(text.len()).any(|it| it == text.as_bytes());
            assert!(!holds, "{} tells the secret", path.display());
            swept += 1;
        }
    }
    swept
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_app_becomes_a_blueprint_that_asks_for_its_secret() {
    let host = Host::start();
    let cli = host.shop();
    let deploy = [
        "deploy",
        "web",
        "-b",
        "hello-web",
        "--set",
        "greeting=Moin",
        "--set-secret",
        "accessCode=-",
        "--wait",
    ];
    cli.say_with(&deploy, SECRET).ok();
    says(&host, "web", Some(SECRET), "Moin").await;

    let make = ["blueprint", "make", "web", "--name", "greeter", "--ask", "greeting", "--install"];
    let made = cli.say(&make).ok();
    assert!(made.contains("shop/blueprints/greeter:1.0.0"), "{made}");
    assert!(made.contains("/accessCode") && made.contains("/greeting"), "{made}");
    assert!(sweep(&host.data().join("registry"), SECRET) > 5);
    let shown = cli.say(&["blueprint", "show", "greeter", "-o", "json"]).ok();
    assert!(shown.contains("Moin") && !shown.contains(SECRET), "{shown}");

    // The same again is the same; another one under its version is not taken.
    assert_eq!(cli.say(&make[..7]).ok(), made);
    cli.say(&["update", "web", "--set", "greeting=Servus", "--wait"]).ok();
    let other = cli.say(&make[..7]).fails(1);
    assert!(
        other.contains("there is a blueprint \"shop/blueprints/greeter:1.0.0\" already"),
        "{other}"
    );

    let missing = cli.say(&["deploy", "two", "-b", "greeter"]).fails(1);
    assert!(missing.contains("accessCode: it is needed and not set"), "{missing}");
    let deploy = ["deploy", "two", "-b", "greeter", "--set-secret", "accessCode=-", "--wait"];
    cli.say_with(&deploy, "another-secret").ok();
    says(&host, "two", Some("another-secret"), "Moin").await;
    assert_eq!(host.app_with("two", "shop", Some(SECRET)).await.0, 401);

    let wrong = ["blueprint", "make", "web", "--name", "x", "--ask", "colour"];
    let words = cli.say(&wrong).fails(1);
    assert!(words.contains("ask \"/colour\" leads to no field of hello-web"), "{words}");
}

const COMPOSE: &str = r#"
name: greetings
services:
  site:
    image: slipway.local/hello-app:1.0.0
    environment:
      GREETING: "${WORDS:-Ahoy} from $${compose}"
      ACCESS_CODE: ${DOOR_PASSWORD:?the word at the door}
      PORT: "8080"
    ports: ["80:8080"]
    labels: {proxy.enable: "true"}
    restart: always
    healthcheck: {test: ["CMD", "curl", "-f", "http://localhost:8080/healthz"], interval: 2s}
    deploy: {resources: {limits: {memory: 128M}}}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_compose_file_becomes_an_app_of_the_embedded_cluster() {
    let host = Host::start();
    let cli = host.shop();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("compose.yaml");
    let out = folder.path().join("greetings.wasm");
    std::fs::write(&file, COMPOSE).unwrap();
    let (file, out) = (file.display().to_string(), out.display().to_string());
    let bundle = bundle().display().to_string();
    let told = cli.say(&["blueprint", "import", &file, "-o", &out, "--bundle", &bundle]).ok();
    assert!(told.contains("people reach port 8080 at the app's address"), "{told}");
    assert!(told.contains("/secrets/DOOR_PASSWORD"), "{told}");
    assert!(told.contains("labels steer other programs"), "{told}");

    cli.say(&["plugin", "install", "--yes", &out]).ok();
    // Nobody knows the password that was made up; who wants to know it gives another.
    cli.say(&["deploy", "hi", "-b", "greetings", "--set", "variables.WORDS=Moin", "--wait"]).ok();
    let closed = async || (host.app_with("hi", "shop", None).await.0 == 401).then_some(());
    eventually("the door is closed", SOON, closed).await;
    let set = ["update", "hi", "--set-secret", "secrets.DOOR_PASSWORD=-", "--wait"];
    cli.say_with(&set, SECRET).ok();
    says(&host, "hi", Some(SECRET), "Moin from ${compose}").await;
    assert_eq!(host.app_with("hi", "shop", None).await.0, 401);
}
