//! The OpenAPI document: made from the routes, served at `/openapi.json`, committed and compared by a test.

use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::credential::COOKIE;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Slipway",
        description = "Deployments on Kubernetes, from blueprints. Errors are application/problem+json (RFC 9457)."
    ),
    components(schemas(slipway_wire::problem::Problem, slipway_wire::live::LiveEvent)),
    security(("bearer" = []), ("cookie" = []))
)]
struct Frame;

/// The document without its paths.
pub fn frame() -> utoipa::openapi::OpenApi {
    let mut frame = Frame::openapi();
    let components = frame.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let cookie = ApiKey::Cookie(ApiKeyValue::new(COOKIE));
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
    frame
}

/// The whole document.
pub fn document() -> utoipa::openapi::OpenApi {
    crate::router::documented().split_for_parts().1
}
