//! Manifests: pulled, pushed, deleted (distribution-spec, "Pulling manifests", "Pushing Manifests", "Content Management").

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use slipway_platform::registry::{LARGEST_MANIFEST_BYTES, Repository, Tag, Target};

use super::Asked;
use super::answer::{Refused, reads};

pub async fn serve(
    asked: Asked<'_>,
    repository: &Repository,
    target: &str,
    body: Body,
) -> Result<Response, Refused> {
    let parsed: Result<Target, _> = target.parse();
    let target = match parsed {
        Ok(target) => target,
        Err(error) => return Err(Refused::name(&error)),
    };
    match asked.method {
        Method::PUT => push(asked, repository, &target, body).await,
        Method::DELETE => {
            asked.platform.manifest_delete(&asked.visitor, repository, &target).await?;
            Ok(StatusCode::ACCEPTED.into_response())
        }
        ref method if reads(method) => pull(asked, repository, &target).await,
        _ => Err(Refused::method(&asked)),
    }
}

async fn pull(
    asked: Asked<'_>,
    repository: &Repository,
    target: &Target,
) -> Result<Response, Refused> {
    let found = asked.platform.manifest_get(&asked.visitor, repository, target).await?;
    let headers = [
        (header::CONTENT_TYPE.as_str(), found.media_type),
        (header::CONTENT_LENGTH.as_str(), found.content.len().to_string()),
        (header::ETAG.as_str(), format!("\"{}\"", found.digest)),
        ("docker-content-digest", found.digest.to_string()),
    ];
    let is_head = asked.method == Method::HEAD;
    let body = if is_head { Body::empty() } else { Body::from(found.content) };
    Ok((headers, body).into_response())
}

async fn push(
    asked: Asked<'_>,
    repository: &Repository,
    target: &Target,
    body: Body,
) -> Result<Response, Refused> {
    let tags: Result<Vec<Tag>, _> = asked.query.all("tag").map(str::parse).collect();
    let tags = tags.map_err(|it| Refused::name(&it))?;
    let media_type = media_type(&asked.headers).ok_or_else(Refused::no_media_type)?;
    let content = read(&asked.headers, body).await?;
    let Asked { platform, visitor, .. } = &asked;
    let pushed =
        platform.manifest_push(visitor, repository, target, &tags, &media_type, content).await?;
    let headers = [
        (header::LOCATION.as_str(), format!("/v2/{repository}/manifests/{}", pushed.digest)),
        ("docker-content-digest", pushed.digest.to_string()),
    ];
    let mut response = (StatusCode::CREATED, headers).into_response();
    let subject = pushed.subject.and_then(|it| HeaderValue::from_str(it.as_str()).ok());
    if let Some(subject) = subject {
        response.headers_mut().insert("oci-subject", subject);
    }
    for tag in &tags {
        if let Ok(tag) = HeaderValue::from_str(tag.as_str()) {
            response.headers_mut().append("oci-tag", tag);
        }
    }
    Ok(response)
}

/// `Content-Type` without parameters, which a registry ignores.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let bare = text.split(';').next().unwrap_or_default().trim();
    (!bare.is_empty()).then(|| bare.to_owned())
}

/// The whole manifest, which is small; one that says it is larger is not kept.
async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Refused> {
    let too_large = || Refused::manifest_too_large(LARGEST_MANIFEST_BYTES);
    let length = headers.get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok());
    let length: Option<usize> = length.and_then(|it| it.parse().ok());
    if length.is_some_and(|it| it > LARGEST_MANIFEST_BYTES) {
        return Err(too_large());
    }
    match to_bytes(body, LARGEST_MANIFEST_BYTES).await {
        Ok(content) => Ok(content.into()),
        // Chunked: there was more than fits, or the client went away.
        Err(_) if length.is_none() => Err(too_large()),
        Err(_) => Err(Refused::broke_off()),
    }
}
