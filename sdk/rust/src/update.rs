//! Update checkers: pick the newer version of an image or of a blueprint.

pub mod registry;

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
