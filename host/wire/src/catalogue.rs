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
    /// In plain words, all that it may do, or asks to be let do.
    pub may: Vec<String>,
    /// Whether it is the one that its name stands for.
    pub is_current: bool,
    /// Whether it failed again and again, so that its name was given back to the version before it. Installing it again offers it again.
    #[serde(default)]
    pub is_withdrawn: bool,
    /// Whether what it asks for was accepted; until then the version before it stays in use.
    pub is_accepted: bool,
    /// `upload`, `bundle`, or the reference that it was installed by.
    pub origin: String,
    /// Why it is not run, where the rules about its source say so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub barred: Option<String>,
    /// A newer version that its source has and nobody has installed, of the one that the name stands for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub newer: Option<String>,
    /// The projects that made it for themselves; empty: it is everybody's, by the catalogue.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub projects: Vec<String>,
    pub installed_by: String,
    /// RFC 3339.
    pub installed_at: String,
}

/// A component in a registry.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PluginReference {
    /// Of our own registry `shop/my-plugin:1.0.0` or `shop/my-plugin@sha256:…`, with `slipway.local/` in front or without; of another
    /// one with its name in front: `ghcr.io/team/my-plugin:1.0.0`.
    pub reference: String,
    /// Whether what it asks for was shown and accepted. Without it, a version that asks for more than the one in use waits.
    #[serde(default)]
    pub accepts: bool,
}

/// What would be installed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PluginPreview {
    pub digest: String,
    pub kind: String,
    pub name: String,
    pub version: String,
    /// In plain words, all that it asks for.
    pub asks: Vec<String>,
    /// What of that is more than the version in use may do; absent where there is no other version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub more: Option<Vec<String>>,
    /// The reference by digest: to install exactly this.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pinned: Option<String>,
    /// How many signatures it has. Whether the rules want one, and whose, was asked for this answer.
    pub signatures: usize,
}

/// Whose plugins are taken from a source.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTrust {
    /// `ghcr.io/team`, `slipway.local`, `upload`, or `*` for every other registry.
    pub source: String,
    /// Public keys (ECDSA P-256, PEM), of which one must have signed.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Whether what nobody signed is taken, too.
    #[serde(default)]
    pub unsigned: bool,
}

/// A rule as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrustRule {
    pub source: String,
    pub keys: Vec<String>,
    pub unsigned: bool,
    pub set_by: String,
    /// RFC 3339.
    pub set_at: String,
    /// In the answer to its setting: installed plugins that are not run now, by any rule.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub barred: Vec<String>,
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
    /// What it is for, in the marketplace: `office`, `database`.
    #[serde(default)]
    pub categories: Vec<String>,
    /// What is new in this version.
    #[serde(default)]
    pub changelog: String,
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

/// A blueprint that was made of a deployment. It lies in the project's registry, and the project can deploy it at once.
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
    /// By which the project deploys it: `shop/greeter`.
    pub deploys_as: String,
}
