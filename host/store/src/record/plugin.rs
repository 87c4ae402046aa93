//! Installed plugins, and which of them is offered under a name.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::name::PluginName;

/// Which world a plugin is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PluginKind {
    Blueprint,
    Control,
    UpdateChecker,
}

impl PluginKind {
    /// The word of keys, API and CLI.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blueprint => "blueprint",
            Self::Control => "control",
            Self::UpdateChecker => "update-checker",
        }
    }
}

/// An installed plugin. Its code lies in the instance's registry under the same digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plugin {
    pub digest: Digest,
    pub kind: PluginKind,
    pub name: PluginName,
    pub version: String,
    pub title: String,
    pub summary: String,
    pub docs: String,
    pub icon: Option<String>,
    /// Of a blueprint's values or a control plugin's options.
    pub schema: Value,
    pub defaults: Value,
    /// Of a control plugin: the operations that it knows.
    #[serde(default)]
    pub operations: Vec<String>,
    pub grant: Grant,
    /// Whether a person has accepted what it asks for; until then it is not offered and may do nothing.
    #[serde(default = "accepted")]
    pub is_accepted: bool,
    #[serde(default)]
    pub origin: Origin,
    pub installed_by: String,
    pub installed_unix_milliseconds: u64,
}

/// Plugins from before this was asked were granted what they wanted when they were installed.
fn accepted() -> bool {
    true
}

/// Where a plugin's code came from, with what is needed to judge it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum Origin {
    /// Somebody sent it; so are those from before this was kept.
    #[default]
    Upload,
    /// It came with the host.
    Bundle,
    /// From a registry, under the name that was asked for.
    Registry {
        /// With the registry in front: `slipway.local/shop/web:1.0.0`.
        reference: String,
        /// The manifest's text as it was there, which names the component.
        manifest: String,
        /// What was signed over the manifest.
        proofs: Vec<Proof>,
    },
}

/// A statement and a signature over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub statement: String,
    pub signature: String,
}

/// Whose plugins are taken from a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    /// `ghcr.io/team`, `slipway.local`, `upload`, or `*` for every other registry.
    pub source: String,
    /// Public keys as PEM: one of them must have signed.
    pub keys: Vec<String>,
    /// Whether what nobody signed is taken, too.
    pub unsigned: bool,
    pub set_by: String,
    pub set_unix_milliseconds: u64,
}

/// What is offered under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Current {
    pub digest: Digest,
}
