//! Our own `Rollout` (group `slipway.dev`): its reconciler has judged it already.

use super::condition::is_camel_case;
use super::seen::Seen;
use super::{Health, Verdict, kstatus};

const WORDS: &[(&str, Health)] = &[
    ("Healthy", Health::Healthy),
    ("Suspended", Health::Suspended),
    ("Progressing", Health::Progressing),
    ("Missing", Health::Missing),
    ("Degraded", Health::Degraded),
    ("Unknown", Health::Unknown),
];

/// `status.health`, `reason` and `message`, where they are about the current spec. An operation that failed (Stalled)
/// is Degraded although what ran before may be well: what was asked for is not there.
pub(super) fn rollout(seen: &Seen<'_>) -> Verdict {
    if seen.is_unconfirmed() {
        return Verdict::not_observed();
    }
    let Some(health) = word(seen.text("/status/health")) else {
        return kstatus::by_conditions(seen);
    };
    let stalled = seen.condition("Stalled").filter(|it| it.is_true());
    if let Some(stalled) = stalled.filter(|_| health != Health::Degraded) {
        return Verdict::degraded("Stalled", stalled.explain("The last operation failed."));
    }
    let (reason, message) = (seen.text("/status/reason"), seen.text("/status/message"));
    let reason = if is_camel_case(reason) { reason } else { "Reported" };
    let message = if message.is_empty() { "Its reconciler says no more." } else { message };
    Verdict::new(health, reason, message)
}

/// One of the six words.
pub(super) fn word(text: &str) -> Option<Health> {
    WORDS.iter().find(|it| it.0 == text).map(|it| it.1)
}
