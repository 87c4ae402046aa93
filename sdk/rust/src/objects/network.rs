//! How pods are reached.

use serde_json::{Value, json};

use super::{SELECTOR, object};

/// A stable address for the pods of the same name.
#[derive(Clone, Debug, PartialEq)]
pub struct Service(pub(super) Value);

impl Service {
    /// Reaches the pods of the Deployment of that name.
    pub fn new(name: &str) -> Self {
        let mut service = object("v1", "Service", name);
        service["spec"] = json!({"type": "ClusterIP", "selector": {(SELECTOR): name}, "ports": []});
        Self(service)
    }

    /// A port, and the name of the containers' port behind it.
    #[must_use]
    pub fn port(mut self, port: u16, target: &str) -> Self {
        let entry = json!({"name": target, "port": port, "protocol": "TCP", "targetPort": target});
        if let Some(ports) = self.0["spec"]["ports"].as_array_mut() {
            ports.push(entry);
        }
        self
    }
}

/// Host names from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Ingress(pub(super) Value);

impl Ingress {
    /// All paths of each host go to one port of a Service; none where there are no hosts.
    pub fn new(name: &str, hosts: &[String], service: &str, port: u16) -> Option<Self> {
        if hosts.is_empty() {
            return None;
        }
        let rule = |host: &String| {
            let backend = json!({"service": {"name": service, "port": {"number": port}}});
            let path = json!({"path": "/", "pathType": "Prefix", "backend": backend});
            json!({"host": host, "http": {"paths": [path]}})
        };
        let mut ingress = object("networking.k8s.io/v1", "Ingress", name);
        ingress["spec"] = json!({"rules": hosts.iter().map(rule).collect::<Vec<_>>()});
        Some(Self(ingress))
    }
}
