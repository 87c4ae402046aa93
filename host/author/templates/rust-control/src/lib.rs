//! PLUGIN: applies what is wanted and waits until it is healthy, as a first control plugin.

use slipway_sdk::prelude::*;

/// The control plugin.
#[derive(Debug)]
pub struct Plugin;

/// What can be set per cluster or deployment.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// # Deadline
    /// An operation has failed when the app is not healthy after this many seconds.
    #[schemars(range(min = 10, max = 86400), extend("x-slipway" = {"unit": "s"}))]
    deadline_seconds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { deadline_seconds: 600 }
    }
}

impl Control for Plugin {
    type Options = Options;

    const OPERATIONS: &'static [&'static str] =
        &["create", "update", "rollback", "restart", "heal", "archive", "restore", "cleanup"];

    fn about() -> About {
        About::new("PLUGIN", "Applies what is wanted and waits until it is healthy.")
    }

    /// Asked again after each change in the cluster, until it says that it is done or has failed.
    fn step(step: &Step<Options>) -> Result<Decision, Failure> {
        match step.operation.as_str() {
            "archive" => return Ok(Decision::done()),
            "cleanup" => return Ok(Decision::done().removing(step.claims())),
            _ => {}
        }
        let objects: Vec<Value> = step.desired.iter().map(|it| step.marked(it.clone())).collect();
        let links = step.links(&objects);
        let seconds = step.options.deadline_seconds;
        let decision = match step.trouble(&step.desired) {
            None => Decision::done(),
            Some(trouble) if step.elapsed_milliseconds() >= u64::from(seconds) * 1000 => {
                Decision::failed(step.too_late(seconds, &trouble))
            }
            Some(trouble) => Decision::wait(trouble).recheck_after(5_000),
        };
        Ok(decision.applying(objects).linking(links))
    }
}

slipway_sdk::control! { Plugin }
