//! Projects and their members.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use slipway_wire::page::{Page, PageQuery};
use slipway_wire::project::{Member, NewProject, NewRole, Project, Quota};

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// The caller's projects.
#[utoipa::path(get, path = "/api/v1/projects", tag = "projects", extensions(("x-permission" = json!("use"))), params(PageQuery), responses((status = 200, body = Page<Project>)))]
pub async fn project_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Project>>, Refusal> {
    let projects = api.platform.project_list(&caller, &convert::page_request(query))?;
    Ok(Json(convert::page(projects, convert::project)))
}

/// Make a project; the caller owns it.
#[utoipa::path(post, path = "/api/v1/projects", tag = "projects", extensions(("x-permission" = json!("use"))), request_body = NewProject, responses((status = 201, body = Project)))]
pub async fn project_create(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(new): Body<NewProject>,
) -> Result<(StatusCode, Json<Project>), Refusal> {
    let made = api.platform.project_create(&caller, &new.name, new.cluster.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(convert::project(made))))
}

/// One project.
#[utoipa::path(get, path = "/api/v1/projects/{project}", tag = "projects", extensions(("x-permission" = json!("view"))), params(("project" = String, Path)), responses((status = 200, body = Project)))]
pub async fn project_get(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
) -> Result<Json<Project>, Refusal> {
    Ok(Json(convert::project(api.platform.project_get(&caller, &project)?)))
}

/// Say what a project may use in all.
#[utoipa::path(put, path = "/api/v1/projects/{project}/quota", tag = "projects", extensions(("x-permission" = json!("admin"))), params(("project" = String, Path)), request_body = Quota, responses((status = 200, body = Project)))]
pub async fn project_quota(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
    Body(quota): Body<Quota>,
) -> Result<Json<Project>, Refusal> {
    let registry = quota.registry_mebibytes;
    let quota = convert::quota_from(quota);
    let changed = api.platform.project_quota(&caller, &project, quota, registry).await?;
    Ok(Json(convert::project(changed)))
}

/// Delete an empty project and its namespace.
#[utoipa::path(delete, path = "/api/v1/projects/{project}", tag = "projects", extensions(("x-permission" = json!("own"))), params(("project" = String, Path)), responses((status = 204)))]
pub async fn project_delete(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
) -> Result<StatusCode, Refusal> {
    api.platform.project_delete(&caller, &project).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is in the project.
#[utoipa::path(get, path = "/api/v1/projects/{project}/members", tag = "projects", extensions(("x-permission" = json!("view"))), params(("project" = String, Path)), responses((status = 200, body = Vec<Member>)))]
pub async fn member_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(project): Path<String>,
) -> Result<Json<Vec<Member>>, Refusal> {
    let members = api.platform.member_list(&caller, &project)?;
    Ok(Json(members.into_iter().map(convert::member).collect()))
}

/// Take a user in, or give another role.
#[utoipa::path(put, path = "/api/v1/projects/{project}/members/{user}", tag = "projects", extensions(("x-permission" = json!("own"))), params(("project" = String, Path), ("user" = String, Path)), request_body = NewRole, responses((status = 200, body = Member)))]
pub async fn member_put(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, user)): Path<(String, String)>,
    Body(new): Body<NewRole>,
) -> Result<Json<Member>, Refusal> {
    let role = convert::role_from(new.role);
    let member = api.platform.member_put(&caller, &project, &user, role).await?;
    Ok(Json(convert::member(member)))
}

/// Let a member go.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/members/{user}", tag = "projects", extensions(("x-permission" = json!("own"))), params(("project" = String, Path), ("user" = String, Path)), responses((status = 204)))]
pub async fn member_delete(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, user)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    api.platform.member_delete(&caller, &project, &user).await?;
    Ok(StatusCode::NO_CONTENT)
}
