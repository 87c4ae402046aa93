//! The web app's files, which are part of the binary.

use axum::body::Body;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::problem::Refusal;

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Files;

/// A file of the web app; every other path is one of its pages.
pub async fn serve(method: Method, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") || path.starts_with("v2/") {
        let detail = format!("there is no route {}", uri.path());
        return Refusal::new(StatusCode::NOT_FOUND, "no-route", "There is no such route", detail)
            .hint("GET /openapi.json lists all routes.")
            .into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match Files::get(path).filter(|_| !path.is_empty()) {
        Some(file) => answer(path, file),
        None if path.contains('.') => StatusCode::NOT_FOUND.into_response(),
        None => match Files::get("index.html") {
            Some(page) => answer("index.html", page),
            None => not_built(),
        },
    }
}

fn answer(path: &str, file: rust_embed::EmbeddedFile) -> Response {
    // Names under assets/ carry a hash of their content.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let kind = file.metadata.mimetype().to_owned();
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache.to_owned())];
    (headers, Body::from(file.data)).into_response()
}

fn not_built() -> Response {
    let text = "This Slipway was built without its web app. Build it with `cargo xtask web`, or use the `slipway` command line.\n";
    (StatusCode::NOT_FOUND, text).into_response()
}
