//! Fetching components over HTTP from a registry that serves [`Local`].

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use slipway_model::digest::Digest;
use slipway_registry::layout;
use slipway_registry::local::{Error as LocalError, Local};
use slipway_registry::name::{Repository, Tag, Target};
use slipway_registry::remote::{Error, Remote, Settings};

struct Registry {
    _dir: tempfile::TempDir,
    local: Local,
    address: SocketAddr,
}

async fn registry() -> Registry {
    drop(rustls::crypto::ring::default_provider().install_default());
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new()
        .route("/v2/{repository}/{kind}/{target}", axum::routing::get(answer))
        .with_state(Arc::new(local.clone()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Registry { _dir: dir, local, address }
}

async fn answer(
    State(local): State<Arc<Local>>,
    Path((repository, kind, target)): Path<(Named, String, String)>,
) -> Response {
    let found = match kind.as_str() {
        "manifests" => manifest(&local, &repository.0, &target).await,
        "blobs" => blob(&local, &repository.0, &target).await,
        _ => tags(&local, &repository.0).await,
    };
    found.unwrap_or_else(|error| {
        let body = serde_json::json!({ "errors": [{ "code": error.code(), "message": "" }] });
        (StatusCode::NOT_FOUND, body.to_string()).into_response()
    })
}

#[derive(serde::Deserialize)]
#[serde(try_from = "String")]
struct Named(Repository);

impl TryFrom<String> for Named {
    type Error = slipway_registry::name::Malformed;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

async fn manifest(local: &Local, name: &Repository, target: &str) -> Result<Response, LocalError> {
    let found = local.manifest(name, &target.parse().unwrap()).await?;
    Ok(([("content-type", found.media_type)], found.content).into_response())
}

async fn blob(local: &Local, name: &Repository, digest: &str) -> Result<Response, LocalError> {
    let mut found = local.blob(name, &digest.parse().unwrap()).await?;
    let mut content = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut found.file, &mut content).await.unwrap();
    Ok(content.into_response())
}

async fn tags(local: &Local, name: &Repository) -> Result<Response, LocalError> {
    let tags = local.list_tags(name, None, 100).await?;
    let tags: Vec<_> = tags.iter().map(Tag::as_str).collect();
    Ok(serde_json::json!({ "name": name.as_str(), "tags": tags }).to_string().into_response())
}

fn remote(address: SocketAddr) -> Remote {
    let mirrors = BTreeMap::from([("slipway.local".into(), format!("http://{address}"))]);
    Remote::new(Settings { mirrors, ..Settings::default() })
}

#[tokio::test]
async fn a_component_comes_through_the_mirror_by_tag_and_by_digest() {
    let it = registry().await;
    let (name, tag) = ("hello".parse().unwrap(), "1.0.0".parse().unwrap());
    let digest = it.local.put_component(&name, &tag, b"component", &BTreeMap::new()).await.unwrap();
    let remote = remote(it.address);
    for reference in [
        "slipway.local/hello:1.0.0".to_owned(),
        format!("slipway.local/hello@{digest}"),
        format!("{}/hello:1.0.0", it.address),
    ] {
        let pulled = remote.pull(&reference).await.unwrap();
        assert_eq!(pulled.content, b"component", "{reference}");
        assert_eq!(pulled.resolved.manifest, digest);
        assert_eq!(pulled.resolved.component, Digest::of(b"component"));
    }
    assert_eq!(remote.tags("slipway.local/hello").await.unwrap(), ["1.0.0"]);
}

#[tokio::test]
async fn a_container_image_is_told_apart_from_a_failure() {
    let it = registry().await;
    let name: Repository = "nginx".parse().unwrap();
    let layer = it.local.put_blob(&name, b"layer").await.unwrap();
    let manifest = serde_json::json!({
        "schemaVersion": 2,
        "mediaType": layout::MANIFEST,
        "config": { "mediaType": "application/vnd.oci.image.config.v1+json", "digest": layer.as_str(), "size": 5 },
        "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": layer.as_str(), "size": 5 }],
    });
    let target: Target = "1".parse().unwrap();
    let content = manifest.to_string().into_bytes();
    it.local.put_manifest(&name, &target, layout::MANIFEST, &content).await.unwrap();
    let refused = remote(it.address).pull("slipway.local/nginx:1").await.unwrap_err();
    assert!(matches!(refused, Error::NotWasm { .. }), "{refused:?}");
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_missing() {
    let it = registry().await;
    let missing = remote(it.address).pull("slipway.local/nothing:1").await.unwrap_err();
    assert!(matches!(missing, Error::NotFound { .. }), "{missing:?}");
    assert!(!missing.passes());
}

#[tokio::test]
async fn a_registry_that_is_gone_may_be_asked_again() {
    let address = {
        let it = registry().await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        drop(it);
        listener.local_addr().unwrap()
    };
    let gone = remote(address).pull("slipway.local/hello:1").await.unwrap_err();
    assert!(gone.passes(), "{gone:?}");
}
