//! Archive, restore, cleanup, and volumes.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use slipway_wire::deployment::Accepted;
use slipway_wire::volume::{Cleanup, Volume};

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// Remove everything of a deployment but its volumes, settings and history.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/archive", tag = "deployments", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 202, body = Accepted)))]
pub async fn archive(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Result<(StatusCode, Json<Accepted>), Refusal> {
    let accepted = api.platform.archive(&caller, &project, &deployment).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}

/// Bring an archived deployment live again.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/restore", tag = "deployments", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 202, body = Accepted)))]
pub async fn restore(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Result<(StatusCode, Json<Accepted>), Refusal> {
    let accepted = api.platform.restore(&caller, &project, &deployment).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}

/// Delete an archived deployment for good, with its volumes.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/cleanup", tag = "deployments", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), request_body = Cleanup, responses((status = 202, body = Accepted)))]
pub async fn cleanup(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
    Body(cleanup): Body<Cleanup>,
) -> Result<(StatusCode, Json<Accepted>), Refusal> {
    let accepted = api.platform.cleanup(&caller, &project, &deployment, &cleanup.volumes).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}

/// Volumes of a project, also of deployments that are deleted.
#[utoipa::path(get, path = "/api/v1/projects/{project}/volumes", tag = "volumes", extensions(("x-permission" = json!("view"))), params(("project" = String, Path)), responses((status = 200, body = Vec<Volume>)))]
pub async fn volume_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
) -> Result<Json<Vec<Volume>>, Refusal> {
    let volumes = api.platform.volume_list(&caller, &project).await?;
    Ok(Json(volumes.into_iter().map(convert::volume).collect()))
}

/// Delete a volume that no deployment runs on.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/volumes/{volume}", tag = "volumes", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("volume" = String, Path)), responses((status = 204)))]
pub async fn volume_delete(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, volume)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    api.platform.volume_delete(&caller, &project, &volume).await?;
    Ok(StatusCode::NO_CONTENT)
}
