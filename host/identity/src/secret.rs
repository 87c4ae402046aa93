//! Secrets that are handed out once and kept only as a hash: tokens, cookies, setup links.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A secret that was just made. It is not kept: only its [`hash`] is.
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The system gave no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("the system's source of random numbers cannot be used")]
pub struct NoRandomness;

/// What a secret is for, as its prefix says: whoever finds one knows what to revoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    ApiToken,
    WebSession,
    Refresh,
    Setup,
    /// A link to something that is shared.
    Share,
}

impl Purpose {
    /// The prefix of its texts.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::ApiToken => "slpt_",
            Self::WebSession => "slps_",
            Self::Refresh => "slpr_",
            Self::Setup => "slpu_",
            Self::Share => "slpl_",
        }
    }
}

impl Secret {
    /// 256 bits of randomness behind the prefix of its purpose.
    pub fn new(purpose: Purpose) -> Result<Self, NoRandomness> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(Self(format!("{}{}", purpose.prefix(), URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// The text, to hand out.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept.
    pub fn hash(&self) -> String {
        hash(&self.0)
    }
}

/// The hash under which a secret's text is found. SHA-256 is enough for 256 random bits.
pub fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_say_what_they_are_and_do_not_print() {
        let (a, b) =
            (Secret::new(Purpose::ApiToken).unwrap(), Secret::new(Purpose::ApiToken).unwrap());
        assert_ne!(a.text(), b.text());
        assert!(a.text().starts_with("slpt_"));
        assert_eq!(hash(a.text()), a.hash());
        assert!(!format!("{a:?}").contains(&a.text()[5..]));
    }
}
