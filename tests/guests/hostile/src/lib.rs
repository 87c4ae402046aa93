//! A blueprint that does whatever a bad one may try; which, its values say. Tests load it, nobody installs it.

mod attack;

use slipway_sdk::prelude::*;

/// The blueprint.
#[derive(Debug)]
pub struct Hostile;

/// What it is to try.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Values {
    behaviour: String,
}

impl Blueprint for Hostile {
    type Values = Values;

    fn about() -> About {
        About::new("Hostile", "Tries what it should not.")
    }

    fn render(app: &App, values: &Values, _facts: &Facts) -> Result<Objects, Failure> {
        attack::run(&values.behaviour, app)
    }
}

impl Check for Hostile {
    fn check(_app: &App, values: &Values, _facts: &Facts) -> Vec<Failure> {
        match values.behaviour.as_str() {
            "panic-in-check" => unreachable!("the check was told to panic"),
            "no-in-check" => vec![Failure::invalid("It is hostile.").at("/behaviour")],
            _ => Vec::new(),
        }
    }
}

slipway_sdk::blueprint! {
    Hostile,
    kinds: ["ConfigMap"],
    optional: [check],
}
