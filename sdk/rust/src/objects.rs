//! Builders of common Kubernetes objects: thin, typed, and safe by default (Pod Security `restricted`).

mod config;
mod container;
mod network;
mod pod;
mod workload;

use serde_json::{Value, json};

pub use config::{ConfigMap, Secret, VolumeClaim};
pub use container::Container;
pub use network::{Ingress, Service};
pub use pod::Pod;
pub use workload::Deployment;

/// What a blueprint renders.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Objects(Vec<Value>);

impl Objects {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    #[must_use]
    pub fn with(mut self, object: impl Into<Value>) -> Self {
        self.0.push(object.into());
        self
    }

    /// One more, where there is one.
    #[must_use]
    pub fn with_some(mut self, object: Option<impl Into<Value>>) -> Self {
        self.0.extend(object.map(Into::into));
        self
    }

    /// The one of that kind and name.
    pub fn find(&self, kind: &str, name: &str) -> Option<&Value> {
        self.0.iter().find(|it| it["kind"] == kind && it["metadata"]["name"] == name)
    }
}

impl IntoIterator for Objects {
    type Item = Value;
    type IntoIter = std::vec::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// The label by which a Service finds its pods: the name of what runs them.
const SELECTOR: &str = "app.kubernetes.io/name";

fn object(api_version: &str, kind: &str, name: &str) -> Value {
    json!({
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": name, "labels": {(SELECTOR): name}},
    })
}

/// Memory as Kubernetes writes it back, so that what is applied and what is observed are the same text.
fn mebibytes(amount: u32) -> String {
    if amount > 0 && amount.is_multiple_of(1024) {
        format!("{}Gi", amount / 1024)
    } else {
        format!("{amount}Mi")
    }
}

/// Processor time as Kubernetes writes it back.
fn millicores(amount: u32) -> String {
    if amount.is_multiple_of(1000) { (amount / 1000).to_string() } else { format!("{amount}m") }
}

macro_rules! into_value {
    ($($builder:ident),*) => {$(
        impl From<$builder> for serde_json::Value {
            fn from(builder: $builder) -> Self {
                builder.0
            }
        }
    )*};
}
into_value!(ConfigMap, Secret, VolumeClaim, Container, Deployment, Ingress, Pod, Service);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_written_as_the_cluster_writes_them_back() {
        assert_eq!(mebibytes(128), "128Mi");
        assert_eq!(mebibytes(2048), "2Gi");
        assert_eq!(millicores(1500), "1500m");
        assert_eq!(millicores(2000), "2");
    }
}
