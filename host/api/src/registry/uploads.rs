//! Uploads: begun, gone on with, ended, cancelled (distribution-spec, "Pushing blobs").

use axum::body::Body;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, TryStreamExt as _};
use slipway_platform::registry::range::Part;
use slipway_platform::registry::{Algorithm, Digest, Error, Repository, UploadId};

use super::Asked;
use super::answer::Refused;

type Bound = (HeaderName, String);

/// `POST`: mounts what another repository holds, takes content whole, or begins.
pub async fn begin(
    asked: Asked<'_>,
    repository: &Repository,
    body: Body,
) -> Result<Response, Refused> {
    if asked.method != Method::POST {
        return Err(Refused::method(&asked));
    }
    let Asked { platform, visitor, query, .. } = &asked;
    let digest: Option<Digest> = query.get("digest").map(str::parse).transpose()?;
    query.get("digest-algorithm").map(str::parse::<Algorithm>).transpose()?;
    if let Some(mount) = query.get("mount") {
        let mount: Digest = mount.parse()?;
        // A name that cannot be is one that is not there: the client pushes instead.
        let from: Option<Option<Repository>> = query.get("from").map(|it| it.parse().ok());
        let is_mounted = match from {
            Some(None) => false,
            from => {
                let from = from.flatten();
                platform.blob_mount(visitor, repository, from.as_ref(), &mount).await?
            }
        };
        if is_mounted {
            return Ok(created(repository, &mount));
        }
    }
    let id = platform.upload_start(visitor, repository).await?;
    let Some(digest) = digest else { return Ok(accepted(repository, id, 0)) };
    let taken = whole(&asked, repository, id, &digest, body).await;
    if taken.is_err() {
        // Nobody knows its name, so nobody could go on with it.
        drop(platform.upload_cancel(visitor, repository, id).await);
    }
    taken
}

async fn whole(
    asked: &Asked<'_>,
    repository: &Repository,
    id: UploadId,
    digest: &Digest,
    body: Body,
) -> Result<Response, Refused> {
    let Asked { platform, visitor, .. } = asked;
    platform.upload_append(visitor, repository, id, None, stream(body)).await?;
    platform.upload_finish(visitor, repository, id, digest).await?;
    Ok(created(repository, digest))
}

/// All that is done with an upload once it has begun.
pub async fn go_on(
    asked: Asked<'_>,
    repository: &Repository,
    id: &str,
    body: Body,
) -> Result<Response, Refused> {
    let id: UploadId = id.parse().map_err(|it: Error| Refused::from(it))?;
    let Asked { platform, visitor, .. } = &asked;
    match asked.method {
        Method::GET => {
            let size = platform.upload_size(visitor, repository, id).await?;
            Ok((StatusCode::NO_CONTENT, place(repository, id, size)).into_response())
        }
        Method::PATCH => {
            let size = append(&asked, repository, id, body).await?;
            Ok(accepted(repository, id, size))
        }
        Method::PUT => {
            let digest = asked.query.get("digest").ok_or_else(Refused::no_digest)?;
            let digest: Digest = digest.parse()?;
            append(&asked, repository, id, body).await?;
            platform.upload_finish(visitor, repository, id, &digest).await?;
            Ok(created(repository, &digest))
        }
        Method::DELETE => {
            platform.upload_cancel(visitor, repository, id).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        _ => Err(Refused::method(&asked)),
    }
}

async fn append(
    asked: &Asked<'_>,
    repository: &Repository,
    id: UploadId,
    body: Body,
) -> Result<u64, Refused> {
    let range = asked.headers.get(header::CONTENT_RANGE).and_then(|it| it.to_str().ok());
    let range = range.map(Part::pushed).transpose()?;
    let Asked { platform, visitor, .. } = asked;
    Ok(platform.upload_append(visitor, repository, id, range, stream(body)).await?)
}

fn stream(
    body: Body,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + Unpin + 'static {
    body.into_data_stream().map_err(std::io::Error::other)
}

fn accepted(repository: &Repository, id: UploadId, size: u64) -> Response {
    (StatusCode::ACCEPTED, place(repository, id, size)).into_response()
}

/// Where to go on, and from where. An upload of which nothing is here says `0-0`, since a range has no way to say so.
fn place(repository: &Repository, id: UploadId, size: u64) -> [Bound; 3] {
    [
        (header::LOCATION, format!("/v2/{repository}/blobs/uploads/{id}")),
        (header::RANGE, format!("0-{}", size.saturating_sub(1))),
        (HeaderName::from_static("docker-upload-uuid"), id.to_string()),
    ]
}

fn created(repository: &Repository, digest: &Digest) -> Response {
    let headers = [
        (header::LOCATION.as_str(), format!("/v2/{repository}/blobs/{digest}")),
        ("docker-content-digest", digest.to_string()),
    ];
    (StatusCode::CREATED, headers).into_response()
}
