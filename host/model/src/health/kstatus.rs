//! Kinds without a rule of their own, by the conventions of kstatus (kubernetes-sigs/cli-utils, `pkg/kstatus`).
//!
//! Differs from kstatus: Stalled decides before Reconciling whatever their order in the list, and a condition with an
//! `observedGeneration` of its own is not believed when that is behind.

use super::condition::{Condition, explain};
use super::seen::Seen;
use super::{Health, Verdict};

/// An object that is going away, of any kind (Argo CD `health.go`, kstatus `status.go`). Finalizers are named, because
/// a deletion that does not end hangs on one.
pub(super) fn terminating(seen: &Seen<'_>) -> Option<Verdict> {
    if seen.text("/metadata/deletionTimestamp").is_empty() {
        return None;
    }
    let finalizers = seen.list("/metadata/finalizers").iter().filter_map(|it| it.as_str());
    let finalizers = finalizers.collect::<Vec<_>>().join(", ");
    let message = if finalizers.is_empty() {
        "It is being deleted.".to_owned()
    } else {
        format!("It is being deleted, and waits for others to clean up first: {finalizers}.")
    };
    Some(Verdict::progressing("Terminating", message))
}

/// Condition, the status in which it decides, and the verdict; the first that matches. Ready=False is Progressing:
/// many controllers write it from the first moment on.
const TABLE: &[(&str, &str, Health, &str, &str)] = &[
    ("Stalled", "True", Health::Degraded, "Stalled", "It is stuck and needs somebody's help."),
    ("Reconciling", "True", Health::Progressing, "Reconciling", "It is being worked on."),
    ("Ready", "True", Health::Healthy, "Ready", "It is ready."),
    ("Ready", "False", Health::Progressing, "NotReady", "It is not ready yet."),
    ("Ready", "Unknown", Health::Progressing, "NotReady", "Whether it is ready is not known yet."),
];

/// What the conditions say; an object without a status is fine as it stands.
pub(super) fn by_conditions(seen: &Seen<'_>) -> Verdict {
    let deciding = TABLE.iter().find_map(|row| {
        let condition = seen.condition(row.0).filter(|it| it.status() == row.1)?;
        Some((condition, row))
    });
    let Some((condition, (_, _, health, reason, plain))) = deciding else {
        return Verdict::healthy("Exists", "It exists.");
    };
    if condition.is_outdated(seen.generation()) {
        return Verdict::not_observed();
    }
    Verdict::new(*health, reason, message(condition, *health, plain))
}

/// What works needs no quote.
fn message(condition: Condition<'_>, health: Health, plain: &str) -> String {
    let words = if health == Health::Healthy { "" } else { condition.words() };
    explain(plain, words)
}
