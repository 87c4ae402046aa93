//! Passwords: argon2id, with the parameters that OWASP recommends.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

const MOST_CHARACTERS: usize = 256;

/// Why a password is not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// NIST SP 800-63B 5.1.1.2: at least 8; we ask for 10.
    #[error("a password has at least 10 characters")]
    TooShort,
    /// So that nobody makes us hash megabytes.
    #[error("a password has at most 256 characters")]
    TooLong,
    /// The hash function refused.
    #[error("the password cannot be hashed")]
    Unhashable,
}

/// A password's PHC string. Takes some 20 ms and 19 MiB, on purpose: call it off the async threads.
pub fn hash(password: &str) -> Result<String, Unfit> {
    match password.chars().count() {
        0..10 => return Err(Unfit::TooShort),
        10..=MOST_CHARACTERS => {}
        _ => return Err(Unfit::TooLong),
    }
    let hashed = hasher().hash_password(password.as_bytes()).map_err(|_| Unfit::Unhashable)?;
    Ok(hashed.to_string())
}

/// Whether the password is the one. Takes as long as [`hash`], but for what is too long to be one.
pub fn verify(password: &str, hash: &str) -> bool {
    if password.chars().count() > MOST_CHARACTERS {
        return false;
    }
    let Ok(parsed) = argon2::PasswordHash::new(hash) else { return false };
    hasher().verify_password(password.as_bytes(), &parsed).is_ok()
}

/// What to verify against when there is no such user, so that the time tells nothing.
pub const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2xpcHdheS1ub2JvZHk$9Yw0ZpO4mQ1Hn0F0S3bq8l6mXG3pG8v2u1k2m3n4o5Y";

fn hasher() -> Argon2<'static> {
    // OWASP Password Storage Cheat Sheet: argon2id, m = 19 MiB, t = 2, p = 1.
    let parameters = Params::new(19_456, 2, 1, None).expect("these are within the bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hashed = hash("correct horse battery").unwrap();
        assert!(hashed.starts_with("$argon2id$"));
        assert!(verify("correct horse battery", &hashed));
        assert!(!verify("correct horse staple", &hashed));
        assert!(!verify("correct horse battery", "nonsense"));
    }

    #[test]
    fn nobody_has_a_password_but_takes_as_long() {
        assert!(argon2::PasswordHash::new(NOBODY).is_ok());
        assert!(!verify("", NOBODY));
    }

    #[test]
    fn short_passwords_are_not_taken() {
        assert_eq!(hash("short"), Err(Unfit::TooShort));
    }
}
