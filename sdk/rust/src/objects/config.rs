//! What pods read and keep.

use serde_json::{Value, json};

use super::{mebibytes, object};

/// Settings that anybody may see.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigMap(pub(super) Value);

impl ConfigMap {
    /// Empty.
    pub fn new(name: &str) -> Self {
        let mut map = object("v1", "ConfigMap", name);
        map["data"] = json!({});
        Self(map)
    }

    /// One entry.
    #[must_use]
    pub fn entry(mut self, key: &str, value: &str) -> Self {
        self.0["data"][key] = value.into();
        self
    }
}

/// Settings that nobody may see.
#[derive(Clone, Debug, PartialEq)]
pub struct Secret(pub(super) Value);

impl Secret {
    /// Empty.
    pub fn new(name: &str) -> Self {
        let mut secret = object("v1", "Secret", name);
        secret["type"] = "Opaque".into();
        secret["stringData"] = json!({});
        Self(secret)
    }

    /// One entry, in clear text.
    #[must_use]
    pub fn entry(mut self, key: &str, value: &str) -> Self {
        self.0["stringData"][key] = value.into();
        self
    }
}

/// A volume that outlives its pods.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeClaim(pub(super) Value);

impl VolumeClaim {
    /// A claim that one node at a time mounts.
    pub fn new(name: &str, size_mebibytes: u32) -> Self {
        let mut claim = object("v1", "PersistentVolumeClaim", name);
        claim["spec"] = json!({
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": mebibytes(size_mebibytes)}},
        });
        Self(claim)
    }
}
