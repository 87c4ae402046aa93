//! One container of a pod.

use serde_json::{Value, json};

use super::{mebibytes, millicores};
use crate::SecretRef;

/// A container that may do nothing special: no capabilities, no way to gain any.
#[derive(Clone, Debug, PartialEq)]
pub struct Container(pub(super) Value);

impl Container {
    /// A container of an image.
    pub fn new(name: &str, image: &str) -> Self {
        Self(json!({
            "name": name,
            "image": image,
            "securityContext": {
                "allowPrivilegeEscalation": false,
                "capabilities": {"drop": ["ALL"]},
            },
        }))
    }

    /// A variable of the environment.
    #[must_use]
    pub fn env(self, name: &str, value: &str) -> Self {
        self.variable(json!({"name": name, "value": value}))
    }

    /// A variable with what a field of the pod says, e.g. `metadata.name`.
    #[must_use]
    pub fn env_from_field(self, name: &str, field: &str) -> Self {
        let source = json!({"fieldRef": {"apiVersion": "v1", "fieldPath": field}});
        self.variable(json!({"name": name, "valueFrom": source}))
    }

    /// A variable with an entry of a ConfigMap.
    #[must_use]
    pub fn env_from_config(self, name: &str, config: &str, key: &str) -> Self {
        let source = json!({"configMapKeyRef": {"name": config, "key": key}});
        self.variable(json!({"name": name, "valueFrom": source}))
    }

    /// A variable with an entry of a secret.
    #[must_use]
    pub fn env_from_secret(self, name: &str, secret: &str, key: &str) -> Self {
        let source = json!({"secretKeyRef": {"name": secret, "key": key}});
        self.variable(json!({"name": name, "valueFrom": source}))
    }

    /// A variable with a secret of the form, where it is filled in.
    #[must_use]
    pub fn env_secret(self, name: &str, secret: &SecretRef) -> Self {
        match secret.source() {
            Value::Null => self,
            source => self.variable(json!({"name": name, "valueFrom": source})),
        }
    }

    fn variable(self, variable: Value) -> Self {
        self.push("env", variable)
    }

    /// A port that it listens on.
    #[must_use]
    pub fn port(self, name: &str, number: u16) -> Self {
        let port = json!({"name": name, "containerPort": number, "protocol": "TCP"});
        self.push("ports", port)
    }

    /// Gets traffic while `GET path` on the named port answers with success.
    #[must_use]
    pub fn ready_at(mut self, path: &str, port: &str) -> Self {
        self.0["readinessProbe"] = json!({
            "httpGet": {"path": path, "port": port},
            "periodSeconds": 2,
            "timeoutSeconds": 2,
        });
        self
    }

    /// Is restarted when `GET path` on the named port fails for half a minute.
    #[must_use]
    pub fn live_at(mut self, path: &str, port: &str) -> Self {
        self.0["livenessProbe"] = json!({
            "httpGet": {"path": path, "port": port},
            "periodSeconds": 10,
            "timeoutSeconds": 2,
            "failureThreshold": 3,
        });
        self
    }

    /// Goes on answering for so long after its end was decided, while nodes still hear one after another that it is
    /// no address any more. Needs Kubernetes 1.30.
    #[must_use]
    pub fn linger_seconds(mut self, seconds: u32) -> Self {
        self.0["lifecycle"]["preStop"] = json!({"sleep": {"seconds": seconds}});
        self
    }

    /// What it may use at most, and what is set aside for it.
    #[must_use]
    pub fn memory(mut self, limit_mebibytes: u32, request_mebibytes: u32) -> Self {
        self.0["resources"]["limits"]["memory"] = mebibytes(limit_mebibytes).into();
        self.0["resources"]["requests"]["memory"] = mebibytes(request_mebibytes).into();
        self
    }

    /// Processor time that is set aside for it.
    #[must_use]
    pub fn cpu(mut self, request_millicores: u32) -> Self {
        self.0["resources"]["requests"]["cpu"] = millicores(request_millicores).into();
        self
    }

    fn push(mut self, list: &str, entry: Value) -> Self {
        match self.0[list].as_array_mut() {
            Some(entries) => entries.push(entry),
            None => self.0[list] = json!([entry]),
        }
        self
    }
}
