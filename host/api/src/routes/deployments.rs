//! Deployments: list, make, look, scale, roll back, restart, delete.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use slipway_platform::NewDeployment as New;
use slipway_wire::deployment::{
    Accepted, Deployment, DeploymentDetail, Diff, NewDeployment, Rollback, Scale,
};
use slipway_wire::page::{Page, PageQuery};

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// Whether to show only what would change.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct DryRun {
    /// Answer with the diff and change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// Deployments of a project, by name.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments", tag = "deployments", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), PageQuery), responses((status = 200, body = Page<Deployment>)))]
pub async fn deployment_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Deployment>>, Refusal> {
    let request = convert::page_request(query);
    let listed = api.platform.deployment_list(&caller, &project, &request)?;
    Ok(Json(convert::page(listed, convert::known)))
}

/// Make a deployment from a blueprint.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments", tag = "deployments", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), DryRun), request_body = NewDeployment, responses((status = 202, body = Accepted), (status = 200, description = "With dryRun: what it would make.", body = Diff)))]
pub async fn deployment_create(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
    Query(query): Query<DryRun>,
    Body(new): Body<NewDeployment>,
) -> Result<Response, Refusal> {
    let NewDeployment { name, blueprint, values, control, message } = new;
    let new = New { name, blueprint, values, control: control.map(convert::choice), message };
    if query.dry_run {
        let difference = api.platform.deployment_preview(&caller, &project, &new).await?;
        return Ok(Json(convert::difference(difference)).into_response());
    }
    let accepted = api.platform.deployment_create(&caller, &project, new).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))).into_response())
}

/// One deployment, whole.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}", tag = "deployments", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 200, body = DeploymentDetail)))]
pub async fn deployment_get(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Result<Json<DeploymentDetail>, Refusal> {
    Ok(Json(convert::detail(api.platform.deployment_get(&caller, &project, &deployment)?)))
}

/// Delete a deployment and what it made. Claims of volumes stay.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/deployments/{deployment}", tag = "deployments", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 202, body = Accepted)))]
pub async fn deployment_delete(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Result<(StatusCode, Json<Accepted>), Refusal> {
    let accepted = api.platform.deployment_delete(&caller, &project, &deployment).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}

/// Set the number of replicas.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/scale", tag = "deployments", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), request_body = Scale, responses((status = 202, body = Accepted)))]
pub async fn scale(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
    Body(scale): Body<Scale>,
) -> Result<(StatusCode, Json<Accepted>), Refusal> {
    let accepted = api.platform.scale(&caller, &project, &deployment, scale.replicas).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}

/// Go back to an earlier revision, as a new one.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/rollback", tag = "deployments", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), request_body = Rollback, responses((status = 202, body = Accepted)))]
pub async fn rollback(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
    Body(rollback): Body<Rollback>,
) -> Result<(StatusCode, Json<Accepted>), Refusal> {
    let accepted = api.platform.rollback(&caller, &project, &deployment, rollback.revision).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}

/// Restart what runs.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/restart", tag = "deployments", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 202, body = Accepted)))]
pub async fn restart(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Result<(StatusCode, Json<Accepted>), Refusal> {
    let accepted = api.platform.restart(&caller, &project, &deployment).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}
