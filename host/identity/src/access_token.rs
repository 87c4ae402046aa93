//! Access tokens: short-lived JWTs (RFC 9068 shape) that need no look-up.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use slipway_model::name::UserName;

/// An access token lives this long: 15 minutes, in milliseconds.
pub const LIFETIME_MILLISECONDS: u64 = 15 * 60 * 1000;

const ISSUER: &str = "slipway";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    /// Seconds since 1970, as JWTs have it.
    iat: u64,
    exp: u64,
}

/// Signs and checks.
pub struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

/// Why a token does not prove anything.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    #[error("the access token has expired; refresh it")]
    Expired,
    #[error("the access token is not one of ours")]
    Foreign,
    #[error("the access token cannot be signed")]
    Unsigned,
}

impl Signer {
    /// A signer with this key (HMAC-SHA256; at least 32 random bytes).
    pub fn new(key: &[u8]) -> Self {
        Self { encoding: EncodingKey::from_secret(key), decoding: DecodingKey::from_secret(key) }
    }

    /// A token for the user, from now on.
    pub fn sign(&self, user: &UserName, now_unix_milliseconds: u64) -> Result<String, Unproven> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: user.to_string(),
            iat: now_unix_milliseconds / 1000,
            exp: (now_unix_milliseconds + LIFETIME_MILLISECONDS) / 1000,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map_err(|_| Unproven::Unsigned)
    }

    /// Whose token it is.
    pub fn verify(&self, token: &str, now_unix_milliseconds: u64) -> Result<UserName, Unproven> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        // The library would read the clock; expiry is checked below against the one that we are given.
        validation.validate_exp = false;
        let token = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation)
            .map_err(|_| Unproven::Foreign)?;
        if token.claims.exp * 1000 <= now_unix_milliseconds {
            return Err(Unproven::Expired);
        }
        token.claims.sub.parse().map_err(|_| Unproven::Foreign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_proves_its_user_until_it_expires() {
        let signer = Signer::new(&[7; 32]);
        let user: UserName = "ada".parse().unwrap();
        let token = signer.sign(&user, 1_000_000).unwrap();
        assert_eq!(signer.verify(&token, 1_000_000), Ok(user));
        let late = 1_000_000 + LIFETIME_MILLISECONDS;
        assert_eq!(signer.verify(&token, late), Err(Unproven::Expired));
    }

    #[test]
    fn a_token_of_another_key_or_of_no_key_proves_nothing() {
        let token = Signer::new(&[7; 32]).sign(&"ada".parse().unwrap(), 0).unwrap();
        assert_eq!(Signer::new(&[8; 32]).verify(&token, 0), Err(Unproven::Foreign));
        // alg "none", the classic (RFC 8725, 3.1).
        let none =
            "eyJhbGciOiJub25lIn0.eyJpc3MiOiJzbGlwd2F5Iiwic3ViIjoiYWRhIiwiZXhwIjo5OTk5OTk5OTk5fQ.";
        assert_eq!(Signer::new(&[7; 32]).verify(none, 0), Err(Unproven::Foreign));
    }
}
