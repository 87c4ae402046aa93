//! PLUGIN: takes the newest tag of a repository that begins with what the policy says, as a first update checker.

use slipway_sdk::prelude::*;
use slipway_sdk::update::registry;

/// The update checker.
#[derive(Debug)]
pub struct Plugin;

/// What can be set per deployment.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// # Prefix
    /// Only tags that begin with this are looked at.
    #[schemars(length(max = 100))]
    prefix: String,
}

impl UpdateChecker for Plugin {
    type Policy = Policy;

    fn about() -> About {
        About::new("PLUGIN", "The newest tag of a repository.")
    }

    /// The last tag in the order of the alphabet that nobody said to skip; none where it is the one in use.
    fn check(subject: &Subject, policy: &Policy) -> Result<Option<Candidate>, Failure> {
        let Some((repository, tag)) = subject.current.rsplit_once(':') else {
            return Err(Failure::new("no-tag", format!("{} has no tag.", subject.current)));
        };
        let tags = registry::tags(repository)?;
        let wanted = |it: &&String| it.starts_with(&policy.prefix) && !subject.skipped.contains(it);
        let Some(newest) = tags.iter().filter(wanted).max().filter(|it| it.as_str() > tag) else {
            return Ok(None);
        };
        let reference = format!("{repository}:{newest}");
        let digest = registry::resolve(&reference)?;
        let reason = format!("{newest} comes after {tag}.");
        Ok(Some(Candidate { reference, digest, reason, changelog: None }))
    }
}

slipway_sdk::update_checker! { Plugin }

#[cfg(test)]
mod tests {
    use slipway_sdk::testing::{self, Registry};

    use super::*;

    #[test]
    fn the_newest_tag_of_the_prefix_wins() {
        let registry = Registry::new()
            .image("r.example/app:v1", "sha256:1")
            .image("r.example/app:v3", "sha256:3");
        let found = testing::with_registry(registry.image("r.example/app:x9", "sha256:9"), || {
            Plugin::check(&testing::subject("r.example/app:v1"), &Policy { prefix: "v".into() })
        });
        assert_eq!(found.unwrap().unwrap().reference, "r.example/app:v3");
    }
}
