//! Semver range: the highest version of a range among the tags of the repository in use.

mod pattern;
mod range;
mod reference;

use semver::Version;
use slipway_sdk::info;
use slipway_sdk::prelude::*;
use slipway_sdk::update::registry;

use crate::pattern::Pattern;
use crate::range::{Place, Range};
use crate::reference::Reference;

/// The update checker.
#[derive(Debug)]
pub struct SemverRange;

/// What can be set per deployment.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// # Range
    /// How far an update may go: ^1.2 (nothing that breaks), ~1.2 (only 1.2.x), >=1.2, <1.8 or * (anything). Left empty it is ^ of the version in use.
    #[schemars(length(max = 200))]
    range: String,

    /// # Pre-releases
    /// Takes versions such as 2.0.0-rc.1 as well.
    prerelease: bool,

    /// # Pattern
    /// Where the version stands in a tag, such as {version}-alpine.
    #[schemars(length(min = 1, max = 128), extend("x-slipway" = {"advanced": true}))]
    pattern: Option<String>,
}

impl UpdateChecker for SemverRange {
    type Policy = Policy;

    fn about() -> About {
        About::new(
            "Semver range",
            "The highest version of a range among the tags of the repository in use.",
        )
        .docs(include_str!("../README.md"))
    }

    fn check(subject: &Subject, policy: &Policy) -> Result<Option<Candidate>, Failure> {
        let pattern = Pattern::new(policy.pattern.as_deref())?;
        let used = Reference::new(&subject.current);
        let current = used
            .tag
            .and_then(|it| pattern.version(it))
            .ok_or_else(|| no_version(used, &pattern))?;
        let range = Range::new(&policy.range, policy.prerelease, &current)?;
        let tags = registry::tags(used.repository)?;
        let mut best: Option<(&str, Version)> = None;
        for tag in &tags {
            let Some(version) = pattern.version(tag).filter(|it| *it > current) else { continue };
            match range.place(&version) {
                Place::Outside => info!("{tag} is newer, and outside of {range}"),
                Place::PreRelease => info!("{tag} is newer, and a pre-release"),
                Place::Inside if is_skipped(subject, used, tag, &version) => {
                    info!("{tag} is newer, and somebody said to skip it");
                }
                Place::Inside if best.as_ref().is_none_or(|(_, it)| version > *it) => {
                    best = Some((tag, version));
                }
                Place::Inside => {}
            }
        }
        let Some((tag, version)) = best else { return Ok(None) };
        let reference = format!("{}:{tag}", used.repository);
        let digest = registry::resolve(&reference)?;
        let reason = format!("{version} is the highest version in {range}; {current} is in use.");
        Ok(Some(Candidate { reference, digest, reason, changelog: None }))
    }
}

/// People skip what they are shown: a tag, a version, or a whole reference.
fn is_skipped(subject: &Subject, used: Reference<'_>, tag: &str, version: &Version) -> bool {
    let words = [tag.to_owned(), version.to_string(), format!("{}:{tag}", used.repository)];
    subject.skipped.iter().any(|it| words.contains(it))
}

fn no_version(used: Reference<'_>, pattern: &Pattern<'_>) -> Failure {
    let message = match used.tag {
        Some(tag) => format!("The tag {tag} in use is no version of the form {pattern}."),
        None => format!("{} names no tag, so that nothing can be newer.", used.repository),
    };
    Failure::new("not-a-version", message)
        .hint("Use a tag such as 1.4.2, or say in the pattern where its version stands.")
}

slipway_sdk::update_checker! { SemverRange }

#[cfg(test)]
mod tests;
