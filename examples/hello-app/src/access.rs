//! Who may see the page: everybody, or who knows the access code. Browsers ask for it (HTTP Basic, any user name).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wasip2::http::types::IncomingRequest;

/// Whether the request may be answered.
pub(crate) fn is_open_to(request: &IncomingRequest) -> bool {
    match std::env::var("ACCESS_CODE") {
        Ok(code) if !code.is_empty() => {
            request.headers().get("authorization").iter().any(|it| proves(it, &code))
        }
        _ => true,
    }
}

fn proves(header: &[u8], code: &str) -> bool {
    let given = header.strip_prefix(b"Basic ").and_then(|it| STANDARD.decode(it).ok());
    let given = given.and_then(|it| String::from_utf8(it).ok()).unwrap_or_default();
    given.split_once(':').is_some_and(|(_, it)| is_same(it.as_bytes(), code.as_bytes()))
}

/// In a time that says nothing of where they begin to differ.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_password_of_any_user() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text)).into_bytes();
        assert!(proves(&basic("ada:open: sesame"), "open: sesame"));
        assert!(proves(&basic(":open"), "open"));
        assert!(!proves(&basic("ada:opem"), "open"));
        assert!(!proves(&basic("open"), "open"));
        assert!(!proves(b"Bearer open", "open"));
    }
}
