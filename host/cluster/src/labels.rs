//! The labels, annotations and names that are ours.

use kube::api::PostParams;

/// The one field manager of everything that we apply.
pub const FIELD_MANAGER: &str = "slipway";
/// Whose object it is: the name of the rollout (and deployment).
pub const ROLLOUT: &str = "slipway.dev/rollout";
/// The project of a namespace.
pub const PROJECT: &str = "slipway.dev/project";
/// The deployment whose values' secrets a Secret holds.
pub const SECRETS_OF: &str = "slipway.dev/secrets-of";
/// Digest of what was applied last, to see without asking whether there is anything to apply.
pub const APPLIED: &str = "slipway.dev/applied";
/// Kubernetes' own word for who manages an object.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// Kubernetes' own word for which instance of an app an object belongs to.
pub const INSTANCE: &str = "app.kubernetes.io/instance";
/// Kubernetes' own word for what an object is a part of.
pub const PART_OF: &str = "app.kubernetes.io/part-of";
/// Annotation of the definition of `Rollout`: which Slipway works with the cluster.
pub const INSTANCE_ID: &str = "slipway.dev/instance";

/// Annotation of the definition of `Rollout`: the kinds that objects were made of, see `cache/noted.rs`.
pub const KINDS: &str = "slipway.dev/kinds";

/// How we create and replace.
pub fn writing() -> PostParams {
    PostParams { field_manager: Some(FIELD_MANAGER.into()), ..PostParams::default() }
}
