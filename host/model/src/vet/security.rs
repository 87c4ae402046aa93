//! Kubernetes' Pod Security Standards, checked before the cluster is asked.
//!
//! <https://kubernetes.io/docs/concepts/security/pod-security-standards/>

mod baseline;
mod restricted;

use super::place::{Broken, Place};
use crate::grant::PodSecurity;

/// A pod's specification at the project's level.
pub fn check(pod: &Place<'_>, level: PodSecurity) -> Result<(), Broken> {
    match level {
        PodSecurity::Privileged => Ok(()),
        PodSecurity::Baseline => baseline::check(pod),
        PodSecurity::Restricted => {
            baseline::check(pod)?;
            restricted::check(pod)
        }
    }
}

/// The security contexts of a pod: its own first, then those of its containers.
fn contexts<'a>(pod: &Place<'a>) -> Vec<Place<'a>> {
    let containers = super::pods::containers(pod);
    let own = std::iter::once(pod.at("securityContext"));
    own.chain(containers.iter().map(|it| it.at("securityContext"))).collect()
}

fn broken(place: &Place<'_>, level: PodSecurity, rule: &str, hint: &str) -> Broken {
    let rule = format!("{rule} (Pod Security {}, the project's level)", level.as_str());
    place.breaks(rule, hint)
}
