//! What is not yet as it should be, in words for a person.

use serde_json::Value;

use super::{Observed, Step};
use crate::{Failure, Health};

/// For so long an Ingress is waited for: its address comes from a controller of the cluster's own, in its own time,
/// and from some of them never.
const ADDRESS_MILLISECONDS: u64 = 10_000;

impl<O> Step<O> {
    /// The first trouble of these objects; none where all are healthy.
    pub fn trouble<'a>(&self, wanted: impl IntoIterator<Item = &'a Value>) -> Option<String> {
        wanted.into_iter().find_map(|it| self.trouble_of(it))
    }

    fn trouble_of(&self, wanted: &Value) -> Option<String> {
        let Some(observed) = self.observed_of(wanted) else {
            return Some(format!("{} is being made.", title(wanted)));
        };
        if wanted["kind"] == "Ingress" && self.elapsed_milliseconds() >= ADDRESS_MILLISECONDS {
            return None;
        }
        match observed.health {
            // Suspended is what somebody asked for; waiting for it would never end.
            Health::Healthy | Health::Suspended => None,
            Health::Progressing | Health::Degraded | Health::Missing | Health::Unknown => {
                Some(self.explained(observed))
            }
        }
    }

    /// A pod that cannot start says more than the workload that waits for it.
    fn explained(&self, observed: &Observed) -> String {
        let workload = format!("{}: {}", title(&observed.object), observed.message);
        let is_workload = observed.object["spec"]["template"].is_object();
        let is_stuck = |it: &&Observed| it.object["kind"] == "Pod" && it.health == Health::Degraded;
        match self.observed.iter().filter(|_| is_workload).find(is_stuck) {
            Some(pod) => format!("{workload} {}: {}", title(&pod.object), pod.message),
            None => workload,
        }
    }

    /// The failure of an operation whose deadline has passed.
    pub fn too_late(&self, deadline_seconds: u32, trouble: &str) -> Failure {
        let message = format!("Not healthy after {deadline_seconds} s. {trouble}");
        Failure::new("progress-deadline-exceeded", message).hint(self.what_next())
    }

    /// The failure of an operation of whose objects one has ended badly, so that nobody is helped by waiting: a Job that is not
    /// tried again. None where there is none.
    pub fn ended_badly<'a>(&self, wanted: impl IntoIterator<Item = &'a Value>) -> Option<Failure> {
        let jobs = wanted.into_iter().filter(|it| it["kind"] == "Job");
        let mut jobs = jobs.filter_map(|it| self.observed_of(it));
        let failed = jobs.find(|it| it.health == Health::Degraded)?;
        Some(Failure::new("job-failed", self.explained(failed)).hint(self.what_next()))
    }

    fn what_next(&self) -> &'static str {
        if self.previous.is_empty() {
            "Look at the logs of the pods, change the values, and try again."
        } else {
            "Roll back to the last good revision, or change the values and try again."
        }
    }
}

/// `Deployment web`.
pub fn title(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{} {}", text(&object["kind"]), text(&object["metadata"]["name"]))
}
