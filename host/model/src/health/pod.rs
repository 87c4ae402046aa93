//! Pods: what keeps a container from running, and what the phase says.
//!
//! Source: Argo CD's `health_pod.go`. What differs:
//! - A container that cannot start at all (no image, no settings) is Degraded under every restart policy. Argo CD waits
//!   under `OnFailure` and `Never`, because it would end a sync hook too early; there are no hooks here.
//! - Init containers count as the others do: the app behind one does not start either.
//! - A pod that no machine takes is Degraded after the deadline that a Deployment has, not Progressing for ever.

use serde_json::Value;

use super::condition::{Condition, explain, is_camel_case};
use super::seen::Seen;
use super::{Verdict, deadline};

/// Argo CD's annotation: a pod that is to run for ever although its restart policy says otherwise.
const LONG_LIVED: &str = "argocd.argoproj.io/ignore-restart-policy";

const CRASHING: &str = "CrashLoopBackOff";

/// Why a container waits for what does not come by itself: kubelet's reasons, and one of our embedded node.
/// `ContainerCreating` and `PodInitializing` are ordinary starts.
const STUCK: &[(&str, &str)] = &[
    (CRASHING, "it starts and ends again and again."),
    ("ErrImageNeverPull", "its image is not on the machine, and may not be fetched."),
    (
        "ErrImagePull",
        "its image cannot be fetched. Check the image's name and tag, and whether the cluster may read it.",
    ),
    (
        "ImagePullBackOff",
        "its image cannot be fetched. Check the image's name and tag, and whether the cluster may read it.",
    ),
    ("InvalidImageName", "its image's name is not one."),
    ("CreateContainerConfigError", "a setting or a secret that it refers to is not there."),
    ("NeedsContainerRuntime", "this cluster cannot run its image."),
];

/// A pod by its containers, then by its phase.
pub(super) fn pod(seen: &Seen<'_>) -> Verdict {
    if let Some(stuck) = containers(seen).find_map(|it| stuck(it, is_long_lived(seen))) {
        return stuck;
    }
    match seen.text("/status/phase") {
        "" | "Pending" => pending(seen),
        "Running" => running(seen),
        "Succeeded" => Verdict::healthy("Succeeded", "It ran to its end."),
        "Failed" => failed(seen),
        _ => Verdict::unknown("NotReported", "Its machine does not report how it is."),
    }
}

/// Init containers first, in the order in which they start.
fn containers<'a>(seen: &Seen<'a>) -> impl Iterator<Item = &'a Value> + use<'a> {
    let (init, main) =
        (seen.list("/status/initContainerStatuses"), seen.list("/status/containerStatuses"));
    init.iter().chain(main)
}

/// `Always` is the API server's default.
fn is_long_lived(seen: &Seen<'_>) -> bool {
    matches!(seen.text("/spec/restartPolicy"), "" | "Always")
        || seen.annotation(LONG_LIVED) == Some("true")
}

fn stuck(container: &Value, is_long_lived: bool) -> Option<Verdict> {
    let waiting = &container["state"]["waiting"];
    let reason = waiting["reason"].as_str()?;
    let known = STUCK.iter().find(|it| it.0 == reason).map(|it| it.1);
    let is_stuck = known.is_some()
        || reason.starts_with("Err")
        || reason.ends_with("Error")
        || reason.ends_with("BackOff");
    // One with an end is tried again as often as its Job says; that is not stuck yet.
    if !is_stuck || (reason == CRASHING && !is_long_lived) {
        return None;
    }
    let plain =
        format!("{} does not run: {}", called(container), known.unwrap_or("it cannot start."));
    // How it ended says more than for how long its next start is put off.
    let ended = ending(&container["lastState"]["terminated"]).filter(|_| reason == CRASHING);
    let message = match ended {
        Some(ended) => format!("{plain} Last time {ended}"),
        None => explain(&plain, waiting["message"].as_str().unwrap_or_default()),
    };
    Some(Verdict::degraded(if is_camel_case(reason) { reason } else { "Waiting" }, message))
}

fn called(container: &Value) -> String {
    match container["name"].as_str() {
        Some(name) if !name.is_empty() => format!("Container {name}"),
        _ => "A container".to_owned(),
    }
}

/// How a container ended, where it ended badly.
fn ending(terminated: &Value) -> Option<String> {
    let code = terminated["exitCode"].as_i64().unwrap_or(0);
    let words = terminated["message"].as_str().unwrap_or_default().trim();
    if terminated["reason"] == "OOMKilled" {
        return Some("it needed more memory than it may use.".to_owned());
    }
    if !words.is_empty() {
        return Some(format!("it said: {words}"));
    }
    (code != 0).then(|| format!("it ended with exit code {code}."))
}

fn pending(seen: &Seen<'_>) -> Verdict {
    let Some(unscheduled) = seen.condition("PodScheduled").filter(|it| it.is_false()) else {
        return Verdict::progressing("Pending", "It is starting.");
    };
    let plain = "No machine of the cluster can take it yet.";
    let message = unscheduled.explain(plain);
    if unscheduled.reason() == "Unschedulable"
        && seen.is_past(unscheduled.since(), deadline::SECONDS)
    {
        let plain = format!(
            "No machine of the cluster could take it for {}.",
            deadline::in_words(deadline::SECONDS)
        );
        return Verdict::degraded("Unschedulable", unscheduled.explain(&plain));
    }
    Verdict::progressing(unscheduled.reason_or("Unschedulable"), message)
}

fn running(seen: &Seen<'_>) -> Verdict {
    if !is_long_lived(seen) {
        return Verdict::progressing(
            "Running",
            "It is running, and will end when its work is done.",
        );
    }
    let ready = seen.condition("Ready");
    if ready.is_some_and(Condition::is_true) {
        return Verdict::healthy("Ready", "It runs and answers.");
    }
    let main = seen.list("/status/containerStatuses").iter();
    let restarted = main.into_iter().find(|it| it["lastState"]["terminated"].is_object());
    if let Some(container) = restarted {
        let plain = format!("{} was restarted and does not answer.", called(container));
        let message = match ending(&container["lastState"]["terminated"]) {
            Some(ended) => format!("{plain} Before, {ended}"),
            None => plain,
        };
        return Verdict::degraded("Restarted", message);
    }
    let words = ready.map_or("", |it| it.words());
    Verdict::progressing("NotReady", explain("It runs and does not answer yet.", words))
}

fn failed(seen: &Seen<'_>) -> Verdict {
    let ended = containers(seen).find_map(|container| {
        let terminated = &container["state"]["terminated"];
        let message = ending(terminated).map(|it| format!("{}: {it}", called(container)))?;
        Some((terminated["reason"].as_str().unwrap_or_default(), message))
    });
    let (own, words) = (seen.text("/status/reason"), seen.text("/status/message"));
    let (reason, message) = match ended {
        Some((reason, message)) if own.is_empty() && words.is_empty() => (reason, message),
        _ => (own, explain("It ended with a failure.", words)),
    };
    Verdict::degraded(if is_camel_case(reason) { reason } else { "Failed" }, message)
}
