//! Content addresses: `sha256:` and 64 hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The SHA-256 of some content, written as OCI does (image-spec, descriptor.md#digests).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

/// The text is no digest.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no digest; a digest is sha256: followed by 64 lower-case hexadecimal digits")]
pub struct Malformed(pub String);

impl Digest {
    /// The digest of these bytes.
    pub fn of(content: &[u8]) -> Self {
        Self(format!("sha256:{}", hex::encode(Sha256::digest(content))))
    }

    /// With its `sha256:` in front.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 64 digits alone, as file names want them.
    pub fn hex(&self) -> &str {
        &self.0["sha256:".len()..]
    }

    /// Twelve digits, for people.
    pub fn short(&self) -> &str {
        &self.hex()[..12]
    }
}

impl FromStr for Digest {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let digits = text.strip_prefix("sha256:").unwrap_or_default();
        let hexadecimal = digits.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        if digits.len() == 64 && hexadecimal {
            Ok(Self(text.to_owned()))
        } else {
            Err(Malformed(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Digest {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        let digest = Digest::of(b"");
        assert_eq!(
            digest.as_str(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(digest.as_str().parse::<Digest>().unwrap(), digest);
        assert_eq!(digest.short(), "e3b0c44298fc");
    }

    #[test]
    fn refuses_other_text() {
        for text in ["", "sha256:", "sha256:E3", "sha512:00", "latest"] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }
}
