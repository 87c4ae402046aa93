//! Where the version stands in a tag.

use std::fmt;

use semver::Version;
use slipway_sdk::Failure;

const VERSION: &str = "{version}";

/// What stands before and after the version; none: nothing, or a `v`.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'p>(Option<(&'p str, &'p str)>);

impl<'p> Pattern<'p> {
    pub fn new(text: Option<&'p str>) -> Result<Self, Failure> {
        let Some(text) = text else { return Ok(Self(None)) };
        let parts = text.split_once(VERSION).filter(|(_, after)| !after.contains(VERSION));
        let parts = parts.ok_or_else(|| {
            Failure::invalid(format!(
                "The pattern {text:?} does not say once where the version stands."
            ))
            .at("/pattern")
            .hint("Write {version} where it stands, such as {version}-alpine.")
        })?;
        Ok(Self(Some(parts)))
    }

    /// The version that a tag is; none where it is of another form. What has fewer than three numbers is none: it points
    /// at something else tomorrow.
    pub fn version(&self, tag: &str) -> Option<Version> {
        let text = match self.0 {
            Some((before, after)) => tag.strip_prefix(before)?.strip_suffix(after)?,
            None => tag.strip_prefix('v').unwrap_or(tag),
        };
        Version::parse(text).ok()
    }
}

impl fmt::Display for Pattern<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = self.0.unwrap_or_default();
        write!(f, "{before}{VERSION}{after}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_where_the_pattern_says() {
        let read = |pattern: Option<&str>, tag: &str| {
            Pattern::new(pattern).unwrap().version(tag).map(|it| it.to_string())
        };
        assert_eq!(read(None, "v1.2.3").as_deref(), Some("1.2.3"));
        assert_eq!(read(None, "1.2.3-rc.1").as_deref(), Some("1.2.3-rc.1"));
        for tag in ["1.2", "latest", "1.2.3.4", "V1.2.3"] {
            assert_eq!(read(None, tag), None, "{tag}");
        }
        let alpine = Some("{version}-alpine");
        assert_eq!(read(alpine, "1.2.3-alpine").as_deref(), Some("1.2.3"));
        assert_eq!(read(alpine, "1.2.3"), None);
        assert_eq!(read(Some("release-{version}"), "release-1.2.3").as_deref(), Some("1.2.3"));
    }

    #[test]
    fn a_pattern_without_a_place_for_the_version_is_told() {
        for wrong in ["alpine", "{version}{version}", ""] {
            assert_eq!(Pattern::new(Some(wrong)).unwrap_err().field.as_deref(), Some("/pattern"));
        }
    }
}
