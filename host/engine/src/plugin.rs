//! A plugin that is ready to be called.

use std::sync::{Arc, PoisonError, RwLock};

use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::plan::{BlueprintDescription, ControlDescription};
use slipway_model::update::CheckerDescription;
use tokio::sync::{OnceCell, Semaphore};

use crate::breaker::Breaker;
use crate::guest::Guest;
use crate::limits::{MOST_MEBIBYTES, MOST_MILLISECONDS};
use crate::manifest::Manifest;
use crate::v1;
use crate::watched::Watched;

/// The worlds of the contract that this host runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum World {
    Blueprint,
    Control,
    UpdateChecker,
}

impl World {
    pub(crate) const ALL: [Self; 3] = [Self::Blueprint, Self::Control, Self::UpdateChecker];

    /// The world's name in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blueprint => "blueprint",
            Self::Control => "control",
            Self::UpdateChecker => "update-checker",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }

    /// What of ours its plugins may import.
    pub(crate) fn imports(self) -> &'static [&'static str] {
        match self {
            Self::Blueprint | Self::Control => &["slipway:log/log", "slipway:types/types"],
            Self::UpdateChecker => {
                &["slipway:log/log", "slipway:registry/registry", "slipway:types/types"]
            }
        }
    }

    /// The interface that makes it what it is.
    pub(crate) fn export(self) -> &'static str {
        match self {
            Self::Blueprint => "slipway:blueprint/blueprint",
            Self::Control => "slipway:control/control",
            Self::UpdateChecker => "slipway:update-checker/update-checker",
        }
    }

    /// With its article, for people.
    pub(crate) fn spoken(self) -> &'static str {
        match self {
            Self::Blueprint => "a blueprint",
            Self::Control => "a control plugin",
            Self::UpdateChecker => "an update checker",
        }
    }
}

/// What is known of a plugin once it is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    pub digest: Digest,
    pub world: World,
    pub manifest: Manifest,
}

/// Compiled, linked, and with what it was granted.
pub(crate) struct Plugin {
    pub installed: Installed,
    pub code: Code,
    pub breaker: Breaker,
    pub watched: Arc<Watched>,
    /// How many of its calls run at once.
    pub turns: Arc<Semaphore>,
    grant: RwLock<Arc<Grant>>,
}

/// The code, by world; descriptions are asked for once, because a plugin's answer to that never changes.
pub(crate) enum Code {
    Blueprint {
        blueprint: v1::blueprint::BlueprintPre<Guest>,
        check: Option<v1::config_check::ConfigCheckPre<Guest>>,
        description: OnceCell<BlueprintDescription>,
    },
    Control {
        control: v1::control::ControlPre<Guest>,
        description: OnceCell<ControlDescription>,
    },
    UpdateChecker {
        checker: v1::update_checker::UpdateCheckerPre<Guest>,
        description: OnceCell<CheckerDescription>,
    },
}

impl Plugin {
    pub fn new(installed: Installed, code: Code, at_once: usize) -> Self {
        let grant = RwLock::new(Arc::new(Grant::nothing()));
        let turns = Arc::new(Semaphore::new(at_once));
        let (breaker, watched) = (Breaker::default(), Arc::default());
        Self { installed, code, breaker, watched, turns, grant }
    }

    /// Name and the beginning of the digest, for people.
    pub fn name(&self) -> String {
        let Installed { digest, manifest, .. } = &self.installed;
        format!("{} {} ({})", manifest.id, manifest.version, digest.short())
    }

    pub fn grant(&self) -> Arc<Grant> {
        Arc::clone(&self.grant.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Beyond what any plugin may use, a grant gives nothing.
    pub fn set_grant(&self, mut grant: Grant) {
        grant.memory_mebibytes = grant.memory_mebibytes.min(MOST_MEBIBYTES);
        grant.time_milliseconds = grant.time_milliseconds.min(MOST_MILLISECONDS);
        *self.grant.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(grant);
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugin").field("installed", &self.installed).finish_non_exhaustive()
    }
}
