//! What can be set per cluster or deployment. The words are those of Argo Rollouts' `strategy.blueGreen`.

use slipway_sdk::prelude::*;

/// The options.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// # Promote automatically
    /// Whether the new stack gets all requests without a person's word, once it is ready.
    pub auto_promotion_enabled: bool,

    /// # Wait before an automatic promotion
    /// For so long the new stack can be looked at first.
    #[schemars(range(max = 604_800), extend("x-slipway" = {"unit": "s"}))]
    pub auto_promotion_seconds: u32,

    /// # Replicas of the preview
    /// How many copies of each part run until the promotion; as many as later, where nothing is said.
    #[schemars(range(min = 1, max = 1000))]
    pub preview_replica_count: Option<u32>,

    /// # Keep the former stack
    /// For so long after the promotion it stands, and going back is only the switch. Less than 10 s is not safe:
    /// nodes hear of the switch one after another.
    #[schemars(range(min = 10, max = 604_800), extend("x-slipway" = {"unit": "s"}))]
    pub scale_down_delay_seconds: u32,

    /// # Keep a stack that failed
    /// For so long a new stack that was aborted, or did not get ready, can still be looked at.
    #[schemars(range(max = 604_800), extend("x-slipway" = {"unit": "s"}))]
    pub abort_scale_down_delay_seconds: u32,

    /// # Deadline
    /// An operation has failed when the new stack is not ready after this many seconds.
    #[schemars(range(min = 10, max = 86400), extend("x-slipway" = {"unit": "s"}))]
    pub progress_deadline_seconds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            auto_promotion_enabled: true,
            auto_promotion_seconds: 0,
            preview_replica_count: None,
            scale_down_delay_seconds: 30,
            abort_scale_down_delay_seconds: 30,
            progress_deadline_seconds: 600,
        }
    }
}

impl Options {
    /// How long a stack that does not answer stands on after an operation.
    pub fn stands_on_for(&self, operation: &str) -> u32 {
        match operation {
            "abort" => self.abort_scale_down_delay_seconds,
            _ => self.scale_down_delay_seconds,
        }
    }
}
