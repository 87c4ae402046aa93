//! Control plugins of deployments and clusters, what people ask of one while it works, and healing.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use slipway_model::healing::Healing;
use slipway_platform::record;
use slipway_wire::deployment::{Accepted, ControlChoice, DeploymentDetail, NewHealing};
use slipway_wire::project::Cluster;

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

type Answer = Result<(StatusCode, Json<Accepted>), Refusal>;

/// Give a running deployment another control plugin, or other options.
#[utoipa::path(put, path = "/api/v1/projects/{project}/deployments/{deployment}/control", tag = "control", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), request_body = ControlChoice, responses((status = 202, body = Accepted)))]
pub async fn control_set(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
    Body(choice): Body<ControlChoice>,
) -> Answer {
    let choice = convert::choice(choice);
    let accepted = api.platform.control_set(&caller, &project, &deployment, &choice).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}

/// Let the revision that waits for it answer.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/promote", tag = "control", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 202, body = Accepted)))]
pub async fn promote(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Answer {
    let accepted = api.platform.promote(&caller, &project, &deployment).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}

/// Give a rollout up: the last good revision is wanted again, as a new one.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/abort", tag = "control", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 202, body = Accepted)))]
pub async fn abort(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Answer {
    let accepted = api.platform.abort(&caller, &project, &deployment).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}

/// Hold a rollout before its promotion.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/pause", tag = "control", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 202, body = Accepted)))]
pub async fn pause(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Answer {
    let accepted = api.platform.pause(&caller, &project, &deployment).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}

/// Let a held rollout go on.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/resume", tag = "control", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 202, body = Accepted)))]
pub async fn resume(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Answer {
    let accepted = api.platform.resume(&caller, &project, &deployment).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))))
}

/// Switch healing on or off, and say after how long it begins.
#[utoipa::path(put, path = "/api/v1/projects/{project}/deployments/{deployment}/healing", tag = "control", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), request_body = NewHealing, responses((status = 200, body = DeploymentDetail)))]
pub async fn healing_set(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
    Body(NewHealing { on, after_seconds }): Body<NewHealing>,
) -> Result<Json<DeploymentDetail>, Refusal> {
    let usual = Healing::default().after_seconds;
    let healing = Healing { is_on: on, after_seconds: after_seconds.unwrap_or(usual) };
    let detail = api.platform.healing_set(&caller, &project, &deployment, healing).await?;
    Ok(Json(convert::detail(detail)))
}

/// Choose what new deployments of a cluster get.
#[utoipa::path(put, path = "/api/v1/clusters/{cluster}/control", tag = "clusters", extensions(("x-permission" = json!("admin"))), params(("cluster" = String, Path)), request_body = ControlChoice, responses((status = 200, body = Cluster)))]
pub async fn cluster_control_set(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(cluster): Path<String>,
    Body(choice): Body<ControlChoice>,
) -> Result<Json<Cluster>, Refusal> {
    let choice: record::ControlChoice = convert::choice(choice);
    let state = api.platform.cluster_control(&caller, &cluster, Some(choice)).await?;
    Ok(Json(convert::cluster(state)))
}

/// Let new deployments of a cluster get the instance's default again.
#[utoipa::path(delete, path = "/api/v1/clusters/{cluster}/control", tag = "clusters", extensions(("x-permission" = json!("admin"))), params(("cluster" = String, Path)), responses((status = 200, body = Cluster)))]
pub async fn cluster_control_delete(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(cluster): Path<String>,
) -> Result<Json<Cluster>, Refusal> {
    let state = api.platform.cluster_control(&caller, &cluster, None).await?;
    Ok(Json(convert::cluster(state)))
}
