//! The instance: clusters, readiness, figures, its own description.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use slipway_wire::project::{Cluster, NewCluster};

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// Clusters, and how they are doing.
#[utoipa::path(get, path = "/api/v1/clusters", tag = "clusters", extensions(("x-permission" = json!("use"))), responses((status = 200, body = Vec<Cluster>)))]
pub async fn cluster_list(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<Vec<Cluster>>, Refusal> {
    let clusters = api.platform.cluster_list(&caller).await?;
    Ok(Json(clusters.into_iter().map(convert::cluster).collect()))
}

/// Add a cluster by its kubeconfig.
#[utoipa::path(post, path = "/api/v1/clusters", tag = "clusters", extensions(("x-permission" = json!("admin"))), request_body = NewCluster, responses((status = 201, body = Cluster)))]
pub async fn cluster_add(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(new): Body<NewCluster>,
) -> Result<(StatusCode, Json<Cluster>), Refusal> {
    let NewCluster { name, kubeconfig, base_domain, ingress_port, take_over } = new;
    let ingress_port = ingress_port.unwrap_or(80);
    let new =
        slipway_platform::NewCluster { name, kubeconfig, base_domain, ingress_port, take_over };
    let added = api.platform.cluster_add(&caller, new).await?;
    Ok((StatusCode::CREATED, Json(convert::cluster(added))))
}

/// Let a cluster go that no project uses.
#[utoipa::path(delete, path = "/api/v1/clusters/{cluster}", tag = "clusters", extensions(("x-permission" = json!("admin"))), params(("cluster" = String, Path)), responses((status = 204)))]
pub async fn cluster_remove(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(cluster): Path<String>,
) -> Result<StatusCode, Refusal> {
    api.platform.cluster_remove(&caller, &cluster).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a cluster that another Slipway works with: that one's work there ends, and this one's goes on.
#[utoipa::path(post, path = "/api/v1/clusters/{cluster}/take-over", tag = "clusters", extensions(("x-permission" = json!("admin"))), params(("cluster" = String, Path)), responses((status = 200, body = Cluster)))]
pub async fn cluster_take_over(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(cluster): Path<String>,
) -> Result<Json<Cluster>, Refusal> {
    let taken = api.platform.cluster_take_over(&caller, &cluster).await?;
    Ok(Json(convert::cluster(taken)))
}

/// The process answers.
#[utoipa::path(get, path = "/livez", tag = "instance", extensions(("x-permission" = json!("public"))), responses((status = 200, body = String)))]
pub async fn livez() -> &'static str {
    "ok"
}

/// The store answers, so requests can be served.
#[utoipa::path(get, path = "/readyz", tag = "instance", extensions(("x-permission" = json!("public"))), responses((status = 200, body = String)))]
pub async fn readyz(State(api): State<Api>) -> Result<&'static str, Refusal> {
    api.platform.is_ready()?;
    Ok("ok")
}

/// Figures in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", tag = "instance", extensions(("x-permission" = json!("admin"))), responses((status = 200, body = String)))]
pub async fn metrics(State(api): State<Api>, Signed(caller): Signed) -> Result<String, Refusal> {
    api.platform.may_administer(&caller)?;
    Ok(api.figures.render())
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "instance", extensions(("x-permission" = json!("public"))), responses((status = 200, body = Object)))]
pub async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(crate::openapi::document())
}

/// Which Slipway this is.
#[utoipa::path(get, path = "/api/v1/version", tag = "instance", extensions(("x-permission" = json!("public"))), responses((status = 200, body = Object)))]
pub async fn version() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "version": env!("CARGO_PKG_VERSION") }))
}
