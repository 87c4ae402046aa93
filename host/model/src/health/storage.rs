//! Volumes: PersistentVolumeClaim.

use super::Verdict;
use super::seen::Seen;

/// Conditions of a volume that is there and was asked to become another, and failed.
const FAILED: &[(&str, &str)] = &[
    ("ControllerResizeError", "The volume is there, and cannot be made larger."),
    ("NodeResizeError", "The volume is there, and cannot be made larger."),
    ("ModifyVolumeError", "The volume is there, and cannot be changed as was asked for."),
];

/// Argo CD's `health_pvc.go`: by phase. Beyond it, an enlargement that failed is Degraded
/// (`PersistentVolumeClaimConditionType` in Kubernetes' core/v1): the app would find out by a full volume.
pub(super) fn claim(seen: &Seen<'_>) -> Verdict {
    match seen.text("/status/phase") {
        "Bound" => bound(seen),
        "Lost" => {
            Verdict::degraded("Lost", "The volume with its content is gone from the cluster.")
        }
        "" | "Pending" => {
            let message =
                "Waiting for a volume. Some are made only when the first pod asks for them.";
            Verdict::progressing("Pending", message)
        }
        _ => Verdict::unknown(
            "UnknownPhase",
            "The cluster describes the volume in a word unknown here.",
        ),
    }
}

fn bound(seen: &Seen<'_>) -> Verdict {
    let holds = |name: &str| seen.condition(name).filter(|it| it.is_true());
    let failed = FAILED.iter().find_map(|(name, plain)| Some((holds(name)?, name, plain)));
    if let Some((condition, name, plain)) = failed {
        return Verdict::degraded(name, condition.explain(plain));
    }
    if holds("FileSystemResizePending").is_some() {
        let message = "The volume is there; it becomes larger when its app is restarted.";
        return Verdict::healthy("FileSystemResizePending", message);
    }
    if holds("Resizing").is_some() {
        return Verdict::healthy("Resizing", "The volume is there, and is being made larger.");
    }
    Verdict::healthy("Bound", "The volume is there.")
}
