//! The marketplace: offers, their sources, and the index that other instances read.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use slipway_platform::Index;
use slipway_wire::market::{
    NewSource, Offer, OfferQuery, Offers, RepositoryQuery, SharedLink, Source,
};
use slipway_wire::page::PageQuery;

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::registry;
use crate::router::Api;

/// What is offered, the best fit first; as far as the caller may see it.
#[utoipa::path(get, path = "/api/v1/marketplace/offers", tag = "marketplace", extensions(("x-permission" = json!("use"))), params(OfferQuery), responses((status = 200, body = Offers)))]
pub async fn offer_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Query(query): Query<OfferQuery>,
) -> Result<Json<Offers>, Refusal> {
    let page = PageQuery { cursor: query.cursor.clone(), limit: query.limit };
    let (query, page) = (convert::offer_query(&query), convert::page_request(page));
    Ok(Json(convert::offers(api.platform.offer_list(&caller, &query, &page)?)))
}

/// One offer with all its releases.
#[utoipa::path(get, path = "/api/v1/marketplace/offer", tag = "marketplace", extensions(("x-permission" = json!("use"))), params(RepositoryQuery), responses((status = 200, body = Offer)))]
pub async fn offer_get(
    State(api): State<Api>,
    Signed(caller): Signed,
    Query(query): Query<RepositoryQuery>,
) -> Result<Json<Offer>, Refusal> {
    Ok(Json(convert::offer(api.platform.offer_get(&caller, &query.repository)?)))
}

/// What this instance offers, for other instances: what is public, and to whoever shows a token (as at the registry) what they may pull.
#[utoipa::path(get, path = "/api/v1/marketplace/index", tag = "marketplace", extensions(("x-permission" = json!("public"))), responses((status = 200, body = Object)))]
pub async fn offer_index(
    State(api): State<Api>,
    headers: HeaderMap,
) -> Result<Json<Index>, Refusal> {
    let visitor = registry::visitor(&api, &headers).ok_or_else(|| {
        let words = "the token that was shown is not good (any more)";
        Refusal::new(StatusCode::UNAUTHORIZED, "not-signed-in", "You are not signed in", words)
    })?;
    Ok(Json(api.platform.offer_index(&visitor)?))
}

/// What a link shares.
#[utoipa::path(post, path = "/api/v1/marketplace/shared", tag = "marketplace", extensions(("x-permission" = json!("use"))), request_body = SharedLink, responses((status = 200, body = Offer)))]
pub async fn share_open(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(shared): Body<SharedLink>,
) -> Result<Json<Offer>, Refusal> {
    Ok(Json(convert::offer(api.platform.share_open(&caller, &shared.link)?)))
}

/// Where offers come from, beside this instance's own registry.
#[utoipa::path(get, path = "/api/v1/marketplace/sources", tag = "marketplace", extensions(("x-permission" = json!("use"))), responses((status = 200, body = Vec<Source>)))]
pub async fn source_list(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<Vec<Source>>, Refusal> {
    let sources = api.platform.source_list(&caller)?;
    Ok(Json(sources.into_iter().map(convert::source).collect()))
}

/// Add a source, or give one another place. It is read first; one that cannot be read is not added.
#[utoipa::path(put, path = "/api/v1/marketplace/sources/{source}", tag = "marketplace", extensions(("x-permission" = json!("admin"))), params(("source" = String, Path)), request_body = NewSource, responses((status = 200, body = Source)))]
pub async fn source_put(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(source): Path<String>,
    Body(new): Body<NewSource>,
) -> Result<Json<Source>, Refusal> {
    Ok(Json(convert::source(api.platform.source_put(&caller, &source, &new.place).await?)))
}

/// Remove a source with its offers. What was installed from it stays.
#[utoipa::path(delete, path = "/api/v1/marketplace/sources/{source}", tag = "marketplace", extensions(("x-permission" = json!("admin"))), params(("source" = String, Path)), responses((status = 204)))]
pub async fn source_delete(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(source): Path<String>,
) -> Result<StatusCode, Refusal> {
    api.platform.source_delete(&caller, &source).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read a source again, now.
#[utoipa::path(post, path = "/api/v1/marketplace/sources/{source}/refresh", tag = "marketplace", extensions(("x-permission" = json!("admin"))), params(("source" = String, Path)), responses((status = 200, body = Source)))]
pub async fn source_refresh(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(source): Path<String>,
) -> Result<Json<Source>, Refusal> {
    Ok(Json(convert::source(api.platform.source_refresh(&caller, &source).await?)))
}
