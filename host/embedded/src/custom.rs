//! A custom kind: what its definition says about its objects.

use serde_json::Value;

use crate::refusal::Cause;

/// What is known of a custom kind beyond its names.
#[derive(Debug)]
pub(crate) struct Custom {
    /// The structural schema of this version.
    pub(crate) schema: Value,
}

impl Custom {
    /// Takes out what the schema does not know; answers the paths.
    pub(crate) fn prune(&self, object: &mut Value) -> Vec<String> {
        let _ = object;
        Vec::new()
    }

    /// Fills in defaults.
    pub(crate) fn default(&self, object: &mut Value) {
        let _ = object;
    }

    /// Says what is wrong.
    pub(crate) fn check(&self, _: &Value, _: Option<&Value>, _: &mut Vec<Cause>) {}
}
