//! Ways in: Service and Ingress.

use super::Verdict;
use super::deadline::in_words;
use super::seen::Seen;

/// For so long an Ingress may wait for its address.
const GRACE_SECONDS: i64 = 60;

/// Classes whose controller makes a load balancer for an Ingress, so that one without an address does not work.
const ALWAYS_ADDRESSED: &[&str] =
    &["alb", "gce", "gce-internal", "azure-application-gateway", "azure/application-gateway"];

/// Argo CD's `health_service.go`: a load balancer needs its address.
pub(super) fn service(seen: &Seen<'_>) -> Verdict {
    match (seen.text("/spec/type"), has_address(seen)) {
        ("LoadBalancer", true) => Verdict::healthy("HasAddress", "It has its public address."),
        ("LoadBalancer", false) => {
            let message =
                "Waiting for a public address. A cluster without load balancers never gives one.";
            Verdict::progressing("NoAddress", message)
        }
        _ => Verdict::healthy("Exists", "It exists."),
    }
}

/// Argo CD's `health_ingress.go`: Healthy with an address. Without one Argo CD waits for ever, although many ingress
/// controllers never report any (issues 997, 1704, 14607, 28345). Here it is Healthy after a grace from its creation,
/// and says so, unless its class is one that always reports.
pub(super) fn ingress(seen: &Seen<'_>) -> Verdict {
    if has_address(seen) {
        return Verdict::healthy("HasAddress", "It has its public address.");
    }
    let class = seen.text("/spec/ingressClassName");
    let class = if class.is_empty() {
        seen.annotation("kubernetes.io/ingress.class").unwrap_or_default()
    } else {
        class
    };
    if ALWAYS_ADDRESSED.contains(&class) || !seen.is_past(seen.created(), GRACE_SECONDS) {
        return Verdict::progressing("NoAddress", "Waiting for a public address.");
    }
    let message = format!(
        "No public address was reported within {}; some clusters never report one. If it does not open, ask \
         whether the cluster has an ingress controller.",
        in_words(GRACE_SECONDS)
    );
    Verdict::healthy("AddressNotReported", message)
}

fn has_address(seen: &Seen<'_>) -> bool {
    !seen.list("/status/loadBalancer/ingress").is_empty()
}
