//! A host with a project `shop`, its people, and a client that speaks the distribution specification by hand.

use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use slipway_tests::{Api, Host};

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

pub struct Shop {
    pub host: Host,
    pub admin: Api,
    client: reqwest::Client,
}

pub fn digest(content: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(content)))
}

pub fn status(response: &Response) -> u16 {
    response.status().as_u16()
}

pub fn header(response: &Response, name: &str) -> String {
    let value = response.headers().get(name).unwrap_or_else(|| panic!("there is no {name}"));
    value.to_str().unwrap().to_owned()
}

impl Shop {
    pub async fn open() -> Self {
        let host = Host::start();
        let admin = host.admin().await;
        for project in ["shop", "lab"] {
            admin.post("/api/v1/projects", &json!({"name": project})).await.expect(201);
        }
        Self { host, admin, client: reqwest::Client::new() }
    }

    /// An API token of the admin's.
    pub async fn token(&self, scope: &str) -> String {
        token(&self.admin, scope).await
    }

    /// An API token of somebody with a role in `shop`, or of a stranger.
    pub async fn token_of(&self, name: &str, role: Option<&str>) -> String {
        let body = json!({"name": name, "password": "correct horse battery"});
        self.admin.post("/api/v1/users", &body).await.expect(201);
        if let Some(role) = role {
            let path = format!("/api/v1/projects/shop/members/{name}");
            let body = json!({"role": role}).to_string().into_bytes();
            self.admin.call(Method::PUT, &path, Some(body)).await.expect(200);
        }
        let person = self.host.nobody().sign_in(name, "correct horse battery").await;
        token(&person, "deploy").await
    }

    /// A request to `/v2/…`, with a token as the password, or by nobody.
    pub fn ask(&self, method: Method, path: &str, token: Option<&str>) -> RequestBuilder {
        let path = if path.starts_with("/v2/") { path.to_owned() } else { format!("/v2/{path}") };
        let request = self.client.request(method, format!("{}{path}", self.host.url()));
        match token {
            Some(token) => request.basic_auth("any", Some(token)),
            None => request,
        }
    }

    /// Pushes content whole.
    pub async fn push_blob(&self, repository: &str, token: &str, content: &[u8]) -> Response {
        let path = format!("{repository}/blobs/uploads/?digest={}", digest(content));
        self.ask(Method::POST, &path, Some(token)).body(content.to_vec()).send().await.unwrap()
    }

    /// Pushes an image of one layer; its manifest's digest.
    pub async fn push_image(&self, place: (&str, &str), token: &str, layer: &[u8]) -> String {
        let (repository, tag) = place;
        for content in [layer, b"{}"] {
            let pushed = self.push_blob(repository, token, content).await;
            assert_eq!(status(&pushed), 201, "{}", pushed.text().await.unwrap());
        }
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": digest(b"{}"), "size": 2},
            "layers": [{"mediaType": "application/wasm", "digest": digest(layer), "size": layer.len()}],
        });
        let path = format!("{repository}/manifests/{tag}");
        let put = self.ask(Method::PUT, &path, Some(token)).header("content-type", MANIFEST);
        let put = put.body(manifest.to_string()).send().await.unwrap();
        assert_eq!(status(&put), 201);
        header(&put, "docker-content-digest")
    }
}

async fn token(of: &Api, scope: &str) -> String {
    let body = json!({"name": format!("{scope}-token"), "scope": scope});
    let made = of.post("/api/v1/tokens", &body).await.expect(201);
    made["text"].as_str().unwrap().to_owned()
}
