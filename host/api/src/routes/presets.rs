//! Blueprints made of deployments.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use slipway_wire::catalogue::{MadePreset, NewPreset};

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// Make a blueprint of what a deployment is now: its secrets are asked for instead. It lies in the project's registry.
#[utoipa::path(post, path = "/api/v1/projects/{project}/deployments/{deployment}/blueprint", tag = "deployments", extensions(("x-permission" = json!("deploy"))), params(("project" = String, Path), ("deployment" = String, Path)), request_body = NewPreset, responses((status = 201, body = MadePreset)))]
pub async fn blueprint_make(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
    Body(new): Body<NewPreset>,
) -> Result<(StatusCode, Json<MadePreset>), Refusal> {
    let new = convert::preset_from(new);
    let made = api.platform.blueprint_make(&caller, &project, &deployment, new).await?;
    Ok((StatusCode::CREATED, Json(convert::preset(made))))
}
