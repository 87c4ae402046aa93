//! The registry that the instance serves, `/v2/`: the endpoints of the OCI distribution specification.
//!
//! They are described by that specification, so they stand in no OpenAPI document of ours; who may call them is in
//! `docs/access.md`. A session cookie counts for nothing here, so no page of somebody else's can push.

mod answer;
mod blobs;
mod discovery;
mod endpoint;
mod manifests;
mod query;
mod rest;
mod uploads;
mod visitor;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use slipway_platform::Platform;
use slipway_platform::registry::{Repository, Visitor};

use crate::router::Api;
use answer::{Refused, reads};
use endpoint::Endpoint;
use query::Query;

/// `/v2/`.
pub fn routes() -> Router<Api> {
    Router::new().route("/v2", any(base)).route("/v2/", any(base)).route("/v2/{*path}", any(serve))
}

/// Who asks, for what is open to those who may pull; none where a token is shown that is not good.
pub fn visitor(api: &Api, headers: &HeaderMap) -> Option<Visitor> {
    visitor::read(api, headers).ok()
}

/// What every endpoint works with.
struct Asked<'a> {
    platform: &'a Platform,
    visitor: Visitor,
    method: Method,
    query: Query,
    headers: HeaderMap,
}

/// Whether the registry is here and the visitor is known (distribution-spec, "Determining Support").
async fn base(State(api): State<Api>, headers: HeaderMap) -> Response {
    let answer = match visitor::read(&api, &headers) {
        Ok(Visitor::Anonymous) => Refused::sign_in().into_response(),
        Ok(_) => (StatusCode::OK, axum::Json(serde_json::json!({}))).into_response(),
        Err(refused) => refused.into_response(),
    };
    marked(answer)
}

async fn serve(
    State(api): State<Api>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    // Who asks before sending is told not to by the answer alone.
    let is_sending = !headers.contains_key(header::EXPECT);
    let (body, rest) = rest::lend(body);
    let answer = match visitor::read(&api, &headers) {
        Ok(visitor) => {
            let query = Query::of(query.as_deref());
            let asked = Asked { platform: &api.platform, visitor, method, query, headers };
            answer(asked, &path, body).await
        }
        Err(refused) => {
            drop(body);
            Err(refused)
        }
    };
    if answer.is_err() && is_sending {
        rest.take_in().await;
    }
    marked(answer.unwrap_or_else(Refused::into_response))
}

async fn answer(asked: Asked<'_>, path: &str, body: Body) -> Result<Response, Refused> {
    let Some((name, endpoint)) = endpoint::parse(path) else {
        return Err(match asked.visitor {
            Visitor::Anonymous => Refused::sign_in(),
            _ => Refused::no_endpoint(),
        });
    };
    let repository: Repository = name.parse().map_err(|it| Refused::name(&it))?;
    // Before anything else is read or answered; what the platform then does asks once more.
    let Asked { platform, visitor, method, .. } = &asked;
    if reads(method) && !endpoint.is_of_uploads() {
        platform.may_pull(visitor, &repository)?;
    } else {
        platform.may_push(visitor, &repository)?;
    }
    match endpoint {
        Endpoint::Manifest(target) => manifests::serve(asked, &repository, target, body).await,
        Endpoint::Blob(digest) => blobs::serve(asked, &repository, digest).await,
        Endpoint::Uploads => uploads::begin(asked, &repository, body).await,
        Endpoint::Upload(id) => uploads::go_on(asked, &repository, id, body).await,
        Endpoint::Tags => discovery::tags(asked, &repository).await,
        Endpoint::Referrers(digest) => discovery::referrers(asked, &repository, digest).await,
    }
}

/// Old clients of Docker know a registry by the first header. The others keep a browser from showing or running what
/// somebody pushed as a page of ours, whatever type they said that it has.
fn marked(mut response: Response) -> Response {
    const HEADERS: [(&str, &str); 3] = [
        ("docker-distribution-api-version", "registry/2.0"),
        ("content-disposition", "attachment"),
        ("content-security-policy", "sandbox; default-src 'none'"),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
