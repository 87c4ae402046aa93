//! Looks at registries, with the host's credentials and within the grant. Natively a test answers, or nobody.

use crate::Failure;

#[cfg(target_family = "wasm")]
use crate::bindings::update_checker::slipway::registry::registry as host;

#[cfg(not(target_family = "wasm"))]
use crate::testing::registry as host;

/// All tags of a repository, in the registry's order.
pub fn tags(repository: &str) -> Result<Vec<String>, Failure> {
    host::tags(repository).map_err(failure)
}

/// The digest that a reference points at now.
pub fn resolve(reference: &str) -> Result<String, Failure> {
    host::resolve(reference).map_err(failure)
}

/// When the image says that it was made, in milliseconds since 1970.
pub fn created(reference: &str) -> Result<Option<u64>, Failure> {
    host::created(reference).map_err(failure)
}

#[cfg(target_family = "wasm")]
fn failure(failure: host::Failure) -> Failure {
    Failure::new(&failure.code, failure.message)
}

#[cfg(not(target_family = "wasm"))]
fn failure(failure: Failure) -> Failure {
    failure
}
