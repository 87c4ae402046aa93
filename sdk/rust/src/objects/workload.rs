//! What keeps pods running.

use serde_json::{Value, json};

use super::{Pod, SELECTOR, object};

/// A number of equal pods, replaced one by one and never fewer than wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment(pub(super) Value);

impl Deployment {
    /// One replica of a pod.
    pub fn new(name: &str, pod: Pod) -> Self {
        let mut deployment = object("apps/v1", "Deployment", name);
        deployment["spec"] = json!({
            "replicas": 1,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": {(SELECTOR): name}},
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
            },
            "template": {"metadata": {"labels": {(SELECTOR): name}}, "spec": Value::from(pod)},
        });
        Self(deployment)
    }

    /// That many pods.
    #[must_use]
    pub fn replicas(mut self, replicas: u32) -> Self {
        self.0["spec"]["replicas"] = replicas.into();
        self
    }
}
