//! Content: pulled, whole or in part, and deleted (distribution-spec, "Pulling blobs", "Deleting Blobs").

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use slipway_platform::registry::range::{Part, Wanted};
use slipway_platform::registry::{Blob, Digest, Repository};

use super::Asked;
use super::answer::Refused;

const KIND: &str = "application/octet-stream";
const DIGEST: &str = "docker-content-digest";

pub async fn serve(
    asked: Asked<'_>,
    repository: &Repository,
    digest: &str,
) -> Result<Response, Refused> {
    let digest: Digest = digest.parse()?;
    let Asked { platform, visitor, .. } = &asked;
    match asked.method {
        Method::HEAD => {
            let size = platform.blob_size(visitor, repository, &digest).await?;
            let headers = [
                (header::CONTENT_TYPE.as_str(), KIND.to_owned()),
                (header::CONTENT_LENGTH.as_str(), size.to_string()),
                (header::ACCEPT_RANGES.as_str(), "bytes".to_owned()),
                (DIGEST, digest.to_string()),
            ];
            Ok((headers, Body::empty()).into_response())
        }
        Method::GET => {
            let blob = platform.blob_get(visitor, repository, &digest).await?;
            Ok(pulled(&asked, blob, &digest))
        }
        Method::DELETE => {
            platform.blob_delete(visitor, repository, &digest).await?;
            Ok(StatusCode::ACCEPTED.into_response())
        }
        _ => Err(Refused::method(&asked)),
    }
}

fn pulled(asked: &Asked<'_>, blob: Blob, digest: &Digest) -> Response {
    let size = blob.size;
    let range = asked.headers.get(header::RANGE).and_then(|it| it.to_str().ok());
    // Content never changes under its digest, so any validator of If-Range that we gave still holds.
    let (status, part) = match Wanted::of(range, size) {
        Wanted::Whole => (StatusCode::OK, blob.whole()),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, Some(part)),
        Wanted::Unsatisfiable => {
            let headers = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return (StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response();
        }
    };
    let length = part.map_or(0, Part::length);
    let headers = [
        (header::CONTENT_TYPE.as_str(), KIND.to_owned()),
        (header::CONTENT_LENGTH.as_str(), length.to_string()),
        (header::ACCEPT_RANGES.as_str(), "bytes".to_owned()),
        (header::ETAG.as_str(), format!("\"{digest}\"")),
        (DIGEST, digest.to_string()),
    ];
    let body = part.map_or_else(Body::empty, |part| Body::from_stream(blob.stream(part)));
    let mut response = (status, headers, body).into_response();
    if let Some(part) = part.filter(|_| status == StatusCode::PARTIAL_CONTENT) {
        let range = format!("bytes {}-{}/{size}", part.first, part.last);
        if let Ok(range) = range.parse() {
            response.headers_mut().insert(header::CONTENT_RANGE, range);
        }
    }
    response
}
