//! What runs together.

use serde_json::{Value, json};

use super::Container;

/// A pod's specification under Pod Security `restricted`, without a token of the cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Pod(pub(super) Value);

impl Pod {
    /// A pod of one container.
    pub fn new(container: Container) -> Self {
        Self(json!({
            "automountServiceAccountToken": false,
            "enableServiceLinks": false,
            "securityContext": {
                "runAsNonRoot": true,
                "runAsUser": 65532,
                "runAsGroup": 65532,
                "fsGroup": 65532,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [Value::from(container)],
        }))
    }

    /// Seconds that it has to finish what it is doing.
    #[must_use]
    pub fn grace_seconds(mut self, seconds: u32) -> Self {
        self.0["terminationGracePeriodSeconds"] = seconds.into();
        self
    }
}
