//! API tokens of the caller, and accounts of the instance.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use slipway_wire::access::{MadeToken, NewToken, NewUser, Token, User};
use slipway_wire::page::{Page, PageQuery};

use crate::body::Body;
use crate::convert;
use crate::credential::Signed;
use crate::problem::Refusal;
use crate::router::Api;

/// The caller's tokens.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", extensions(("x-permission" = json!("use"))), responses((status = 200, body = Vec<Token>)))]
pub async fn token_list(
    State(api): State<Api>,
    Signed(caller): Signed,
) -> Result<Json<Vec<Token>>, Refusal> {
    let tokens = api.platform.token_list(&caller)?;
    Ok(Json(tokens.into_iter().map(convert::token).collect()))
}

/// Make a token; its text is shown this once.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", extensions(("x-permission" = json!("use"))), request_body = NewToken, responses((status = 201, body = MadeToken)))]
pub async fn token_create(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(new): Body<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), Refusal> {
    let scope = convert::scope_from(new.scope);
    let made = api.platform.token_create(&caller, &new.name, scope, new.expires_in_days).await?;
    let token = convert::token(made.token);
    Ok((StatusCode::CREATED, Json(MadeToken { token, text: made.text.text().to_owned() })))
}

/// Revoke a token.
#[utoipa::path(delete, path = "/api/v1/tokens/{name}", tag = "tokens", extensions(("x-permission" = json!("use"))), params(("name" = String, Path)), responses((status = 204)))]
pub async fn token_delete(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path(name): Path<String>,
) -> Result<StatusCode, Refusal> {
    api.platform.token_delete(&caller, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accounts of the instance.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", extensions(("x-permission" = json!("admin"))), params(PageQuery), responses((status = 200, body = Page<User>)))]
pub async fn user_list(
    State(api): State<Api>,
    Signed(caller): Signed,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<User>>, Refusal> {
    let users = api.platform.user_list(&caller, &convert::page_request(query))?;
    Ok(Json(convert::page(users, convert::user)))
}

/// Make an account.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", extensions(("x-permission" = json!("admin"))), request_body = NewUser, responses((status = 201, body = User)))]
pub async fn user_create(
    State(api): State<Api>,
    Signed(caller): Signed,
    Body(new): Body<NewUser>,
) -> Result<(StatusCode, Json<User>), Refusal> {
    let made = api.platform.user_create(&caller, &new.name, &new.password, new.is_admin).await?;
    Ok((StatusCode::CREATED, Json(convert::user(made))))
}
