//! Whose volumes are mounted, copied and kept in snapshots.

use super::Set;
use super::place::{Broken, Place};

/// Every way in which Kubernetes' own kinds, and those that follow its habits, name a volume.
pub fn check(place: &Place<'_>, set: &Set<'_>) -> Result<(), Broken> {
    for (name, field) in place.fields() {
        match name {
            "persistentVolumeClaim" => claim(&field.at("claimName"), set)?,
            // What a snapshot is taken of.
            "persistentVolumeClaimName" => claim(&field, set)?,
            "dataSource" | "dataSourceRef" => source(&field, set)?,
            _ => {}
        }
    }
    Ok(())
}

fn claim(name: &Place<'_>, set: &Set<'_>) -> Result<(), Broken> {
    if name.text().is_none_or(|it| set.owns_claim(it)) { Ok(()) } else { Err(foreign(name, set)) }
}

/// What a new volume is filled with. Other kinds than these two are those of add-ons, which judge for themselves.
fn source(source: &Place<'_>, set: &Set<'_>) -> Result<(), Broken> {
    let name = source.at("name");
    match source.at("kind").text() {
        Some("PersistentVolumeClaim") => claim(&name, set)?,
        Some(kind @ "VolumeSnapshot") => {
            let group = source.at("apiGroup").text().unwrap_or_default();
            if name.text().is_some_and(|it| !set.owns(group, kind, it)) {
                return Err(foreign(&name, set));
            }
        }
        _ => return Ok(()),
    }
    let namespace = source.at("namespace");
    let is_here = |it: &str| it.is_empty() || it == set.rules.namespace;
    if namespace.text().is_none_or(is_here) {
        return Ok(());
    }
    Err(namespace.breaks("the volume is in another namespace", "Leave the namespace out."))
}

fn foreign(name: &Place<'_>, set: &Set<'_>) -> Broken {
    let app = set.rules.app;
    let hint = format!("Make it in the same blueprint, or name it {app}-something.");
    name.breaks("the volume belongs to something else", hint)
}
