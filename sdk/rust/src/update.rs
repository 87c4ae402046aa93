//! Update checkers: pick the newer version of an image or of a blueprint.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use crate::bindings::update_checker::exports::slipway::update_checker::update_checker::Candidate;

use crate::bindings::update_checker::exports::slipway::update_checker::update_checker as contract;
use crate::blueprint::parse;
use crate::plugin::Plugin;
use crate::{About, Failure, schema};

/// What an update checker is.
pub trait UpdateChecker {
    /// What can be set per deployment; its JSON Schema is derived from the type.
    type Policy: Default + Serialize + DeserializeOwned + JsonSchema;

    /// What people read of it.
    fn about() -> About;

    /// The version to go to; none where the current one is the best.
    fn check(subject: &Subject, policy: &Self::Policy) -> Result<Option<Candidate>, Failure>;
}

/// What may be updated.
#[derive(Clone, Debug)]
pub struct Subject {
    /// `image` or `blueprint`.
    pub kind: String,
    /// The reference in use.
    pub current: String,
    /// Its digest, where known.
    pub current_digest: Option<String>,
    /// Versions that a person said to skip.
    pub skipped: Vec<String>,
    pub now_unix_milliseconds: u64,
}

/// Looks at registries, with the host's credentials and within the grant.
pub mod registry {
    use crate::Failure;

    #[cfg(target_family = "wasm")]
    use crate::bindings::update_checker::slipway::registry::registry as host;

    /// All tags of a repository, in the registry's order.
    pub fn tags(repository: &str) -> Result<Vec<String>, Failure> {
        #[cfg(target_family = "wasm")]
        return host::tags(repository).map_err(failure);
        #[cfg(not(target_family = "wasm"))]
        Err(nowhere(repository))
    }

    /// The digest that a reference points at now.
    pub fn resolve(reference: &str) -> Result<String, Failure> {
        #[cfg(target_family = "wasm")]
        return host::resolve(reference).map_err(failure);
        #[cfg(not(target_family = "wasm"))]
        Err(nowhere(reference))
    }

    /// When the image says that it was made, in milliseconds since 1970.
    pub fn created(reference: &str) -> Result<Option<u64>, Failure> {
        #[cfg(target_family = "wasm")]
        return host::created(reference).map_err(failure);
        #[cfg(not(target_family = "wasm"))]
        Err(nowhere(reference))
    }

    #[cfg(target_family = "wasm")]
    fn failure(failure: host::Failure) -> Failure {
        Failure::new(&failure.code, failure.message)
    }

    #[cfg(not(target_family = "wasm"))]
    fn nowhere(what: &str) -> Failure {
        Failure::new("unreachable", format!("There is no host here that could ask for {what}."))
    }
}

impl<T: UpdateChecker + Plugin> contract::Guest for T {
    fn describe() -> contract::Description {
        let About { title, summary, docs, icon: _, extra } = T::about();
        contract::Description {
            name: T::NAME.to_owned(),
            title,
            summary,
            version: T::VERSION.to_owned(),
            policy_schema: schema::of::<T::Policy>(),
            default_policy: schema::defaults::<T::Policy>(),
            docs,
            extra: extra.to_string(),
        }
    }

    fn check(input: contract::CheckInput) -> Result<Option<Candidate>, Failure> {
        let contract::CheckInput { subject, current, current_digest, policy, skipped, now } = input;
        let policy = parse(&policy)?;
        let subject =
            Subject { kind: subject, current, current_digest, skipped, now_unix_milliseconds: now };
        T::check(&subject, &policy)
    }
}
