//! Looking into the cluster: objects, events, figures.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;
use slipway_wire::deployment::{ClusterObject, Event, Usage};

use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// The deployment's objects with their health.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}/objects", tag = "observe", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 200, body = Vec<ClusterObject>)))]
pub async fn object_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Result<Json<Vec<ClusterObject>>, Refusal> {
    let objects = api.platform.object_list(&caller, &project, &deployment).await?;
    Ok(Json(objects.into_iter().map(convert::object).collect()))
}

/// Kubernetes events of its objects, newest first.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}/events", tag = "observe", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 200, body = Vec<Event>)))]
pub async fn event_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Result<Json<Vec<Event>>, Refusal> {
    let events = api.platform.event_list(&caller, &project, &deployment).await?;
    Ok(Json(events.into_iter().map(convert::event).collect()))
}

/// CPU and memory of its pods.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}/usage", tag = "observe", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 200, body = Usage)))]
pub async fn usage(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Result<Json<Usage>, Refusal> {
    Ok(Json(convert::usage(api.platform.usage(&caller, &project, &deployment).await?)))
}

/// What plugins would be given for a deployment right now, whether it is there yet or not: for `slipway plugin run`.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}/situation", tag = "deployments", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path)), responses((status = 200, body = Value)))]
pub async fn situation(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    let situation = api.platform.situation(&caller, &project, &deployment).await?;
    Ok(Json(serde_json::json!(situation)))
}
