//! Rolling: applies the wanted revision and waits until all of it is healthy.
//!
//! How pods are replaced is the workload's own strategy. What an earlier revision made and this one lacks is
//! removed by the host, once a step says that it is done.

use slipway_sdk::prelude::*;

/// The cluster's changes wake us; this is for what comes without one, such as the deadline.
const RECHECK_MILLISECONDS: u64 = 5_000;

/// The control plugin.
#[derive(Debug)]
pub struct Rolling;

/// What can be set per cluster or deployment.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// # Deadline
    /// An operation has failed when the app is not healthy after this many seconds.
    #[schemars(range(min = 10, max = 86400), extend("x-slipway" = {"unit": "s"}))]
    progress_deadline_seconds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { progress_deadline_seconds: 600 }
    }
}

impl Control for Rolling {
    type Options = Options;

    const OPERATIONS: &'static [&'static str] = &[
        "create", "update", "rollback", "abort", "restart", "heal", "restore", "archive", "cleanup",
    ];

    fn about() -> About {
        About::new("Rolling", "Applies the new revision and waits until it is healthy.")
            .docs(include_str!("../README.md"))
    }

    fn step(step: &Step<Options>) -> Result<Decision, Failure> {
        Ok(match step.operation.as_str() {
            "archive" => Decision::done().note("Everything but volumes is removed."),
            "cleanup" => Decision::done().removing(step.claims()),
            _ => bring_live(step),
        })
    }
}

fn bring_live(step: &Step<Options>) -> Decision {
    let objects: Vec<Value> = step.desired.iter().map(|it| step.marked(it.clone())).collect();
    let links = step.links(&objects);
    healthy_in_time(step).applying(objects).linking(links)
}

/// Done when all that is wanted is healthy, which must be so before the deadline. A task that has failed will not be.
fn healthy_in_time(step: &Step<Options>) -> Decision {
    let Some(trouble) = step.trouble(&step.desired) else {
        return Decision::done();
    };
    if let Some(failure) = step.ended_badly(&step.desired) {
        return Decision::failed(failure);
    }
    let deadline = u64::from(step.options.progress_deadline_seconds) * 1000;
    let left = deadline.saturating_sub(step.elapsed_milliseconds());
    if left == 0 {
        return Decision::failed(step.too_late(step.options.progress_deadline_seconds, &trouble));
    }
    Decision::wait(trouble).recheck_after(left.min(RECHECK_MILLISECONDS))
}

slipway_sdk::control! { Rolling }

#[cfg(test)]
mod tests;
