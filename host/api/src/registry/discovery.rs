//! What is in a repository: tags, and what refers to a manifest (distribution-spec, "Content Discovery").

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use slipway_platform::registry::{Digest, Repository, Tag};

use super::Asked;
use super::answer::{Refused, reads};

/// As many tags as one answer has, whatever was asked for.
const MOST_TAGS: usize = 10_000;
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

pub async fn tags(asked: Asked<'_>, repository: &Repository) -> Result<Response, Refused> {
    if !reads(&asked.method) {
        return Err(Refused::method(&asked));
    }
    let Asked { platform, visitor, query, .. } = &asked;
    let wanted = match query.get("n").filter(|it| !it.is_empty()) {
        Some(text) => text.parse::<usize>().map_err(|_| Refused::number(text))?,
        None => MOST_TAGS,
    };
    let count = wanted.min(MOST_TAGS);
    // One more, to know whether there are more.
    let mut found = platform.tag_list(visitor, repository, query.get("last"), count + 1).await?;
    let is_more = found.len() > count;
    found.truncate(count);
    let names: Vec<_> = found.iter().map(Tag::as_str).collect();
    let body = json!({ "name": repository.as_str(), "tags": names });
    let mut response = axum::Json(body).into_response();
    if let Some(last) = names.last().filter(|_| is_more) {
        let link = format!("</v2/{repository}/tags/list?n={count}&last={last}>; rel=\"next\"");
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

pub async fn referrers(
    asked: Asked<'_>,
    repository: &Repository,
    digest: &str,
) -> Result<Response, Refused> {
    if !reads(&asked.method) {
        return Err(Refused::method(&asked));
    }
    let digest: Digest = digest.parse()?;
    let Asked { platform, visitor, query, .. } = &asked;
    let kind = query.get("artifactType").filter(|it| !it.is_empty());
    let index = platform.referrer_list(visitor, repository, &digest, kind).await?;
    let mut response = axum::Json(index).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(INDEX));
    if kind.is_some() {
        let applied = HeaderValue::from_static("artifactType");
        response.headers_mut().insert("oci-filters-applied", applied);
    }
    Ok(response)
}
