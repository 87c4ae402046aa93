//! Whose plugins are taken from which source.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use slipway_wire::catalogue::{NewTrust, TrustRule};

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// Which rule.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TrustQuery {
    /// As it was set: `ghcr.io/team`.
    #[serde(default)]
    pub source: String,
}

/// The rules. Without any, uploads, our own registry and what comes with the host are taken, and nothing else.
#[utoipa::path(get, path = "/api/v1/trust", tag = "catalogue", extensions(("x-permission" = json!("admin"))), responses((status = 200, body = Vec<TrustRule>)))]
pub async fn trust_list(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<Vec<TrustRule>>, Refusal> {
    let rules = api.platform.trust_list(&caller)?;
    Ok(Json(rules.into_iter().map(convert::rule).collect()))
}

/// Say whose plugins are taken from a source. Installed plugins that it does not let through are not run from now on.
#[utoipa::path(put, path = "/api/v1/trust", tag = "catalogue", extensions(("x-permission" = json!("admin"))), request_body = NewTrust, responses((status = 200, body = TrustRule)))]
pub async fn trust_set(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(new): Body<NewTrust>,
) -> Result<Json<TrustRule>, Refusal> {
    let NewTrust { source, keys, unsigned } = new;
    let set = api.platform.trust_set(&caller, &source, keys, unsigned).await?;
    Ok(Json(convert::set_rule(set)))
}

/// Take a rule back.
#[utoipa::path(delete, path = "/api/v1/trust", tag = "catalogue", extensions(("x-permission" = json!("admin"))), params(TrustQuery), responses((status = 204)))]
pub async fn trust_delete(
    State(api): State<Api>,
    Signed(caller): Signed,
    Query(query): Query<TrustQuery>,
) -> Result<StatusCode, Refusal> {
    api.platform.trust_delete(&caller, &query.source).await?;
    Ok(StatusCode::NO_CONTENT)
}
