//! Access: every route, as everybody, in one's own project and in somebody else's.
//!
//! The routes and what each takes are read from the OpenAPI document; each is called; the table of answers
//! is compared with `docs/access.md`. Set `SLIPWAY_UPDATE=1` to write it anew.

use std::fmt::Write as _;

use reqwest::Method;
use serde_json::{Value, json};
use slipway_tests::{Api, Host, root};

const WHO: [&str; 6] = ["nobody", "stranger", "viewer", "deployer", "owner", "admin"];

/// What the distribution specification has, and no OpenAPI document of ours.
const REGISTRY: &[(&str, &str, &str)] = &[
    ("GET", "/v2/", "use"),
    ("HEAD", "/v2/{repository}/blobs/{digest}", "view"),
    ("GET", "/v2/{repository}/blobs/{digest}", "view"),
    ("DELETE", "/v2/{repository}/blobs/{digest}", "deploy"),
    ("POST", "/v2/{repository}/blobs/uploads/", "deploy"),
    ("GET", "/v2/{repository}/blobs/uploads/{upload}", "deploy"),
    ("PATCH", "/v2/{repository}/blobs/uploads/{upload}", "deploy"),
    ("PUT", "/v2/{repository}/blobs/uploads/{upload}", "deploy"),
    ("DELETE", "/v2/{repository}/blobs/uploads/{upload}", "deploy"),
    ("HEAD", "/v2/{repository}/manifests/{tag}", "view"),
    ("GET", "/v2/{repository}/manifests/{tag}", "view"),
    ("PUT", "/v2/{repository}/manifests/{tag}", "deploy"),
    ("DELETE", "/v2/{repository}/manifests/{tag}", "deploy"),
    ("GET", "/v2/{repository}/referrers/{digest}", "view"),
    ("GET", "/v2/{repository}/tags/list", "view"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_everybody_as_the_table_says() {
    let host = Host::start();
    let admin = host.admin().await;
    let nobody = host.nobody();
    let password = "correct horse battery";
    let mut callers = vec![nobody.clone()];
    for name in ["stranger", "viewer", "deployer", "owner"] {
        let body = json!({"name": name, "password": password});
        admin.post("/api/v1/users", &body).await.expect(201);
        callers.push(nobody.sign_in(name, password).await);
    }
    callers.push(admin.clone());
    admin.post("/api/v1/projects", &json!({"name": "shop"})).await.expect(201);
    for role in ["viewer", "deployer", "owner"] {
        let body = json!({"role": role}).to_string().into_bytes();
        let path = format!("/api/v1/projects/shop/members/{role}");
        admin.call(Method::PUT, &path, Some(body)).await.expect(200);
    }

    let document = nobody.get("/openapi.json").await.expect(200);
    let mut table =
        format!("| route | takes | {} |\n|---|---|{}\n", WHO.join(" | "), "---|".repeat(6));
    let mut wrong = Vec::new();
    for (path, verbs) in document["paths"].as_object().unwrap() {
        for (verb, route) in verbs.as_object().unwrap() {
            let takes = route["x-permission"].as_str().unwrap_or("nothing is declared").to_owned();
            let answers = answers(&callers, verb, path).await;
            for (who, status) in WHO.iter().zip(&answers) {
                if let Some(reason) = broken(&takes, who, *status, path) {
                    wrong.push(format!("{verb} {path} as {who}: {status}, {reason}"));
                }
            }
            let words: Vec<&str> = answers.iter().map(|it| word(*it)).collect();
            let verb = verb.to_uppercase();
            writeln!(table, "| {verb} {path} | {takes} | {} |", words.join(" | ")).unwrap();
        }
    }
    for (verb, path, takes) in REGISTRY {
        let answers = answers(&callers, verb, path).await;
        for (who, status) in WHO.iter().zip(&answers) {
            if let Some(reason) = broken(takes, who, *status, path) {
                wrong.push(format!("{verb} {path} as {who}: {status}, {reason}"));
            }
        }
        let words: Vec<&str> = answers.iter().map(|it| word(*it)).collect();
        writeln!(table, "| {verb} {path} | {takes} | {} |", words.join(" | ")).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let text = format!(
        "# Who may call what\n\nWritten by the test `every_route_answers_everybody_as_the_table_says`, which calls each route \
         with names of things that are not there in a project `shop`. *yes*: let in (whatever came of it); *no*: 403; *hidden*: 404, \
         as if the project were not there; *sign in*: 401. Routes below `/v2/` are those of the OCI distribution specification, \
         asked of a repository of the project; `docs/registry.md` says who may do what with public ones.\n\n{table}"
    );
    let file = root().join("docs/access.md");
    if std::env::var_os("SLIPWAY_UPDATE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "docs/access.md is not what the routes answer; SLIPWAY_UPDATE=1 writes it"
    );
}

async fn answers(callers: &[Api], verb: &str, path: &str) -> Vec<u16> {
    let mut statuses = Vec::new();
    let filled = path
        .replace("{project}", "shop")
        .replace("{user}", "nobody-like-it")
        .replace("{deployment}", "no-app")
        .replace("{volume}", "no-volume")
        .replace("{operation}", "no-operation")
        .replace("{blueprint}", "no-blueprint")
        .replace("{cluster}", "no-cluster")
        .replace("{repository}", "shop/no-repository")
        .replace("{digest}", &format!("sha256:{}", "0".repeat(64)))
        .replace("{upload}", "00000000-0000-7000-8000-000000000000")
        .replace("{tag}", "no-tag")
        .replace("{source}", "no-source")
        .replace("{share}", "no-share")
        .replace("{name}", "no-token");
    let by_repository = path.ends_with("/offer") || path.ends_with("/subscriptions");
    let filled = if by_repository { format!("{filled}?repository=no/thing") } else { filled };
    let filled = if path.ends_with("/diff") { format!("{filled}?from=1&to=2") } else { filled };
    // Deleting the project would end the test; its owner is asked about another one.
    for caller in callers {
        if verb == "delete" && path == "/api/v1/projects/{project}" {
            // What only an owner may do must not be done on the way.
            statuses.push(delete_project(caller, callers).await);
            continue;
        }
        if path == "/api/v1/live" {
            statuses.push(stream(caller).await);
            continue;
        }
        let method = Method::from_bytes(verb.to_uppercase().as_bytes()).unwrap();
        let body = (method != Method::GET).then(|| body(path).to_string().into_bytes());
        statuses.push(caller.call(method, &filled, body).await.status);
    }
    statuses
}

/// A body that is understood and makes nothing.
fn body(path: &str) -> Value {
    match path {
        "/api/v1/projects/{project}/members/{user}" => json!({"role": "viewer"}),
        "/api/v1/projects/{project}/deployments" => {
            json!({"name": "x", "blueprint": "no-blueprint"})
        }
        "/api/v1/projects/{project}/deployments/{deployment}/blueprint" => {
            json!({"name": "x", "version": "1.0.0"})
        }
        "/api/v1/projects/{project}/deployments/{deployment}/scale" => json!({"replicas": 1}),
        "/api/v1/projects/{project}/deployments/{deployment}/control"
        | "/api/v1/clusters/{cluster}/control" => json!({"plugin": "no-plugin"}),
        "/api/v1/projects/{project}/deployments/{deployment}/healing" => json!({"on": true}),
        "/api/v1/projects/{project}/deployments/{deployment}/cleanup" => json!({"volumes": []}),
        "/api/v1/projects/{project}/quota" => json!({"pods": 500, "volumeClaims": 100}),
        "/api/v1/projects/{project}/repositories" => {
            json!({"name": "shop/no-repository", "isPublic": false})
        }
        "/api/v1/marketplace/sources/{source}" => json!({"place": "no place"}),
        "/api/v1/marketplace/shared" => json!({"link": "no-link"}),
        "/api/v1/projects/{project}/shares" => json!({"repository": "shop/no-repository"}),
        "/api/v1/projects/{project}/subscriptions" => json!({"offer": "no/thing"}),
        "/api/v1/repositories" => json!({"name": "no-repository", "isPublic": false}),
        "/api/v1/trust" => json!({"source": "not a source"}),
        "/api/v1/plugins/from-registry" | "/api/v1/plugins/from-registry/preview" => {
            json!({"reference": "no-repository:1"})
        }
        "/api/v1/projects" => json!({"name": "Not A Name"}),
        "/api/v1/users" => json!({"name": "x", "password": "short"}),
        "/api/v1/tokens" => json!({"name": "Not A Name", "scope": "read"}),
        "/api/v1/clusters" => json!({"name": "x", "kubeconfig": "none", "baseDomain": "x"}),
        "/api/v1/setup" => json!({"token": "x", "name": "x", "password": "x"}),
        "/api/v1/session" | "/api/v1/auth/token" => {
            json!({"name": "nobody-like-it", "password": "x"})
        }
        "/api/v1/auth/refresh" => json!({"refreshToken": "x"}),
        _ => json!({}),
    }
}

/// Asks for the deletion of a project that holds nothing, made for this, with the same members.
async fn delete_project(caller: &Api, callers: &[Api]) -> u16 {
    let admin = callers.last().unwrap();
    let path = "/api/v1/projects/doomed";
    if admin.get(path).await.status == 404 {
        admin.post("/api/v1/projects", &json!({"name": "doomed"})).await.expect(201);
        for role in ["viewer", "deployer", "owner"] {
            let body = json!({"role": role}).to_string().into_bytes();
            admin
                .call(Method::PUT, &format!("{path}/members/{role}"), Some(body))
                .await
                .expect(200);
        }
    }
    caller.delete(path).await.status
}

/// The event stream does not end: only its beginning is looked at.
async fn stream(caller: &Api) -> u16 {
    caller.begin("/api/v1/live?project=shop").await
}

fn word(status: u16) -> &'static str {
    match status {
        401 => "sign in",
        403 => "no",
        404 => "hidden",
        _ => "yes",
    }
}

/// Why an answer is not what the permission promises.
fn broken(takes: &str, who: &str, status: u16, path: &str) -> Option<&'static str> {
    let signs_in = path.contains("/auth/") || path == "/api/v1/session" || path == "/api/v1/setup";
    let rank = WHO.iter().position(|it| *it == who).unwrap();
    let in_project =
        path.contains("{project}") || path.contains("{repository}") || path == "/api/v1/live";
    let needed = match takes {
        "public" => return (status == 401 && !signs_in).then_some("it is public"),
        "use" => 1,
        "view" => 2,
        "deploy" => 3,
        "own" => 4,
        "admin" => 5,
        _ => return Some("it declares no permission"),
    };
    match (rank, status) {
        (0, 401) => None,
        (0, _) => Some("nobody gets past without signing in"),
        (1, 404) if in_project => None,
        (1, _) if in_project => Some("a stranger must hear that there is nothing"),
        (_, 401) => Some("somebody who is signed in is asked to sign in"),
        (rank, 403) if rank >= needed => Some("it should be let in"),
        (rank, status) if rank < needed && status != 403 => Some("it should be refused"),
        _ => None,
    }
}
