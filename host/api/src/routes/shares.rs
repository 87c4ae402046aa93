//! What a project shares, what it subscribes to, and which blueprints it has by that.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use slipway_wire::catalogue::Blueprint;
use slipway_wire::market::{
    NewShare, NewSubscription, ProjectBlueprint, RepositoryQuery, Share, Subscription,
};

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// The page of the web app that opens a link.
const PAGE: &str = "/shared#";

/// Blueprints that the project can deploy: the instance's, its own, and those that it subscribes to.
#[utoipa::path(get, path = "/api/v1/projects/{project}/blueprints", tag = "marketplace", extensions(("x-permission" = json!("view"))), params(("project" = String, Path)), responses((status = 200, body = Vec<ProjectBlueprint>)))]
pub async fn project_blueprint_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
) -> Result<Json<Vec<ProjectBlueprint>>, Refusal> {
    let found = api.platform.project_blueprint_list(&caller, &project)?;
    Ok(Json(found.into_iter().map(convert::project_blueprint).collect()))
}

/// One of them with its form; the `/` in a name is written `%2F`.
#[utoipa::path(get, path = "/api/v1/projects/{project}/blueprints/{blueprint}", tag = "marketplace", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("blueprint" = String, Path)), responses((status = 200, body = Blueprint)))]
pub async fn project_blueprint_get(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, blueprint)): Path<(String, String)>,
) -> Result<Json<Blueprint>, Refusal> {
    let found = api.platform.project_blueprint_get(&caller, &project, &blueprint)?;
    Ok(Json(convert::blueprint_of_project(found)))
}

/// Links to the project's repositories. Their texts are not kept.
#[utoipa::path(get, path = "/api/v1/projects/{project}/shares", tag = "marketplace", extensions(("x-permission" = json!("view"))), params(("project" = String, Path)), responses((status = 200, body = Vec<Share>)))]
pub async fn share_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
) -> Result<Json<Vec<Share>>, Refusal> {
    let shares = api.platform.share_list(&caller, &project)?;
    Ok(Json(shares.into_iter().map(|it| convert::share(it, None)).collect()))
}

/// Make a link: whoever is signed in and has it may see the repository's offer, and subscribe to it.
#[utoipa::path(post, path = "/api/v1/projects/{project}/shares", tag = "marketplace", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path)), request_body = NewShare, responses((status = 201, body = Share)))]
pub async fn share_create(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
    Body(new): Body<NewShare>,
) -> Result<(StatusCode, Json<Share>), Refusal> {
    let NewShare { repository, expires_in_days } = new;
    let new = slipway_platform::NewShare { repository, expires_in_days };
    let made = api.platform.share_create(&caller, &project, new).await?;
    let path = format!("{PAGE}{}", made.text.text());
    Ok((StatusCode::CREATED, Json(convert::share(made.share, Some(path)))))
}

/// Take a link back; subscriptions that came by it end. Apps that were made go on.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/shares/{share}", tag = "marketplace", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("share" = String, Path)), responses((status = 204)))]
pub async fn share_delete(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, share)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    api.platform.share_delete(&caller, &project, &share).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the project follows, and whether it is behind.
#[utoipa::path(get, path = "/api/v1/projects/{project}/subscriptions", tag = "marketplace", extensions(("x-permission" = json!("view"))), params(("project" = String, Path)), responses((status = 200, body = Vec<Subscription>)))]
pub async fn subscription_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
) -> Result<Json<Vec<Subscription>>, Refusal> {
    let found = api.platform.subscription_list(&caller, &project)?;
    Ok(Json(found.into_iter().map(convert::subscription).collect()))
}

/// Have the project follow an offer, by its repository or by a link.
#[utoipa::path(put, path = "/api/v1/projects/{project}/subscriptions", tag = "marketplace", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path)), request_body = NewSubscription, responses((status = 200, body = Subscription)))]
pub async fn subscription_put(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
    Body(new): Body<NewSubscription>,
) -> Result<Json<Subscription>, Refusal> {
    let subscription = api.platform.subscription_put(&caller, &project, &new.offer).await?;
    Ok(Json(convert::subscription(subscription)))
}

/// Have the project not follow it any more. What was deployed goes on.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/subscriptions", tag = "marketplace", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), RepositoryQuery), responses((status = 204)))]
pub async fn subscription_delete(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
    Query(query): Query<RepositoryQuery>,
) -> Result<StatusCode, Refusal> {
    api.platform.subscription_delete(&caller, &project, &query.repository).await?;
    Ok(StatusCode::NO_CONTENT)
}
