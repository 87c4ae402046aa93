//! cert-manager: Certificate, Issuer and ClusterIssuer.

use super::Verdict;
use super::seen::Seen;

/// Argo CD's `cert-manager.io/Certificate/health.lua`: Issuing, then Ready. Beyond it, a certificate past its
/// `status.notAfter` is Degraded even where nobody is there to notice, and one that was never issued and has not
/// failed is Progressing: cert-manager writes Ready=False before it writes Issuing=True.
pub(super) fn certificate(seen: &Seen<'_>) -> Verdict {
    if seen.is_past(seen.time("/status/notAfter"), 0) {
        return Verdict::degraded("Expired", "The certificate has expired: browsers refuse it.");
    }
    let issuing = seen.condition("Issuing");
    if let Some(issuing) = issuing.filter(|it| it.is_true()) {
        let message = issuing.explain("The certificate is being issued.");
        return Verdict::progressing("Issuing", message);
    }
    let Some(ready) = seen.condition("Ready").filter(|it| !it.is_outdated(seen.generation()))
    else {
        return Verdict::progressing("NotObserved", "Nobody has taken the certificate up yet.");
    };
    if ready.is_true() {
        return Verdict::healthy("Ready", "The certificate is valid.");
    }
    let has_failed = seen.time("/status/lastFailureTime").is_some();
    if !ready.is_false() || (ready.reason() == "DoesNotExist" && !has_failed && issuing.is_none()) {
        return Verdict::progressing("NotIssuedYet", "The certificate waits to be issued.");
    }
    // Why the last attempt failed says more than that there is none.
    let why = issuing.filter(|it| it.reason() == "Failed").unwrap_or(ready);
    why.degraded("NotReady", "There is no valid certificate.")
}

/// Argo CD's `cert-manager.io/Issuer/health.lua` and `ClusterIssuer/health.lua`: by Ready.
pub(super) fn issuer(seen: &Seen<'_>) -> Verdict {
    match seen.condition("Ready").filter(|it| !it.is_outdated(seen.generation())) {
        Some(ready) if ready.is_true() => Verdict::healthy("Ready", "It can issue certificates."),
        Some(ready) if ready.is_false() => {
            ready.degraded("NotReady", "It cannot issue certificates.")
        }
        _ => Verdict::progressing("NotObserved", "It is being set up."),
    }
}
