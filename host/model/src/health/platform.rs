//! What extends the Kubernetes API itself: APIService and CustomResourceDefinition.

use super::seen::Seen;
use super::{Health, Verdict};

/// Argo CD's `health_apiservice.go`: by the condition Available.
pub(super) fn api_service(seen: &Seen<'_>) -> Verdict {
    match seen.condition("Available") {
        Some(available) if available.is_true() => {
            Verdict::healthy("Available", "The part of the API that it adds answers.")
        }
        Some(available) => {
            let message =
                available.explain("The part of the API that it adds does not answer yet.");
            Verdict::progressing(available.reason_or("NotAvailable"), message)
        }
        None => Verdict::progressing("NotObserved", "The cluster has not taken it up yet."),
    }
}

/// Condition, the status in which it decides, the verdict, what it says; the first that matches.
const DEFINITION: &[(&str, &str, Health, &str, &str)] = &[
    (
        "Terminating",
        "True",
        Health::Progressing,
        "Terminating",
        "The kind is being removed, with all its objects.",
    ),
    (
        "NamesAccepted",
        "False",
        Health::Degraded,
        "NamesNotAccepted",
        "Another kind has one of its names already.",
    ),
    (
        "NonStructuralSchema",
        "True",
        Health::Degraded,
        "NonStructuralSchema",
        "Its schema is not valid.",
    ),
    ("Established", "True", Health::Healthy, "Established", "The kind can be used."),
];

/// Argo CD's `apiextensions.k8s.io/CustomResourceDefinition/health.lua`: removal, names, schema, established.
/// Beyond it, a definition whose conditions do not name Established yet is Progressing, not Degraded: they are
/// written one after the other.
pub(super) fn definition(seen: &Seen<'_>) -> Verdict {
    for (name, status, health, reason, plain) in DEFINITION {
        let Some(condition) = seen.condition(name).filter(|it| it.status() == *status) else {
            continue;
        };
        return match health {
            Health::Healthy => Verdict::healthy(reason, *plain),
            _ => Verdict::new(*health, reason, condition.explain(plain)),
        };
    }
    match seen.condition("Established") {
        Some(condition) if condition.reason() != "Installing" => {
            Verdict::degraded("NotEstablished", condition.explain("The kind cannot be used."))
        }
        Some(_) => Verdict::progressing("Installing", "The kind is being installed."),
        None => Verdict::progressing("NotObserved", "The cluster has not taken it up yet."),
    }
}
