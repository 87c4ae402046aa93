//! Secrets in values: the app has them, and nobody else ever reads them.

use std::time::Duration;

use futures::StreamExt;
use k8s_openapi::api::core::v1::Secret;
use kube::api::{
    Api as KubeApi, ApiResource, DeleteParams, DynamicObject, GroupVersionKind, PostParams,
};
use serde_json::{Value, json};
use slipway_store::record::AUDIT;
use slipway_store::{Reads, Store};
use slipway_tests::{Api, Host, eventually, root};

const FIRST: &str = "open-sesame-7c1f";
const SECOND: &str = "swordfish-93ab";
const TOKEN: &str = "token-of-the-third-kind";
const NAME: &str = "web.secrets.slipway.dev";
const SOON: Duration = Duration::from_secs(20);

/// What the app answers to somebody with this code.
async fn page(host: &Host, code: Option<&str>) -> u16 {
    host.app_with("web", "shop", code).await.0
}

async fn answers(host: &Host, code: Option<&str>, status: u16) {
    let words = format!("the app answers {code:?} with {status}");
    eventually(&words, SOON, async || (page(host, code).await == status).then_some(())).await;
}

fn kubeconfig(host: &Host) -> String {
    host.data().join("node.kubeconfig").display().to_string()
}

async fn in_cluster(host: &Host) -> KubeApi<Secret> {
    KubeApi::namespaced(slipway_tests::client(&kubeconfig(host)).await, "shop")
}

/// The Secret's keys; none where there is no Secret.
async fn keys(secrets: &KubeApi<Secret>) -> Option<Vec<String>> {
    let found = secrets.get_opt(NAME).await.unwrap()?;
    Some(found.data.unwrap_or_default().into_keys().collect())
}

fn is_quiet(what: &str, text: &str) {
    for secret in [FIRST, SECOND, TOKEN] {
        assert!(!text.contains(secret), "{what} tells a secret:\n{text}");
    }
}

/// Every answer about the deployment that can be had with GET, by the routes that the document lists.
async fn sweep_routes(admin: &Api) -> usize {
    let document = std::fs::read_to_string(root().join("docs/openapi.json")).unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    let operations =
        admin.get("/api/v1/projects/shop/deployments/web/operations").await.expect(200);
    let operations: Vec<String> = operations["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    let mut swept = 0;
    let paths = document["paths"].as_object().unwrap();
    // The event stream has no end; it is read beside all this.
    let ends =
        |it: &&(&String, &Value)| it.1.get("get").is_some() && it.0.as_str() != "/api/v1/live";
    for (path, _) in paths.iter().collect::<Vec<_>>().iter().filter(ends) {
        let filled = path
            .replace("{project}", "shop")
            .replace("{deployment}", "web")
            .replace("{blueprint}", "hello-web");
        let filled = if path.ends_with("/diff") { format!("{filled}?from=1&to=2") } else { filled };
        let each: Vec<String> = if filled.contains("{operation}") {
            operations.iter().map(|it| filled.replace("{operation}", it)).collect()
        } else {
            vec![filled]
        };
        for path in each.iter().filter(|it| !it.contains('{')) {
            let answer = admin.get(path).await;
            is_quiet(path, &format!("{:#}", answer.body));
            swept += usize::from(answer.status == 200);
        }
    }
    swept
}

/// All files of the host's own: the store, its key, its log. The cluster's file holds Secrets, as etcd does.
fn sweep_files(host: &Host) {
    let holds =
        |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    let mut rest = vec![host.data()];
    let mut swept = 0;
    while let Some(path) = rest.pop() {
        if path.is_dir() {
            rest.extend(std::fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()));
        } else if let Ok(bytes) = std::fs::read(&path) {
            let found = [FIRST, SECOND, TOKEN].into_iter().find(|it| holds(&bytes, it));
            assert_eq!(found, None, "{} tells a secret", path.display());
            swept += 1;
        }
    }
    assert!(swept > 3, "only {swept} files were read");
    is_quiet("the host's log", &host.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_reaches_the_app_and_nothing_else() {
    let mut host = Host::start();
    let cli = host.cli();
    let admin = host.nobody().sign_in("ada", "correct horse battery").await;
    cli.say(&["project", "create", "shop"]).ok();
    cli.say(&["project", "use", "shop"]).ok();
    let live = listen(&host, &admin).await;

    // It comes by standard input and by file; a dry run keeps nothing.
    let file = host.data().join("../token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let token = format!("secretEnvironment.TOKEN=@{}", file.display());
    let deploy = [
        "deploy",
        "web",
        "-b",
        "hello-web",
        "--set-secret",
        "accessCode=-",
        "--set-secret",
        &token,
    ];
    let dry = cli.say_with(&[&deploy[..], &["--dry-run"]].concat(), FIRST).ok();
    assert!(dry.contains("accessCode: (secret, set in revision 1)"), "{dry}");
    is_quiet("the dry run", &dry);
    cli.say_with(&[&deploy[..], &["--wait"]].concat(), FIRST).ok();
    std::fs::remove_file(&file).unwrap();
    answers(&host, None, 401).await;
    answers(&host, Some(FIRST), 200).await;
    let secrets = in_cluster(&host).await;
    let both = ["accessCode.1", "secretEnvironment.TOKEN.1"];
    assert_eq!(keys(&secrets).await.unwrap(), both);
    let kept = secrets.get(NAME).await.unwrap();
    assert_eq!(
        kept.data.unwrap()["secretEnvironment.TOKEN.1"].0,
        TOKEN.as_bytes(),
        "without its line break"
    );

    // A change says that it changes, and pods roll.
    let update = ["update", "web", "--set-secret", "accessCode=-"];
    let dry = cli.say_with(&[&update[..], &["--dry-run"]].concat(), SECOND).ok();
    assert!(dry.contains("(secret, set in revision 1) -> (secret, set in revision 2)"), "{dry}");
    assert!(dry.contains("accessCode.2"), "the objects say it too: {dry}");
    assert_eq!(keys(&secrets).await.unwrap(), both, "a dry run keeps nothing");
    let pods = cli.say(&["get", "objects", "web", "-o", "name"]).ok();
    cli.say_with(&[&update[..], &["--wait"]].concat(), SECOND).ok();
    answers(&host, Some(SECOND), 200).await;
    answers(&host, Some(FIRST), 401).await;
    assert_ne!(cli.say(&["get", "objects", "web", "-o", "name"]).ok(), pods, "other pods run");

    // The same text again, or another value, leaves it as it is.
    let same = cli.say_with(&["diff", "web", "--set-secret", "accessCode=-"], SECOND).ok();
    assert_eq!(same, "");
    cli.say(&["update", "web", "--set", "greeting=Ahoy", "--wait"]).ok();
    answers(&host, Some(SECOND), 200).await;
    let detail = admin.get("/api/v1/projects/shop/deployments/web").await.expect(200);
    assert_eq!(
        detail["values"]["accessCode"],
        json!({"secretKeyRef": {"name": NAME, "key": "accessCode.2"}})
    );

    assert!(sweep_routes(&admin).await > 15);
    let kind = ApiResource::from_gvk(&GroupVersionKind::gvk("slipway.dev", "v1alpha1", "Rollout"));
    let client = slipway_tests::client(&kubeconfig(&host)).await;
    let rollouts: KubeApi<DynamicObject> = KubeApi::namespaced_with(client, "shop", &kind);
    let rollout = serde_json::to_string(&rollouts.get("web").await.unwrap()).unwrap();
    assert!(rollout.contains("accessCode.2"), "{rollout}");
    is_quiet("the Rollout", &rollout);
    is_quiet("describe", &cli.say(&["describe", "web"]).ok());

    // What was before comes back with its secret.
    cli.say(&["rollout", "undo", "web", "--to-revision", "1", "--wait"]).ok();
    answers(&host, Some(FIRST), 200).await;
    answers(&host, Some(SECOND), 401).await;

    // Deleted by hand, it comes back with the next delivery.
    secrets.delete(NAME, &DeleteParams::default()).await.unwrap();
    cli.say(&["restart", "web", "--wait"]).ok();
    answers(&host, Some(FIRST), 200).await;
    assert!(keys(&secrets).await.is_some());

    // Only null takes it away.
    cli.say(&["update", "web", "--set", "accessCode=null", "--wait"]).ok();
    answers(&host, None, 200).await;

    let seen = live.end();
    assert!(seen.contains("shop"), "the feed said something: {seen}");
    is_quiet("the live feed", &seen);
    cli.say(&["delete", "web", "--yes", "--wait"]).ok();
    eventually("the Secret goes with the app", SOON, async || {
        keys(&secrets).await.is_none().then_some(())
    })
    .await;
    host.stop();
    sweep_files(&host);
    let store = Store::open(&host.data(), || 0).unwrap();
    let audit = store.read().unwrap().all(&AUDIT, "").unwrap();
    let said = |action: &str| -> Vec<String> {
        audit
            .iter()
            .filter(|(_, it)| it.action == action)
            .map(|(_, it)| it.detail.clone())
            .collect()
    };
    assert_eq!(
        said("deployment.create"),
        ["set the secrets /accessCode, /secretEnvironment/TOKEN"]
    );
    assert_eq!(said("deployment.update"), ["set the secrets /accessCode", "", ""]);
    is_quiet("the audit", &format!("{audit:?}"));
}

/// Everything that the event stream says until the end.
struct Live {
    said: tokio::task::JoinHandle<()>,
    text: std::sync::Arc<std::sync::Mutex<String>>,
}

async fn listen(host: &Host, admin: &Api) -> Live {
    let token = admin.bearer().to_owned();
    let url = format!("{}/api/v1/live?project=shop", host.url());
    let answer = reqwest::Client::new().get(url).bearer_auth(token).send().await.unwrap();
    let text = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let kept = text.clone();
    let said = tokio::spawn(async move {
        let mut bytes = answer.bytes_stream();
        while let Some(Ok(part)) = bytes.next().await {
            kept.lock().unwrap().push_str(&String::from_utf8_lossy(&part));
        }
    });
    Live { said, text }
}

impl Live {
    fn end(self) -> String {
        self.said.abort();
        self.text.lock().unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_secret_is_said_without_it() {
    let host = Host::start();
    let admin = host.admin().await;
    admin.post("/api/v1/projects", &json!({"name": "shop"})).await.expect(201);
    let deployments = "/api/v1/projects/shop/deployments";
    let deploy = async |name: &str, values: Value| {
        let body = json!({"name": name, "blueprint": "hello-web", "values": values});
        admin.post(deployments, &body).await
    };
    // Too short, too long, of another kind, under a name that cannot be.
    let long = TOKEN.repeat(20);
    for (field, values) in [
        ("/accessCode", json!({"accessCode": "abc"})),
        ("/accessCode", json!({ "accessCode": long })),
        ("/accessCode", json!({"accessCode": [TOKEN]})),
        ("/secretEnvironment", json!({ "secretEnvironment": TOKEN })),
        ("/secretEnvironment/A", json!({"secretEnvironment": {"A": ""}})),
        ("/secretEnvironment/A-B", json!({"secretEnvironment": {"A-B": TOKEN}})),
    ] {
        let wrong = deploy("web", values).await.expect(422);
        assert_eq!(wrong["errors"][0]["field"], field, "{wrong:#}");
        is_quiet("the refusal", &wrong.to_string());
    }
    // Somebody else's secret is no way to it.
    deploy("db", json!({ "accessCode": FIRST })).await.expect(202);
    let theirs = json!({"secretKeyRef": {"name": "db.secrets.slipway.dev", "key": "accessCode.1"}});
    let wrong = deploy("web", json!({ "accessCode": theirs })).await.expect(422);
    assert_eq!(wrong["errors"][0]["field"], "/accessCode", "{wrong:#}");
    let own = json!({"secretKeyRef": {"name": NAME, "key": "accessCode.1"}});
    deploy("web", json!({ "accessCode": own })).await.expect(422);
    assert_eq!(admin.get(deployments).await.expect(200)["items"].as_array().unwrap().len(), 1);
    is_quiet("the host's log", &host.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_somebody_else_that_has_the_name_is_left_alone() {
    let host = Host::start();
    let cli = host.shop();
    let secrets = in_cluster(&host).await;
    let theirs: Secret =
        serde_json::from_value(json!({"metadata": {"name": NAME}, "stringData": {"a": "theirs"}}))
            .unwrap();
    eventually("the project is there", SOON, async || {
        secrets.create(&PostParams::default(), &theirs).await.ok()
    })
    .await;
    let deploy = ["deploy", "web", "-b", "hello-web", "--set-secret", "accessCode=-"];
    cli.say_with(&deploy, FIRST).ok();
    eventually("the app says why it waits", SOON, async || {
        let said = cli.say(&["describe", "web"]).ok();
        let words = format!("the Secret {NAME}: it is there already and is not Slipway's");
        said.contains(&words).then_some(())
    })
    .await;
    assert_eq!(keys(&secrets).await.unwrap(), ["a"]);
    // Once it is out of the way, it goes on.
    secrets.delete(NAME, &DeleteParams::default()).await.unwrap();
    eventually("the app answers", Duration::from_secs(60), async || {
        (page(&host, Some(FIRST)).await == 200).then_some(())
    })
    .await;
}
