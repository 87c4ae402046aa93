//! Which operation may follow which.

use crate::operation::{OperationKind, OperationState};

/// The newest operation of a deployment.
pub type Last = (OperationKind, OperationState);

/// Why an operation cannot begin now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("it is being deleted")]
    Leaving,
    #[error("its volumes are being deleted")]
    CleaningUp,
    #[error("it is archived; restore it first")]
    Archived,
    #[error("it is archived already")]
    ArchivedAlready,
    #[error("it is not archived, so there is nothing to restore")]
    NotArchived,
    #[error("volumes of an app that runs are not deleted; archive it first")]
    NotArchivedYet,
}

/// Whether the deployment is on its way out for good.
pub fn is_leaving((kind, state): Last) -> bool {
    use OperationKind::{Cleanup, Delete};
    kind == Delete || (kind == Cleanup && state == OperationState::Succeeded)
}

/// Whether nothing of the deployment is to run.
pub fn is_archived((kind, _): Last) -> bool {
    matches!(kind, OperationKind::Archive | OperationKind::Cleanup)
}

/// Whether the next operation may begin after the last.
pub fn may_follow(last: Last, next: OperationKind) -> Result<(), Refusal> {
    use OperationKind::{Archive, Cleanup, Delete, Restore};
    if is_leaving(last) {
        return Err(Refusal::Leaving);
    }
    let (kind, state) = last;
    match (kind, next) {
        (_, Delete) | (Archive, Restore) | (Cleanup, Cleanup) => Ok(()),
        // One that failed may have deleted some of them.
        (Cleanup, Restore | Archive) if state.is_over() => Ok(()),
        (Cleanup, _) if !state.is_over() => Err(Refusal::CleaningUp),
        (Archive, Archive) if state != OperationState::Succeeded => Ok(()),
        (Archive, Archive) => Err(Refusal::ArchivedAlready),
        (Archive, Cleanup) if state == OperationState::Succeeded => Ok(()),
        (Archive, Cleanup) => Err(Refusal::NotArchivedYet),
        (Archive | Cleanup, _) => Err(Refusal::Archived),
        (_, Restore) => Err(Refusal::NotArchived),
        (_, Cleanup) => Err(Refusal::NotArchivedYet),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use OperationKind::*;
    use OperationState::{Failed, Pending, Running, Succeeded, Superseded};

    use super::*;

    const KINDS: [OperationKind; 13] = [
        Create, Update, Rollback, Promote, Abort, Pause, Resume, Restart, Heal, Archive, Restore,
        Cleanup, Delete,
    ];
    const STATES: [OperationState; 5] = [Pending, Running, Succeeded, Failed, Superseded];

    #[test]
    fn volumes_are_deleted_only_of_what_was_seen_to_be_archived() {
        for (kind, state) in KINDS.into_iter().flat_map(|it| STATES.map(|state| (it, state))) {
            let may = may_follow((kind, state), Cleanup).is_ok();
            let was_archived =
                (kind, state) == (Archive, Succeeded) || (kind == Cleanup && state != Succeeded);
            assert_eq!(may, was_archived, "{kind} {state:?}");
        }
    }

    #[test]
    fn what_is_archived_is_restored_deleted_or_cleaned_up_and_nothing_else() {
        for next in KINDS {
            let may = may_follow((Archive, Succeeded), next).is_ok();
            assert_eq!(may, matches!(next, Restore | Cleanup | Delete), "{next}");
        }
    }

    #[test]
    fn an_archive_that_goes_on_or_failed_can_be_turned_back_or_tried_again() {
        for state in [Pending, Running, Failed, Superseded] {
            for next in [Restore, Archive, Delete] {
                assert_eq!(may_follow((Archive, state), next), Ok(()), "{state:?} {next}");
            }
            assert_eq!(may_follow((Archive, state), Update), Err(Refusal::Archived));
        }
    }

    #[test]
    fn nothing_follows_what_is_leaving() {
        for next in KINDS {
            assert_eq!(may_follow((Delete, Failed), next), Err(Refusal::Leaving));
            assert_eq!(may_follow((Cleanup, Succeeded), next), Err(Refusal::Leaving));
        }
    }

    #[test]
    fn whatever_runs_may_be_changed_and_archived_and_not_restored() {
        for kind in KINDS.into_iter().filter(|it| !matches!(it, Archive | Cleanup | Delete)) {
            for state in STATES {
                assert_eq!(may_follow((kind, state), Update), Ok(()));
                assert_eq!(may_follow((kind, state), Archive), Ok(()));
                assert_eq!(may_follow((kind, state), Restore), Err(Refusal::NotArchived));
            }
        }
    }
}
