//! Revisions, their differences, and operations.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use slipway_platform::NewRevision as New;
use slipway_wire::deployment::{Accepted, Diff, NewRevision, Revision};
use slipway_wire::operation::{Operation, Recording};
use slipway_wire::page::{Page, PageQuery};

use super::deployments::DryRun;
use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// Revisions, newest first.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}/revisions", tag = "revisions", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path), PageQuery), responses((status = 200, body = Page<Revision>)))]
pub async fn revision_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Revision>>, Refusal> {
    let request = convert::page_request(query);
    let (deployment, listed) =
        api.platform.revision_list(&caller, &project, &deployment, &request)?;
    Ok(Json(convert::page(listed, |it| convert::revision(it, deployment.revision))))
}

/// Change values, which makes a new revision.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/revisions", tag = "revisions", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path), DryRun), request_body = NewRevision, responses((status = 202, body = Accepted), (status = 200, description = "With dryRun: what would change.", body = Diff)))]
pub async fn revision_create(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
    Query(query): Query<DryRun>,
    Body(new): Body<NewRevision>,
) -> Result<Response, Refusal> {
    let NewRevision { values, upgrade_blueprint, message, if_revision } = new;
    let new = New { values, upgrade_blueprint, message, if_revision };
    if query.dry_run {
        let difference =
            api.platform.revision_preview(&caller, &project, &deployment, &new).await?;
        return Ok(Json(convert::difference(difference)).into_response());
    }
    let accepted = api.platform.revision_create(&caller, &project, &deployment, new).await?;
    Ok((StatusCode::ACCEPTED, Json(convert::accepted(accepted))).into_response())
}

/// Which two revisions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Between {
    pub from: u64,
    pub to: u64,
}

/// What two revisions differ in.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}/diff", tag = "revisions", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path), Between), responses((status = 200, body = Diff)))]
pub async fn revision_diff(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
    Query(between): Query<Between>,
) -> Result<Json<Diff>, Refusal> {
    let Between { from, to } = between;
    let difference = api.platform.revision_diff(&caller, &project, &deployment, from, to).await?;
    Ok(Json(convert::difference(difference)))
}

/// Operations, newest first, without their steps.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}/operations", tag = "operations", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path), PageQuery), responses((status = 200, body = Page<Operation>)))]
pub async fn operation_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Operation>>, Refusal> {
    let request = convert::page_request(query);
    let listed = api.platform.operation_list(&caller, &project, &deployment, &request)?;
    Ok(Json(convert::page(listed, |it| Operation { steps: Vec::new(), ..convert::operation(it) })))
}

/// One operation with its steps.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}/operations/{operation}", tag = "operations", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path), ("operation" = String, Path)), responses((status = 200, body = Operation)))]
pub async fn operation_get(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment, operation)): Path<(String, String, String)>,
) -> Result<Json<Operation>, Refusal> {
    let found = api.platform.operation_get(&caller, &project, &deployment, &operation)?;
    Ok(Json(convert::operation(found)))
}

/// What the control plugin was asked in an operation, and what it answered: for `slipway operation replay`. Kept of the newest operations
/// of a deployment.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}/operations/{operation}/recording", tag = "operations", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path), ("operation" = String, Path)), responses((status = 200, body = Recording)))]
pub async fn operation_recording(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment, operation)): Path<(String, String, String)>,
) -> Result<Json<Recording>, Refusal> {
    let calls = api.platform.operation_recording(&caller, &project, &deployment, &operation)?;
    Ok(Json(Recording { operation, calls: calls.iter().map(|it| json!(it)).collect() }))
}
