//! Phases: the one word that the list of deployments shows, derived from what is stored.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::operation::{OperationKind, OperationState};

/// Octopod's six words (reference: octopod.md part 5), with a reason kept beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Phase {
    Running,
    Failure,
    CreatePending,
    UpdatePending,
    DeletePending,
    Archived,
}

impl Phase {
    /// The phase that follows from the newest operation.
    ///
    /// A failed operation ends in `Failure` whatever the pods of the old revision do (octopod.md D2:
    /// there, a failed update ended as Running).
    pub fn after(kind: OperationKind, state: OperationState) -> Self {
        match state {
            OperationState::Pending | OperationState::Running | OperationState::Superseded => {
                match kind {
                    OperationKind::Create | OperationKind::Restore => Self::CreatePending,
                    OperationKind::Delete | OperationKind::Archive | OperationKind::Cleanup => {
                        Self::DeletePending
                    }
                    _ => Self::UpdatePending,
                }
            }
            OperationState::Failed => Self::Failure,
            OperationState::Succeeded => match kind {
                OperationKind::Archive => Self::Archived,
                OperationKind::Delete | OperationKind::Cleanup => Self::DeletePending,
                _ => Self::Running,
            },
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_update_is_a_failure_and_not_running() {
        assert_eq!(Phase::after(OperationKind::Update, OperationState::Failed), Phase::Failure);
    }

    #[test]
    fn a_waiting_update_is_pending() {
        let phase = Phase::after(OperationKind::Rollback, OperationState::Pending);
        assert_eq!(phase, Phase::UpdatePending);
    }
}
