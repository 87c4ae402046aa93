//! What a cluster enforces around a project, whatever its apps are.

use serde::{Deserialize, Serialize};

use crate::grant::PodSecurity;

/// How a project's namespace is fenced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fence {
    pub pod_security: PodSecurity,
    pub quota: Quota,
}

/// What a project may use in all. Only what is set is enforced; processor and memory count what pods set aside
/// (`requests`), so with such a bound every pod must say how much that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    pub pods: u32,
    pub volume_claims: u32,
    pub cpu_millicores: Option<u32>,
    pub memory_mebibytes: Option<u32>,
    pub storage_gibibytes: Option<u32>,
}

impl Default for Quota {
    /// Enough for any team, and too little to fill a cluster by mistake.
    fn default() -> Self {
        Self {
            pods: 500,
            volume_claims: 100,
            cpu_millicores: None,
            memory_mebibytes: None,
            storage_gibibytes: None,
        }
    }
}
