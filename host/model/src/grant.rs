//! Grants: what an installed plugin may do. The author declares, the operator grants, default deny.

use serde::{Deserialize, Serialize};

/// What one plugin, by digest, may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grant {
    /// Kinds of objects that it may ask for, in its own namespace.
    #[serde(default)]
    pub kinds: Vec<KindRef>,
    /// Outgoing hosts (`https://api.example.org:443`); none by default.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Linear memory of one call, in MiB.
    #[serde(default = "Grant::memory")]
    pub memory_mebibytes: u32,
    /// Wall time of one call, in milliseconds.
    #[serde(default = "Grant::time")]
    pub time_milliseconds: u32,
}

/// A kind in its group (`apps` and `Deployment`; the core group is empty).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRef {
    #[serde(default)]
    pub group: String,
    pub kind: String,
}

/// Kubernetes' Pod Security Standards.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum PodSecurity {
    #[default]
    Restricted,
    Baseline,
    Privileged,
}

impl PodSecurity {
    /// The word of the `pod-security.kubernetes.io/enforce` label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::Baseline => "baseline",
            Self::Privileged => "privileged",
        }
    }
}

impl Grant {
    const fn memory() -> u32 {
        64
    }

    const fn time() -> u32 {
        2_000
    }

    /// Nothing but memory and time.
    pub fn nothing() -> Self {
        Self {
            kinds: Vec::new(),
            hosts: Vec::new(),
            memory_mebibytes: Self::memory(),
            time_milliseconds: Self::time(),
        }
    }
}
