//! The catalogue of blueprints, and plugins.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use slipway_platform::InstalledPlugin;
use slipway_wire::catalogue::{Blueprint, BlueprintSummary, Plugin, PluginReference};

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// Largest component that is taken, in bytes: 32 MiB.
pub const LARGEST_COMPONENT: usize = 32 << 20;

/// Blueprints that are offered.
#[utoipa::path(get, path = "/api/v1/blueprints", tag = "catalogue", extensions(("x-permission" = json!("use"))), responses((status = 200, body = Vec<BlueprintSummary>)))]
pub async fn blueprint_list(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<Vec<BlueprintSummary>>, Refusal> {
    let blueprints = api.platform.blueprint_list(&caller)?;
    Ok(Json(blueprints.into_iter().map(convert::blueprint_summary).collect()))
}

/// One blueprint with its form.
#[utoipa::path(get, path = "/api/v1/blueprints/{blueprint}", tag = "catalogue", extensions(("x-permission" = json!("use"))), params(("blueprint" = String, Path)), responses((status = 200, body = Blueprint)))]
pub async fn blueprint_get(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(blueprint): Path<String>,
) -> Result<Json<Blueprint>, Refusal> {
    Ok(Json(convert::blueprint(api.platform.blueprint_get(&caller, &blueprint)?)))
}

/// Installed plugins of all worlds.
#[utoipa::path(get, path = "/api/v1/plugins", tag = "catalogue", extensions(("x-permission" = json!("use"))), responses((status = 200, body = Vec<Plugin>)))]
pub async fn plugin_list(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<Vec<Plugin>>, Refusal> {
    let plugins = api.platform.plugin_list(&caller)?;
    Ok(Json(plugins.into_iter().map(convert::plugin).collect()))
}

/// Install a component as a plugin. What it asks for is granted: look at it first.
#[utoipa::path(post, path = "/api/v1/plugins", tag = "catalogue", extensions(("x-permission" = json!("admin"))), request_body(content = Vec<u8>, content_type = "application/wasm"), responses((status = 201, body = Plugin)))]
pub async fn plugin_install(
    State(api): State<Api>,
    Signed(caller): Signed,
    component: Bytes,
) -> Result<(StatusCode, Json<Plugin>), Refusal> {
    let plugin = api.platform.plugin_install(&caller, component.into()).await?;
    let installed = InstalledPlugin { plugin, is_current: true, is_withdrawn: false };
    Ok((StatusCode::CREATED, Json(convert::plugin(installed))))
}

/// Install a component that was pushed to this instance's own registry. What it asks for is granted: look at it first.
#[utoipa::path(post, path = "/api/v1/plugins/from-registry", tag = "catalogue", extensions(("x-permission" = json!("admin"))), request_body = PluginReference, responses((status = 201, body = Plugin)))]
pub async fn plugin_install_from(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(from): Body<PluginReference>,
) -> Result<(StatusCode, Json<Plugin>), Refusal> {
    let plugin = api.platform.plugin_install_from(&caller, &from.reference).await?;
    let installed = InstalledPlugin { plugin, is_current: true, is_withdrawn: false };
    Ok((StatusCode::CREATED, Json(convert::plugin(installed))))
}

/// The component of an installed plugin, to be run elsewhere.
#[utoipa::path(get, path = "/api/v1/plugins/{digest}/component", tag = "catalogue", extensions(("x-permission" = json!("use"))), params(("digest" = String, Path)), responses((status = 200, body = Vec<u8>, content_type = "application/wasm")))]
pub async fn plugin_component(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(digest): Path<String>,
) -> Result<impl IntoResponse, Refusal> {
    let component = api.platform.plugin_component(&caller, &digest).await?;
    Ok(([(CONTENT_TYPE, "application/wasm")], component))
}
