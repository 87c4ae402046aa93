//! Whether all that is wanted is healthy, and what to wait for where it is not.

use slipway_sdk::control::{Decision, Observed, Step};
use slipway_sdk::prelude::{Value, json};
use slipway_sdk::{Failure, Health};

use crate::Options;

/// The cluster's changes wake us; this is for what comes without one, such as the deadline.
const RECHECK_MILLISECONDS: u32 = 5_000;

/// For so long an Ingress is waited for: its address comes from a controller of the cluster's own, in its own time,
/// and from some of them never.
const ADDRESS_MILLISECONDS: u64 = 10_000;

pub fn decide(step: &Step<Options>) -> Decision {
    let Some(unhealthy) = step.desired.iter().find_map(|it| trouble(step, it)) else {
        return Decision::done();
    };
    let deadline = u64::from(step.options.progress_deadline_seconds) * 1000;
    let left = deadline.saturating_sub(step.elapsed_milliseconds());
    if left == 0 {
        return Decision::failed(late(step, &unhealthy));
    }
    let recheck =
        u32::try_from(left).map_or(RECHECK_MILLISECONDS, |it| it.min(RECHECK_MILLISECONDS));
    Decision::wait(unhealthy, recheck)
}

/// What is wrong with one wanted object, for a person; nothing where it is healthy.
fn trouble(step: &Step<Options>, wanted: &Value) -> Option<String> {
    let Some(observed) = step.observed_of(wanted) else {
        return Some(format!("{} is being made.", name(wanted)));
    };
    if wanted["kind"] == "Ingress" && step.elapsed_milliseconds() >= ADDRESS_MILLISECONDS {
        return None;
    }
    match observed.health {
        // Suspended is what somebody asked for; waiting for it would never end.
        Health::Healthy | Health::Suspended => None,
        Health::Progressing | Health::Degraded | Health::Missing | Health::Unknown => {
            Some(explained(step, observed))
        }
    }
}

/// A pod that cannot start says more than the workload that waits for it.
fn explained(step: &Step<Options>, observed: &Observed) -> String {
    let is_stuck = |it: &&Observed| it.object["kind"] == "Pod" && it.health == Health::Degraded;
    let stuck = step.observed.iter().find(is_stuck);
    let workload = format!("{}: {}", name(&observed.object), observed.message);
    match stuck {
        Some(pod) if observed.object["spec"]["template"] != json!(null) => {
            format!("{workload} {}: {}", name(&pod.object), pod.message)
        }
        _ => workload,
    }
}

fn late(step: &Step<Options>, unhealthy: &str) -> Failure {
    let seconds = step.options.progress_deadline_seconds;
    let message = format!("Not healthy after {seconds} s. {unhealthy}");
    let hint = if step.previous.is_empty() {
        "Look at the logs of the pods, change the values, and try again."
    } else {
        "Roll back to the last good revision, or change the values and try again."
    };
    Failure::new("progress-deadline-exceeded", message).hint(hint)
}

fn name(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{} {}", text(&object["kind"]), text(&object["metadata"]["name"]))
}
