//! How far an update may go.

use std::fmt;

use semver::{Prerelease, Version, VersionReq};
use slipway_sdk::Failure;

/// Versions that may be taken.
#[derive(Clone, Debug)]
pub struct Range {
    wanted: VersionReq,
    prerelease: bool,
}

/// Where a version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Inside,
    Outside,
    /// It would be inside if pre-releases were wanted.
    PreRelease,
}

impl Range {
    /// Reads a range; an empty one goes as far as nothing breaks. Who uses a pre-release already is offered the next ones.
    pub fn new(text: &str, prerelease: bool, current: &Version) -> Result<Self, Failure> {
        let text = if text.trim().is_empty() { format!("^{current}") } else { text.to_owned() };
        let wanted = VersionReq::parse(&text).map_err(|error| {
            Failure::invalid(format!("{text:?} is no range of versions: {error}."))
                .at("/range")
                .hint("Write it like ^1.2, ~1.2, >=1.2, <1.8 or *.")
        })?;
        Ok(Self { wanted, prerelease: prerelease || !current.pre.is_empty() })
    }

    pub fn place(&self, version: &Version) -> Place {
        if self.wanted.matches(version) {
            return Place::Inside;
        }
        // A range says nothing of pre-releases unless it names one: such a version is where its release would be.
        let release = Version { pre: Prerelease::EMPTY, ..version.clone() };
        match (self.wanted.matches(&release), self.prerelease) {
            (false, _) => Place::Outside,
            (true, true) => Place::Inside,
            (true, false) => Place::PreRelease,
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.wanted.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(range: &str, prerelease: bool, current: &str, version: &str) -> Place {
        let current = Version::parse(current).unwrap();
        let range = Range::new(range, prerelease, &current).unwrap();
        range.place(&Version::parse(version).unwrap())
    }

    #[test]
    fn a_range_is_read_as_cargo_reads_it() {
        for (range, version, expected) in [
            ("^1.2", "1.10.0", Place::Inside),
            ("^1.2", "2.0.0", Place::Outside),
            ("~1.2", "1.2.9", Place::Inside),
            ("~1.2", "1.3.0", Place::Outside),
            (">=1.2, <1.8", "1.7.0", Place::Inside),
            (">=1.2, <1.8", "1.8.0", Place::Outside),
            ("*", "9.0.0", Place::Inside),
            ("", "1.9.0", Place::Inside),
            ("", "2.0.0", Place::Outside),
        ] {
            assert_eq!(place(range, false, "1.2.0", version), expected, "{range} {version}");
        }
    }

    #[test]
    fn a_pre_release_is_taken_where_it_is_wanted_or_one_is_in_use() {
        assert_eq!(place("^1.2", false, "1.2.0", "1.3.0-rc.1"), Place::PreRelease);
        assert_eq!(place("^1.2", true, "1.2.0", "1.3.0-rc.1"), Place::Inside);
        assert_eq!(place("", false, "1.3.0-rc.1", "1.4.0-rc.1"), Place::Inside);
        assert_eq!(place("^1.2", true, "1.2.0", "2.0.0-rc.1"), Place::Outside);
    }

    #[test]
    fn what_is_no_range_is_told_at_its_field() {
        let failure = Range::new("1.2 or so", false, &Version::new(1, 0, 0)).unwrap_err();
        assert_eq!(failure.field.as_deref(), Some("/range"));
        assert!(failure.message.contains("1.2 or so") && failure.hint.is_some());
    }
}
