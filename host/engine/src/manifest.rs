//! The manifest of a plugin: what it says of itself before any of its code is compiled.

use serde::Deserialize;
use slipway_model::grant::{Grant, KindRef, MANIFEST_SECTION as SECTION};
use slipway_model::name::PluginName;

/// The one form of the document that there is so far.
const FORM: u32 = 1;

/// What a plugin says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    pub id: PluginName,
    /// The plugin's own version.
    pub version: String,
    /// World and version of the contract, e.g. `slipway:plugin/blueprint@1.0.0`.
    pub world: String,
    /// What it wants to be granted.
    pub wants: Grant,
}

/// The document; what it has beyond this is for later hosts.
#[derive(Deserialize)]
struct Document {
    manifest: u32,
    world: String,
    id: String,
    version: String,
    #[serde(default)]
    wants: Wants,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wants {
    /// `group/Kind`, or `Kind` alone in the core group.
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    hosts: Vec<String>,
    memory_mebibytes: Option<u32>,
    time_milliseconds: Option<u32>,
}

/// Why a manifest cannot be used, for its author.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    #[error("its section {SECTION} cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    #[error("its section {SECTION} has form {0}, and this host reads form {FORM}")]
    Form(u32),
    #[error("the id in its section {SECTION} cannot be one: {0}")]
    Id(#[from] slipway_model::name::Malformed),
    #[error("the kind {0:?} in its section {SECTION} is not of the form group/Kind")]
    Kind(String),
}

impl Manifest {
    pub fn read(section: &[u8]) -> Result<Self, Malformed> {
        let document: Document = serde_json::from_slice(section)?;
        if document.manifest != FORM {
            return Err(Malformed::Form(document.manifest));
        }
        let Wants { kinds, hosts, memory_mebibytes, time_milliseconds } = document.wants;
        let kinds = kinds.iter().map(|it| kind(it)).collect::<Result<_, _>>()?;
        let nothing = Grant::nothing();
        Ok(Self {
            id: document.id.parse()?,
            version: document.version,
            world: document.world,
            wants: Grant {
                kinds,
                hosts,
                memory_mebibytes: memory_mebibytes.unwrap_or(nothing.memory_mebibytes),
                time_milliseconds: time_milliseconds.unwrap_or(nothing.time_milliseconds),
            },
        })
    }
}

fn kind(text: &str) -> Result<KindRef, Malformed> {
    let (group, kind) = text.split_once('/').unwrap_or(("", text));
    let is_word = kind.starts_with(|it: char| it.is_ascii_uppercase())
        && kind.chars().all(|it| it.is_ascii_alphanumeric());
    if !is_word {
        return Err(Malformed::Kind(text.to_owned()));
    }
    Ok(KindRef { group: group.to_owned(), kind: kind.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_names_what_the_plugin_wants() {
        let text = br#"{"manifest":1,"world":"slipway:plugin/blueprint@1.0.0","id":"web","version":"0.1.0",
            "wants":{"kinds":["apps/Deployment","Service"],"later":true}}"#;
        let manifest = Manifest::read(text).unwrap();
        let kind = |group: &str, kind: &str| KindRef { group: group.into(), kind: kind.into() };
        assert_eq!(manifest.wants.kinds, [kind("apps", "Deployment"), kind("", "Service")]);
        assert_eq!(manifest.wants.memory_mebibytes, 64);
    }

    #[test]
    fn a_manifest_of_a_later_form_is_refused_in_words() {
        let text = br#"{"manifest":2,"world":"w","id":"web","version":"0.1.0"}"#;
        let refusal = Manifest::read(text).unwrap_err().to_string();
        assert_eq!(refusal, "its section slipway:plugin has form 2, and this host reads form 1");
    }
}
