//! Names inside a registry: repositories, tags, and what a manifest is asked for by.

use std::fmt;
use std::str::FromStr;

use crate::digest::Digest;

/// A repository such as `slipway/hello-app`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Repository(String);

/// A tag such as `1.2.0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(String);

/// What a manifest is asked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The name that may move.
    Tag(Tag),
    /// The content itself.
    Digest(Digest),
}

/// A manifest of the instance's own registry: `name:tag`, `name@digest`, with `slipway.local/` in front or without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it is.
    pub repository: Repository,
    /// What it is called there.
    pub target: Target,
}

/// The name under which the instance's own registry stands in references.
pub const OWN_REGISTRY: &str = "slipway.local";

/// The text is no such name.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// Not a repository.
    #[error(
        "{0:?} is no repository; it is lower-case letters, digits and single separators (. _ -), in parts joined by /"
    )]
    Repository(String),
    /// Not a tag.
    #[error(
        "{0:?} is no tag; it is 1 to 128 letters, digits, _ . - and does not begin with . or -"
    )]
    Tag(String),
    /// Neither of the two ways to name a manifest.
    #[error("{0:?} names nothing; write NAME:TAG or NAME@DIGEST")]
    Place(String),
    /// Neither a tag nor a digest.
    #[error("{0:?} is neither a tag nor a digest")]
    Target(String),
}

const LONGEST_REPOSITORY: usize = 255;
const LONGEST_TAG: usize = 128;

impl Repository {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Tag {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Tag {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Repository {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        if text.len() <= LONGEST_REPOSITORY && text.split('/').all(is_part) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Malformed::Repository(text.to_owned()))
        }
    }
}

// The grammar is in the distribution specification, "Pulling manifests":
// [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*
fn is_part(part: &str) -> bool {
    let alphanumeric = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
    let bytes = part.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    if !alphanumeric(*first) || !alphanumeric(*last) {
        return false;
    }
    part.split(|it: char| it.is_ascii_lowercase() || it.is_ascii_digit()).all(|separator| {
        matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|it| it == b'-')
    })
}

impl FromStr for Tag {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let word = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
        let bytes = text.as_bytes();
        let fits = bytes.first().is_some_and(|it| word(*it))
            && bytes.len() <= LONGEST_TAG
            && bytes.iter().all(|it| word(*it) || matches!(it, b'.' | b'-'));
        if fits { Ok(Self(text.to_owned())) } else { Err(Malformed::Tag(text.to_owned())) }
    }
}

impl FromStr for Target {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        if let Ok(digest) = text.parse() {
            return Ok(Self::Digest(digest));
        }
        text.parse().map(Self::Tag).map_err(|_| Malformed::Target(text.to_owned()))
    }
}

impl FromStr for Place {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let bare = text.strip_prefix(OWN_REGISTRY).and_then(|it| it.strip_prefix('/'));
        let bare = bare.unwrap_or(text);
        let split = bare.split_once('@').or_else(|| bare.rsplit_once(':'));
        let (repository, target) = split.ok_or_else(|| Malformed::Place(text.to_owned()))?;
        Ok(Self { repository: repository.parse()?, target: target.parse()? })
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => tag.fmt(f),
            Self::Digest(digest) => digest.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_follow_the_grammar_of_the_specification() {
        for good in ["a", "slipway/hello-app", "a.b_c__d---e/f0"] {
            assert!(good.parse::<Repository>().is_ok(), "{good}");
        }
        for bad in ["", "/", "a/", "A", "a..b", "../b", "a/_tags", "-a", "a___b", "a b"] {
            assert!(bad.parse::<Repository>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_place_is_a_repository_and_what_it_is_asked_for() {
        let digest = Digest::of(b"").to_string();
        for (text, target) in [
            ("shop/web:1.0", "1.0"),
            ("slipway.local/shop/web:1.0", "1.0"),
            (&format!("shop/web@{digest}"), digest.as_str()),
        ] {
            let place: Place = text.parse().unwrap();
            assert_eq!(
                (place.repository.as_str(), place.target.to_string()),
                ("shop/web", target.into())
            );
        }
        for bad in ["", "shop/web", "shop/web:", "example.com:5000/web", "shop/web@1.0@2"] {
            assert!(bad.parse::<Place>().is_err(), "{bad}");
        }
    }

    #[test]
    fn tags_cannot_leave_their_folder() {
        for good in ["1.0.0", "latest", "_x", "sha256-abc.sig"] {
            assert!(good.parse::<Tag>().is_ok(), "{good}");
        }
        for bad in ["", ".", "..", "-a", "a/b", "a:b", &"a".repeat(129)] {
            assert!(bad.parse::<Tag>().is_err(), "{bad}");
        }
    }
}
