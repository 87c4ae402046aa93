//! The catalogue of blueprints, and plugins.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Deserialize;
use slipway_platform::Consent;
use slipway_wire::catalogue::{
    Blueprint, BlueprintSummary, Plugin, PluginPreview, PluginReference,
};

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

/// How a component is taken in.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InstallQuery {
    /// What it asks for was shown and accepted. Without it, a version that asks for more than the one in use waits.
    #[serde(default)]
    pub accepts: bool,
    /// It may take the place of another component that says the same version of itself.
    #[serde(default)]
    pub replaces: bool,
}

/// Install a component as a plugin. The first version of a name is granted what it asks for: look at the preview first.
#[utoipa::path(post, path = "/api/v1/plugins", tag = "catalogue", extensions(("x-permission" = json!("admin"))), params(InstallQuery), request_body(content = Vec<u8>, content_type = "application/wasm"), responses((status = 201, body = Plugin)))]
pub async fn plugin_install(
    State(api): State<Api>,
    Signed(caller): Signed,
    Query(query): Query<InstallQuery>,
    component: Bytes,
) -> Result<(StatusCode, Json<Plugin>), Refusal> {
    let InstallQuery { accepts, replaces } = query;
    let consent = Consent { accepts, replaces };
    let installed = api.platform.plugin_install(&caller, component.into(), consent).await?;
    Ok((StatusCode::CREATED, Json(convert::plugin(installed))))
}

/// What a component would be and may do, were it installed. Nothing is kept of it.
#[utoipa::path(post, path = "/api/v1/plugins/preview", tag = "catalogue", extensions(("x-permission" = json!("admin"))), request_body(content = Vec<u8>, content_type = "application/wasm"), responses((status = 200, body = PluginPreview)))]
pub async fn plugin_preview(
    State(api): State<Api>,
    Signed(caller): Signed,
    component: Bytes,
) -> Result<Json<PluginPreview>, Refusal> {
    let preview = api.platform.plugin_preview(&caller, component.into())?;
    Ok(Json(convert::preview(preview)))
}

/// Install a component from a registry, ours or another, if the rules about its source let it in.
#[utoipa::path(post, path = "/api/v1/plugins/from-registry", tag = "catalogue", extensions(("x-permission" = json!("admin"))), request_body = PluginReference, responses((status = 201, body = Plugin)))]
pub async fn plugin_install_from(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(from): Body<PluginReference>,
) -> Result<(StatusCode, Json<Plugin>), Refusal> {
    let PluginReference { reference, accepts } = from;
    let consent = Consent { accepts, replaces: false };
    let installed = api.platform.plugin_install_from(&caller, &reference, consent).await?;
    Ok((StatusCode::CREATED, Json(convert::plugin(installed))))
}

/// What a component in a registry would be and may do, were it installed.
#[utoipa::path(post, path = "/api/v1/plugins/from-registry/preview", tag = "catalogue", extensions(("x-permission" = json!("admin"))), request_body = PluginReference, responses((status = 200, body = PluginPreview)))]
pub async fn plugin_preview_from(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(from): Body<PluginReference>,
) -> Result<Json<PluginPreview>, Refusal> {
    let preview = api.platform.plugin_preview_from(&caller, &from.reference).await?;
    Ok(Json(convert::preview(preview)))
}

/// Accept what an installed version asks for beyond the one in use; its name stands for it from then on.
#[utoipa::path(post, path = "/api/v1/plugins/{digest}/accept", tag = "catalogue", extensions(("x-permission" = json!("admin"))), params(("digest" = String, Path)), responses((status = 200, body = Plugin)))]
pub async fn plugin_accept(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(digest): Path<String>,
) -> Result<Json<Plugin>, Refusal> {
    Ok(Json(convert::plugin(api.platform.plugin_accept(&caller, &digest).await?)))
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
