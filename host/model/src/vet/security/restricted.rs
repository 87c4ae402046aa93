//! Pod Security `restricted`: what a pod does not need, it must say that it does without.

use crate::grant::PodSecurity;
use crate::vet::place::{Broken, Place};
use crate::vet::pods::containers;

/// Sorts of volumes that bring nothing of the node along.
const VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

pub fn check(pod: &Place<'_>) -> Result<(), Broken> {
    volumes(pod)?;
    let own = pod.at("securityContext");
    not_root(&own)?;
    for container in containers(pod) {
        let context = container.at("securityContext");
        let escalation = context.at("allowPrivilegeEscalation");
        if escalation.value != &serde_json::Value::Bool(false) {
            return Err(broken(&escalation, "it must be false", "Set it to false."));
        }
        capabilities(&context)?;
        not_root(&context)?;
        let says = [context.at("runAsNonRoot"), own.at("runAsNonRoot")];
        let Some(says) = says.iter().find(|it| it.is_set()) else {
            return Err(missing(&own.at("runAsNonRoot"), "true"));
        };
        if !says.is_true() {
            return Err(broken(says, "it must be true", "Set it to true."));
        }
        let profiles = [&context, &own].map(|it| it.down(&["seccompProfile", "type"]));
        if !profiles.iter().any(Place::is_set) {
            return Err(missing(&own.down(&["seccompProfile", "type"]), "`RuntimeDefault`"));
        }
    }
    Ok(())
}

fn volumes(pod: &Place<'_>) -> Result<(), Broken> {
    for volume in pod.at("volumes").items() {
        for (sort, field) in volume.fields() {
            if sort != "name" && field.is_set() && !VOLUMES.contains(&sort) {
                let hint = format!("Use one of: {}.", VOLUMES.join(", "));
                return Err(broken(&field, "this sort of volume is not allowed", &hint));
            }
        }
    }
    Ok(())
}

fn capabilities(context: &Place<'_>) -> Result<(), Broken> {
    let drop = context.down(&["capabilities", "drop"]);
    if !drop.items().any(|it| it.text() == Some("ALL")) {
        return Err(broken(&drop, "it must hold ALL", "Set it to [\"ALL\"]."));
    }
    let added = context.down(&["capabilities", "add"]);
    match added.items().find(|it| it.text() != Some("NET_BIND_SERVICE")) {
        Some(other) => Err(broken(&other, "only NET_BIND_SERVICE may be added", "Take it out.")),
        None => Ok(()),
    }
}

fn not_root(context: &Place<'_>) -> Result<(), Broken> {
    let user = context.at("runAsUser");
    if user.is_set() && user.value == 0 {
        return Err(broken(&user, "containers may not run as root", "Choose another user."));
    }
    let says = context.at("runAsNonRoot");
    if says.is_set() && !says.is_true() {
        return Err(broken(&says, "it must be true", "Set it to true."));
    }
    Ok(())
}

fn missing(place: &Place<'_>, wanted: &str) -> Broken {
    broken(
        place,
        "it is missing",
        &format!("Set it to {wanted}, for the pod or for each container."),
    )
}

fn broken(place: &Place<'_>, rule: &str, hint: &str) -> Broken {
    super::broken(place, PodSecurity::Restricted, rule, hint)
}
