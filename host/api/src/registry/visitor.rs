//! Who stands at the registry's door: an API token as the password of basic authentication, with any user name, or as bearer.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use slipway_platform::Credential;
use slipway_platform::registry::Visitor;

use super::answer::Refused;
use crate::router::Api;

/// Reads who asks. A token that is not good is refused, even where nobody would have been asked for one.
pub fn read(api: &Api, headers: &HeaderMap) -> Result<Visitor, Refused> {
    let Some(header) = headers.get(header::AUTHORIZATION) else { return Ok(Visitor::Anonymous) };
    let token = header.to_str().ok().and_then(token).ok_or_else(Refused::sign_in)?;
    if token.is_empty() {
        return Ok(Visitor::Anonymous);
    }
    if token.as_str() == &*api.node_secret {
        return Ok(Visitor::Node);
    }
    let caller = api.platform.authenticate(&Credential::Bearer(token))?;
    Ok(Visitor::Known(caller))
}

/// The text that proves it. Skopeo sends an empty user and password where it has none.
fn token(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_the_token_whatever_the_user_name() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        assert_eq!(token(&basic("any:slpt_x")).as_deref(), Some("slpt_x"));
        assert_eq!(token(&basic(":")).as_deref(), Some(""));
        assert_eq!(token("bearer slpt_x").as_deref(), Some("slpt_x"));
        assert_eq!(token(&basic("no colon")), None);
        assert_eq!(token("Digest x"), None);
    }
}
