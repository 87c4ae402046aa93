//! The catalogue: blueprints, and installed plugins.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A blueprint, short.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintSummary {
    pub name: String,
    pub title: String,
    pub summary: String,
    pub version: String,
    /// SVG text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub icon: Option<String>,
}

/// A blueprint with its form.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Blueprint {
    pub name: String,
    pub title: String,
    pub summary: String,
    pub version: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub icon: Option<String>,
    pub digest: String,
    /// Markdown.
    pub docs: String,
    /// JSON Schema (2020-12) of the values; `x-slipway.role` gives a property a role.
    pub schema: Value,
    /// Values that the form starts from.
    pub defaults: Value,
    /// Kinds of objects that it may make: `Deployment.apps`, `Service`, ...
    pub grants: Vec<String>,
}

/// An installed plugin of any world.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plugin {
    pub digest: String,
    /// `blueprint`, `control` or `update-checker`.
    pub kind: String,
    pub name: String,
    pub version: String,
    pub title: String,
    pub summary: String,
    /// Of a control plugin: JSON Schema of its options.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub options_schema: Option<Value>,
    /// Of a control plugin: what its options are where nobody sets them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub options_defaults: Option<Value>,
    pub grants: Vec<String>,
    /// Whether it is the one that its name stands for.
    pub is_current: bool,
    /// Whether it failed again and again, so that its name was given back to the version before it. Installing it again offers it again.
    #[serde(default)]
    pub is_withdrawn: bool,
    pub installed_by: String,
    /// RFC 3339.
    pub installed_at: String,
}

/// A component in the instance's own registry.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PluginReference {
    /// `shop/my-plugin:1.0.0` or `shop/my-plugin@sha256:…`; `slipway.local/` may stand in front.
    pub reference: String,
}
