//! PLUGIN: one page with a message, as a first blueprint.

use slipway_sdk::prelude::*;

/// The blueprint.
#[derive(Debug)]
pub struct Plugin;

/// The form: each field is one that people fill in, its comment is what they read.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Values {
    /// # Message
    /// What the page says.
    #[schemars(length(min = 1, max = 200))]
    message: String,
}

impl Default for Values {
    fn default() -> Self {
        Self { message: "Hello".into() }
    }
}

impl Blueprint for Plugin {
    type Values = Values;

    fn about() -> About {
        About::new("PLUGIN", "One page with a message.")
    }

    /// The same input gives the same objects: there is no clock, no network and no chance in here.
    fn render(app: &App, values: &Values, _facts: &Facts) -> Result<Objects, Failure> {
        Ok(Objects::new().with(ConfigMap::new(&app.name).entry("message", &values.message)))
    }
}

slipway_sdk::blueprint! { Plugin, kinds: ["ConfigMap"] }
