//! The instance's own registry, to read: what the OCI distribution specification calls pull.
//!
//! Pushing comes with the marketplace; plugins are installed at `/api/v1/plugins` until then.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use slipway_platform::Credential;

use crate::router::Api;

/// `/v2/`.
pub fn routes() -> Router<Api> {
    Router::new().route("/v2/", get(base)).route("/v2/{*path}", get(read))
}

async fn base(State(api): State<Api>, headers: HeaderMap) -> Response {
    if permit(&api, &headers) { (StatusCode::OK, "{}").into_response() } else { ask() }
}

async fn read(State(api): State<Api>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    if !permit(&api, &headers) {
        return ask();
    }
    let parts: Option<(&str, &str, &str)> = ["manifests", "blobs"].iter().find_map(|kind| {
        let (name, reference) = path.split_once(&format!("/{kind}/"))?;
        Some((name, *kind, reference))
    });
    let Some((name, kind, reference)) = parts else {
        return refuse(StatusCode::NOT_FOUND, "UNSUPPORTED", "only manifests and blobs are served");
    };
    let found = match kind {
        "manifests" => api.platform.registry_manifest(name, reference).await,
        _ => api.platform.registry_blob(name, reference).await,
    };
    match found {
        Ok(content) => {
            let headers = [
                (header::CONTENT_TYPE.as_str(), content.media_type),
                ("docker-content-digest", content.digest.to_string()),
            ];
            (headers, content.bytes).into_response()
        }
        Err(error) => refuse(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN", &error.to_string()),
    }
}

/// The node shows its own secret; people and programs an API token as the password.
fn permit(api: &Api, headers: &HeaderMap) -> bool {
    let Some(text) = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()) else {
        return false;
    };
    let token = if let Some(basic) = text.strip_prefix("Basic ") {
        let decoded = STANDARD.decode(basic.trim()).ok().and_then(|it| String::from_utf8(it).ok());
        decoded.and_then(|it| it.split_once(':').map(|(_, password)| password.to_owned()))
    } else {
        text.strip_prefix("Bearer ").map(|it| it.trim().to_owned())
    };
    token.is_some_and(|token| {
        token.as_str() == &*api.node_secret
            || api.platform.authenticate(&Credential::Bearer(token)).is_ok()
    })
}

fn ask() -> Response {
    let mut response =
        refuse(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "use an API token as the password");
    let realm = header::HeaderValue::from_static("Basic realm=\"slipway\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
    response
}

/// Errors as the distribution specification has them.
fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    let body = serde_json::json!({"errors": [{"code": code, "message": message}]});
    (status, axum::Json(body)).into_response()
}
