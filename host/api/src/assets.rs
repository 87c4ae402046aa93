//! The web app's files, which are part of the binary.

use axum::body::Body;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::Refusal;

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Files;

/// A file of the web app; every other path is one of its pages.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
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
        Some(file) => answer(path, file, &headers),
        None if path.contains('.') => StatusCode::NOT_FOUND.into_response(),
        None => match Files::get("index.html") {
            Some(page) => answer("index.html", page, &headers),
            None => not_built(),
        },
    }
}

fn answer(path: &str, file: EmbeddedFile, asked: &HeaderMap) -> Response {
    // Names under assets/ carry a hash of their content.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let kind = file.metadata.mimetype().to_owned();
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::VARY, "accept-encoding".to_owned()),
    ];
    match compressed(path, asked) {
        Some((encoding, copy)) => {
            (headers, [(header::CONTENT_ENCODING, encoding)], Body::from(copy.data)).into_response()
        }
        None => (headers, Body::from(file.data)).into_response(),
    }
}

/// The copy that the build has laid beside a file, in the best encoding that the browser takes.
fn compressed(path: &str, asked: &HeaderMap) -> Option<(&'static str, EmbeddedFile)> {
    let taken = asked.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| takes(taken, encoding))
        .find_map(|(encoding, end)| Some((encoding, Files::get(&format!("{path}.{end}"))?)))
}

/// Whether an `Accept-Encoding` (RFC 9110 section 12.5.3) names the encoding, and not with a weight of 0.
fn takes(header: &str, encoding: &str) -> bool {
    header.split(',').any(|it| {
        let (name, weight) = it.split_once(';').unwrap_or((it, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|it| it.trim().parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(encoding) && weight != Some(0.0)
    })
}

fn not_built() -> Response {
    let text = "This Slipway was built without its web app. Build it with `cargo xtask web`, or use the `slipway` command line.\n";
    (StatusCode::NOT_FOUND, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_taken_as_the_browser_says() {
        assert!(takes("gzip, deflate, br;q=0.9", "br"));
        assert!(takes("GZIP", "gzip"));
        assert!(!takes("gzip;q=0, br", "gzip"));
        assert!(!takes("identity", "gzip"));
    }
}
