//! Content addresses of the registry: SHA-256 and SHA-512, as OCI writes them (image-spec, descriptor.md#digests).
//!
//! Plugins and images are known by [`slipway_model::digest::Digest`], which is always a SHA-256. A registry also keeps what
//! others address by SHA-512.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256, Sha512};
use slipway_model::digest::Digest as Canonical;

/// How an address is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// The canonical one: 64 digits.
    Sha256,
    /// 128 digits.
    Sha512,
}

/// The address of some content.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(String);

/// The text is no digest, or not one that this registry can check.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0:?} is no digest; it is sha256: and 64 hexadecimal digits in lower case, or sha512: and 128"
)]
pub struct Malformed(pub String);

/// The name is no algorithm that this registry knows.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no algorithm that is known here; use sha256 or sha512")]
pub struct UnknownAlgorithm(pub String);

impl Algorithm {
    fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    fn digits(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }

    /// The address of this content.
    pub fn digest(self, content: &[u8]) -> Digest {
        let mut hasher = self.hasher();
        hasher.update(content);
        hasher.finish()
    }

    /// For content that comes in parts.
    pub fn hasher(self) -> Hasher {
        match self {
            Self::Sha256 => Hasher::Sha256(Sha256::new()),
            Self::Sha512 => Hasher::Sha512(Sha512::new()),
        }
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        let known = [Self::Sha256, Self::Sha512].into_iter().find(|it| it.name() == text);
        known.ok_or_else(|| UnknownAlgorithm(text.to_owned()))
    }
}

/// A digest that is being made.
#[derive(Clone, Debug)]
pub enum Hasher {
    /// Of SHA-256.
    Sha256(Sha256),
    /// Of SHA-512.
    Sha512(Sha512),
}

impl Hasher {
    /// Takes the next bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(it) => it.update(bytes),
            Self::Sha512(it) => it.update(bytes),
        }
    }

    /// The digest of all that came.
    pub fn finish(self) -> Digest {
        Digest(match self {
            Self::Sha256(it) => format!("sha256:{}", hex::encode(it.finalize())),
            Self::Sha512(it) => format!("sha512:{}", hex::encode(it.finalize())),
        })
    }
}

impl Digest {
    /// The canonical digest of these bytes.
    pub fn of(content: &[u8]) -> Self {
        Algorithm::Sha256.digest(content)
    }

    /// Reads the name of a file of the store; its length tells the algorithm.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let both = [Algorithm::Sha256, Algorithm::Sha512];
        let algorithm = both.into_iter().find(|it| it.digits() == hex.len())?;
        format!("{}:{hex}", algorithm.name()).parse().ok()
    }

    /// How it was made.
    pub fn algorithm(&self) -> Algorithm {
        if self.0.starts_with("sha512:") { Algorithm::Sha512 } else { Algorithm::Sha256 }
    }

    /// With its algorithm in front.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits alone, as file names want them: 64 or 128 of them, so those of two algorithms never meet.
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or(&self.0, |(_, digits)| digits)
    }
}

impl FromStr for Digest {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let hexadecimal = |it: u8| matches!(it, b'0'..=b'9' | b'a'..=b'f');
        let fits = text.split_once(':').is_some_and(|(algorithm, digits)| {
            algorithm.parse::<Algorithm>().is_ok_and(|it| it.digits() == digits.len())
                && digits.bytes().all(hexadecimal)
        });
        if fits { Ok(Self(text.to_owned())) } else { Err(Malformed(text.to_owned())) }
    }
}

impl From<&Canonical> for Digest {
    fn from(canonical: &Canonical) -> Self {
        Self(canonical.as_str().to_owned())
    }
}

impl PartialEq<Canonical> for Digest {
    fn eq(&self, other: &Canonical) -> bool {
        self.0 == other.as_str()
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
    fn both_algorithms_are_read_back() {
        for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
            let digest = algorithm.digest(b"content");
            assert_eq!(digest.as_str().parse::<Digest>().unwrap(), digest);
            assert_eq!(Digest::from_hex(digest.hex()), Some(digest.clone()));
            assert_eq!(digest.algorithm(), algorithm);
        }
        assert_eq!(Digest::of(b"content"), Canonical::of(b"content"));
    }

    #[test]
    fn no_digest_leaves_its_folder() {
        let sha512_too_short = format!("sha512:{}", "a".repeat(64));
        let upper = format!("sha256:{}", "A".repeat(64));
        let path = format!("sha256:../{}", "a".repeat(61));
        let bad =
            ["", "sha256:", "sha256:baddigeststring", "md5:00", &sha512_too_short, &upper, &path];
        for text in bad {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }
}
