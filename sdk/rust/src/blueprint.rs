//! Blueprints: a form's values in, Kubernetes objects out. Pure: same input, same output.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bindings::blueprint::exports::slipway::blueprint::blueprint as contract;
use crate::bindings::config_check::exports::slipway::blueprint::config_check;
use crate::bindings::migrate::exports::slipway::blueprint::migrate;
use crate::bindings::suggest::exports::slipway::blueprint::suggest;
use crate::facts::Facts;
use crate::objects::Objects;
use crate::plugin::Plugin;
use crate::{About, App, Failure, schema};

/// What a blueprint is.
pub trait Blueprint {
    /// The form: its JSON Schema is derived from the type, its text from the doc comments. What a field is for
    /// is said with `#[schemars(extend("x-slipway" = {"role": "replicas"}))]`; roles are `replicas`, `image` and
    /// `host`. What nobody may read back is a [`SecretRef`](crate::SecretRef).
    type Values: Default + Serialize + DeserializeOwned + JsonSchema;

    /// What people read of it.
    fn about() -> About;

    /// The objects of one deployment.
    fn render(app: &App, values: &Self::Values, facts: &Facts) -> Result<Objects, Failure>;
}

/// Optional: what a schema cannot say, checked before anything is stored.
pub trait Check: Blueprint {
    /// All that is wrong, or nothing.
    fn check(app: &App, values: &Self::Values, facts: &Facts) -> Vec<Failure>;
}

/// Optional: values of an older version of this blueprint.
pub trait Migrate: Blueprint {
    /// The values as this version wants them.
    fn migrate(from_version: &str, values: Value) -> Result<Value, Failure>;
}

/// Optional: suggestions for a field of the form.
pub trait Suggest: Blueprint {
    /// What the field may be, given what is filled in so far.
    fn suggest(field: &str, values: &Value) -> Vec<String>;
}

impl<T: Blueprint + Plugin> contract::Guest for T {
    fn describe() -> contract::Description {
        let About { title, summary, docs, icon, extra } = T::about();
        contract::Description {
            name: T::NAME.to_owned(),
            title,
            summary,
            version: T::VERSION.to_owned(),
            icon,
            docs,
            values_schema: schema::of::<T::Values>(),
            default_values: schema::defaults::<T::Values>(),
            extra: extra.to_string(),
        }
    }

    fn render(input: contract::RenderInput) -> Result<Vec<String>, Failure> {
        let contract::RenderInput { app, values, facts } = input;
        let objects = T::render(&app, &parse(&values)?, &Facts::new(json(&facts)))?;
        Ok(objects.into_iter().map(|it| it.to_string()).collect())
    }
}

impl<T: Check + Plugin> config_check::Guest for T {
    fn check(app: App, values: String, facts: String) -> Vec<Failure> {
        match parse(&values) {
            Ok(values) => T::check(&app, &values, &Facts::new(json(&facts))),
            Err(failure) => vec![failure],
        }
    }
}

impl<T: Migrate + Plugin> migrate::Guest for T {
    fn migrate(from_version: String, values: String) -> Result<String, Failure> {
        T::migrate(&from_version, json(&values)).map(|it| it.to_string())
    }
}

impl<T: Suggest + Plugin> suggest::Guest for T {
    fn suggest(field: String, values: String) -> Vec<String> {
        T::suggest(&field, &json(&values))
    }
}

/// The host checks values by the schema first, so a mismatch means that schema and type disagree.
pub(crate) fn parse<V: DeserializeOwned>(text: &str) -> Result<V, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::invalid(format!("The values do not fit the form: {error}.")))
}

/// What the host sends is JSON; anything else counts as nothing said.
pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
