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

/// A blueprint that is to be made of a deployment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPreset {
    /// What it will be installed by.
    pub name: String,
    /// For people; the name where it is empty.
    #[serde(default)]
    pub title: String,
    /// One or two sentences.
    #[serde(default)]
    pub summary: String,
    /// Semantic version.
    pub version: String,
    /// Fields that people are asked for, in this order. Secrets always are.
    #[serde(default)]
    pub ask: Vec<AskedField>,
    /// What is not asked for cannot be changed.
    #[serde(default)]
    pub locked: bool,
    /// Anybody may pull it from the registry; takes an owner of the project.
    #[serde(default)]
    pub is_public: bool,
}

/// A field that a preset asks for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AskedField {
    /// JSON Pointer into the values.
    pub field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    #[serde(default)]
    pub required: bool,
}

/// A blueprint that was made of a deployment. It lies in the project's registry and is not installed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadePreset {
    /// By what it is installed: `shop/blueprints/greeter:1.0.0`.
    pub reference: String,
    /// The component's own digest.
    pub digest: String,
    pub name: String,
    pub version: String,
    /// The fields that it asks for, as JSON Pointers.
    pub ask: Vec<String>,
    /// Fields that sound like secrets, and are none in the blueprint: their text is in the preset.
    pub told: Vec<String>,
    pub is_public: bool,
}
