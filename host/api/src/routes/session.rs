//! Signing in and out: the first account, sessions for browsers, token pairs for programs.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use slipway_platform::{Caller, Pair, SignedIn};
use slipway_wire::access::{Credentials, Identity, Refresh, Setup, SetupState, TokenPair};

use crate::body::Body;
use crate::convert;
use crate::credential::{COOKIE, Signed, cookie, foreign, is_same_origin};
use crate::problem::Refusal;
use crate::router::Api;

/// Whether the first account is still to be made.
#[utoipa::path(get, path = "/api/v1/setup", tag = "session", extensions(("x-permission" = json!("public"))), responses((status = 200, body = SetupState)))]
pub async fn setup_state(State(api): State<Api>) -> Result<Json<SetupState>, Refusal> {
    Ok(Json(SetupState { needed: api.platform.setup_needed()? }))
}

/// Make the first account with the one-time setup link, and sign in.
#[utoipa::path(post, path = "/api/v1/setup", tag = "session", extensions(("x-permission" = json!("public"))), request_body = Setup, responses((status = 201, body = Identity)))]
pub async fn setup(
    State(api): State<Api>,
    Body(setup): Body<Setup>,
) -> Result<impl IntoResponse, Refusal> {
    let signed = api.platform.setup(&setup.token, &setup.name, &setup.password).await?;
    Ok((StatusCode::CREATED, signed_in(&api, signed)))
}

/// Sign a browser in: the answer sets a session cookie.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", extensions(("x-permission" = json!("public"))), request_body = Credentials, responses((status = 200, body = Identity)))]
pub async fn sign_in(
    State(api): State<Api>,
    headers: HeaderMap,
    Body(credentials): Body<Credentials>,
) -> Result<impl IntoResponse, Refusal> {
    // Another site must not sign a browser in as somebody of its choosing.
    if headers.contains_key(header::ORIGIN) && !is_same_origin(&headers) {
        return Err(foreign());
    }
    let signed = api.platform.sign_in(&credentials.name, &credentials.password).await?;
    Ok(signed_in(&api, signed))
}

/// Sign a browser out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", extensions(("x-permission" = json!("use"))), responses((status = 204)))]
pub async fn sign_out(
    State(api): State<Api>,
    Signed(_): Signed,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    if let Some(text) = cookie(&headers) {
        api.platform.sign_out(&text).await?;
    }
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, set_cookie(&api, "", 0))])))
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/whoami", tag = "session", extensions(("x-permission" = json!("use"))), responses((status = 200, body = Identity)))]
pub async fn whoami(Signed(caller): Signed) -> Json<Identity> {
    Json(identity(&caller))
}

/// Sign a program in: a short-lived access token and a refresh token.
#[utoipa::path(post, path = "/api/v1/auth/token", tag = "session", extensions(("x-permission" = json!("public"))), request_body = Credentials, responses((status = 200, body = TokenPair)))]
pub async fn token_pair(
    State(api): State<Api>,
    Body(credentials): Body<Credentials>,
) -> Result<Json<TokenPair>, Refusal> {
    let pair = api.platform.token_pair(&credentials.name, &credentials.password).await?;
    Ok(Json(wire_pair(&pair)))
}

/// A new pair for a refresh token, which is used up by it.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "session", extensions(("x-permission" = json!("public"))), request_body = Refresh, responses((status = 200, body = TokenPair)))]
pub async fn refresh(
    State(api): State<Api>,
    Body(refresh): Body<Refresh>,
) -> Result<Json<TokenPair>, Refusal> {
    let pair = api.platform.refresh(&refresh.refresh_token).await?;
    Ok(Json(wire_pair(&pair)))
}

fn signed_in(api: &Api, signed: SignedIn) -> impl IntoResponse + use<> {
    let month = 30 * 24 * 3600;
    let cookie = set_cookie(api, signed.cookie.text(), month);
    (AppendHeaders([(header::SET_COOKIE, cookie)]), Json(identity(&signed.caller)))
}

fn set_cookie(api: &Api, text: &str, seconds: u32) -> HeaderValue {
    let secure = if api.is_https { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={text}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&cookie).expect("tokens are ASCII")
}

fn identity(caller: &Caller) -> Identity {
    Identity {
        name: caller.user.to_string(),
        is_admin: caller.is_admin,
        scope: caller.scope.map(convert::scope),
    }
}

fn wire_pair(pair: &Pair) -> TokenPair {
    TokenPair {
        access_token: pair.access_token.clone(),
        refresh_token: pair.refresh_token.text().to_owned(),
        expires_in_seconds: pair.expires_in_seconds,
    }
}
