//! A control plugin that applies what is wanted, and whose versions from 9 on trap. Tests write another version into the compiled
//! component, and so have a good and a bad one of the same plugin.

use slipway_sdk::prelude::*;

/// The control plugin.
#[derive(Debug)]
pub struct Turncoat;

/// It has none.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {}

impl Control for Turncoat {
    type Options = Options;

    const OPERATIONS: &'static [&'static str] =
        &["create", "update", "rollback", "restart", "heal"];

    fn about() -> About {
        About::new("Turncoat", "Works until its version 9.")
    }

    fn step(step: &Step<Options>) -> Result<Decision, Failure> {
        // Not known to the compiler: it is changed after it was compiled.
        let version = std::hint::black_box(env!("CARGO_PKG_VERSION"));
        assert!(!version.starts_with('9'), "version {version} is broken");
        let decision = match step.trouble(&step.desired) {
            Some(trouble) => Decision::wait(trouble).recheck_after(500),
            None => Decision::done(),
        };
        Ok(decision.applying(step.desired.clone()))
    }
}

slipway_sdk::control! { Turncoat }
