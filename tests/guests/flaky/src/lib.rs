//! A control plugin that traps on one call in three, and does what rolling does on the others. Tests install it.

use slipway_sdk::prelude::*;

/// The control plugin.
#[derive(Debug)]
pub struct Flaky;

/// It has none.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {}

impl Control for Flaky {
    type Options = Options;

    const OPERATIONS: &'static [&'static str] = &["create", "update", "rollback", "restart"];

    fn about() -> About {
        About::new("Flaky", "Traps on one call in three.")
    }

    fn step(step: &Step<Options>) -> Result<Decision, Failure> {
        // Nothing outlives a call but what the host keeps, and that it does not keep for a call that trapped: the
        // clock is what tells one call from the next.
        assert!(!step.now_unix_milliseconds.is_multiple_of(3), "this is the third call");
        let decision = match step.trouble(&step.desired) {
            Some(trouble) => Decision::wait(trouble).recheck_after(500),
            None => Decision::done(),
        };
        Ok(decision.applying(step.desired.clone()))
    }
}

slipway_sdk::control! { Flaky }
