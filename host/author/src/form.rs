//! The form of a blueprint, as the blueprint itself says it.

use serde_json::Value;
use slipway_model::plan::Planner;

use crate::bench::Bench;
use crate::error::Error;

/// A blueprint's schema and the values that its form starts from.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    pub schema: Value,
    pub defaults: Value,
}

/// Asks a blueprint for its form. It is compiled and checked as at an installation.
pub async fn form(component: Vec<u8>) -> Result<Form, Error> {
    let bench = Bench::with(component).await?;
    let about = bench.engine.blueprint(&bench.installed.digest).await?;
    Ok(Form { schema: about.values_schema, defaults: about.default_values })
}
