//! What a request shows to prove who asks, and where it comes from.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use slipway_platform::{Caller, Credential};

use crate::problem::Refusal;
use crate::router::Api;

/// Name of the session cookie.
pub const COOKIE: &str = "slipway_session";

/// Somebody who has proved who they are. A handler that takes it is not reached by anybody else.
#[derive(Debug)]
pub struct Signed(pub Caller);

impl FromRequestParts<Api> for Signed {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Refusal> {
        let credential = read(&parts.headers).ok_or_else(not_signed_in)?;
        let is_cookie = matches!(credential, Credential::Cookie(_));
        let is_socket = parts.headers.contains_key(header::UPGRADE);
        let is_safe = matches!(parts.method, Method::GET | Method::HEAD) && !is_socket;
        if is_cookie && !is_safe && !is_same_origin(&parts.headers) {
            return Err(foreign());
        }
        Ok(Self(api.platform.authenticate(&credential)?))
    }
}

/// What a request has shown. Who is [`Signed`] in for a stream is asked for again by it, since rights end while one is open.
#[derive(Debug)]
pub struct Shown(pub Credential);

impl FromRequestParts<Api> for Shown {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Refusal> {
        read(&parts.headers).map(Self).ok_or_else(not_signed_in)
    }
}

/// The session cookie's text, if there is one.
pub fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

/// Whether a browser sent this from our own pages. Apps run on host names beside ours, which a browser
/// counts as the same site: `SameSite` alone does not keep them out, the origin does.
pub fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let origin = text(header::ORIGIN).and_then(|it| it.split_once("://")).map(|(_, host)| host);
    matches!((origin, text(header::HOST)), (Some(origin), Some(host)) if origin == host)
}

/// The answer to a browser that was sent here by somebody else's page.
pub fn foreign() -> Refusal {
    Refusal::new(
        StatusCode::FORBIDDEN,
        "foreign-origin",
        "This came from another site",
        "a request with the session cookie must come from this site's own pages",
    )
    .hint("Programs use an API token: Authorization: Bearer slpt_...")
}

fn read(headers: &HeaderMap) -> Option<Credential> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    match bearer {
        Some(text) => {
            text.strip_prefix("Bearer ").map(|it| Credential::Bearer(it.trim().to_owned()))
        }
        None => cookie(headers).map(Credential::Cookie),
    }
}

fn not_signed_in() -> Refusal {
    Refusal::new(
        StatusCode::UNAUTHORIZED,
        "not-signed-in",
        "You are not signed in",
        "this takes a session or a token, and the request has none",
    )
    .hint("Sign in, run `slipway login`, or send Authorization: Bearer with an API token.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (name.parse::<header::HeaderName>().unwrap(), value.parse().unwrap())
        });
        pairs.collect()
    }

    #[test]
    fn an_app_on_a_host_name_beside_ours_is_another_origin() {
        let app = [("host", "localhost:7474"), ("origin", "http://web.shop.localhost:7480")];
        assert!(!is_same_origin(&headers(&app)));
        assert!(!is_same_origin(&headers(&[("host", "localhost:7474")])));
        let own = [("host", "localhost:7474"), ("origin", "http://localhost:7474")];
        assert!(is_same_origin(&headers(&own)));
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let found = cookie(&headers(&[("cookie", "a=b; slipway_session=slps_x; c=d")]));
        assert_eq!(found.as_deref(), Some("slps_x"));
    }
}
