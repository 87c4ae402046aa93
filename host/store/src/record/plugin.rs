//! Installed plugins, and which of them is offered under a name.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::name::{PluginName, ProjectName};

/// Which world a plugin is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PluginKind {
    Blueprint,
    Control,
    UpdateChecker,
}

impl PluginKind {
    /// The kind that the word stands for.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Blueprint, Self::Control, Self::UpdateChecker]
            .into_iter()
            .find(|it| it.as_str() == word)
    }

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
    /// The projects that made it, which alone have it, with those that subscribe to theirs; empty: it is the instance's.
    #[serde(default)]
    pub projects: Vec<ProjectName>,
    /// The plugin that it was made of here, whose code it runs: where that one must not run, this one must not either.
    #[serde(default)]
    pub base: Option<Digest>,
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
    /// What was offered before, to go back to where this one fails.
    #[serde(default)]
    pub former: Option<Digest>,
    /// Those that failed again and again.
    #[serde(default)]
    pub withdrawn: Vec<Digest>,
}

impl Current {
    /// After somebody installed `digest`: it is offered, also where it was withdrawn before.
    pub fn after(before: Option<Self>, digest: Digest) -> Self {
        let Some(before) = before else {
            return Self { digest, former: None, withdrawn: Vec::new() };
        };
        let withdrawn = before.withdrawn.into_iter().filter(|it| *it != digest).collect();
        let former = if before.digest == digest { before.former } else { Some(before.digest) };
        Self { digest, former, withdrawn }
    }

    /// After `bad` was withdrawn.
    #[must_use]
    pub fn without(mut self, bad: Digest) -> Self {
        if let Some(former) = self.former.take_if(|_| self.digest == bad) {
            self.digest = former;
            self.withdrawn.push(bad);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_back_to_the_version_before_once() {
        let digest = |text: &str| Digest::of(text.as_bytes());
        let (a, b, c) = (digest("a"), digest("b"), digest("c"));
        let current = Current::after(None, a.clone());
        assert_eq!(current.clone().without(a.clone()), current, "there is nothing to go back to");
        let current = Current::after(Some(current), b.clone());
        assert_eq!(current.former, Some(a.clone()));
        let back = current.without(b.clone());
        assert_eq!((&back.digest, &back.former, &back.withdrawn), (&a, &None, &vec![b.clone()]));
        // Somebody insists, and then installs what mends it.
        let again = Current::after(Some(back), b.clone());
        assert_eq!((&again.digest, &again.withdrawn), (&b, &Vec::new()));
        let mended = Current::after(Some(again), c.clone());
        assert_eq!((mended.digest, mended.former), (c, Some(b)));
    }
}
