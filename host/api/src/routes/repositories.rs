//! Repositories of the registry that the instance serves: which there are, and who may pull. Pulling and pushing is `/v2/`.

use axum::Json;
use axum::extract::{Path, State};
use slipway_wire::project::{Repositories, Repository};

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// A project's repositories, and how much they keep.
#[utoipa::path(get, path = "/api/v1/projects/{project}/repositories", tag = "registry", extensions(("x-permission" = json!("view"))), params(("project" = String, Path)), responses((status = 200, body = Repositories)))]
pub async fn repository_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
) -> Result<Json<Repositories>, Refusal> {
    let kept = api.platform.repository_list(&caller, &project).await?;
    Ok(Json(convert::repositories(kept)))
}

/// Say whether anybody may pull from a repository of the project. It may be pushed later.
#[utoipa::path(put, path = "/api/v1/projects/{project}/repositories", tag = "registry", extensions(("x-permission" = json!("own"))), params(("project" = String, Path)), request_body = Repository, responses((status = 200, body = Repository)))]
pub async fn repository_publish(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
    Body(repository): Body<Repository>,
) -> Result<Json<Repository>, Refusal> {
    let Repository { name, is_public } = repository;
    let said = api.platform.repository_publish(&caller, &project, &name, is_public).await?;
    Ok(Json(convert::repository(said)))
}

/// The same for one of the instance's own repositories.
#[utoipa::path(put, path = "/api/v1/repositories", tag = "registry", extensions(("x-permission" = json!("admin"))), request_body = Repository, responses((status = 200, body = Repository)))]
pub async fn repository_publish_own(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(repository): Body<Repository>,
) -> Result<Json<Repository>, Refusal> {
    let Repository { name, is_public } = repository;
    let said = api.platform.repository_publish_own(&caller, &name, is_public).await?;
    Ok(Json(convert::repository(said)))
}
