//! When waiting has lasted too long: the progress deadline of workloads whose controller has none.
//!
//! A Deployment's controller notes in a condition that nothing moved for `progressDeadlineSeconds`. Those of
//! StatefulSets and DaemonSets note nothing, so Argo CD shows them as Progressing for ever (argo-cd issue 6527). The
//! rule here is the Deployment's, from what one object tells: it waits for something, and neither its spec nor its
//! status has changed for the deadline. When it last changed is read from the times in `metadata.managedFields`; an
//! object without them has no deadline.
//!
//! Every copy that comes up changes the status, so a slow start of many is no standing still. Neither are copies that
//! come and go without end: what is wrong with those, their pods say.

use super::seen::Seen;
use super::{Health, Verdict};

/// Kubernetes' default of a Deployment's `progressDeadlineSeconds`.
pub(super) const SECONDS: i64 = 600;

/// Sets another deadline for one object.
const ANNOTATION: &str = "health.slipway.dev/progress-deadline-seconds";

/// The verdict, or Degraded where it is one of waiting and the deadline is over.
pub(super) fn or_late(seen: &Seen<'_>, verdict: Verdict) -> Verdict {
    let seconds = seen.annotation(ANNOTATION).and_then(|it| it.parse().ok());
    let seconds = seconds.filter(|it| *it > 0).unwrap_or(SECONDS);
    if verdict.health != Health::Progressing || !seen.is_past(seen.last_changed(), seconds) {
        return verdict;
    }
    let message = format!(
        "{} Nothing has moved for {}, so it will hardly get there by itself. Look at what its pods say.",
        verdict.message,
        in_words(seconds)
    );
    Verdict::degraded("ProgressDeadlineExceeded", message)
}

/// `10 minutes`, `90 seconds`.
pub(super) fn in_words(seconds: i64) -> String {
    match seconds {
        60 => "1 minute".to_owned(),
        _ if seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        _ => format!("{seconds} seconds"),
    }
}
