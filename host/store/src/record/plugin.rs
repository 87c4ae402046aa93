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
    pub installed_by: String,
    pub installed_unix_milliseconds: u64,
}

/// What is offered under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Current {
    pub digest: Digest,
}
