//! An index: a document that says what is offered where. People write it for a folder in Git or a web server, and each
//! instance answers with its own.

use serde::{Deserialize, Serialize};
use slipway_model::digest::Digest;
use slipway_model::image::is_host;

use crate::words::is_category;

/// The one form of the document that there is so far.
const FORM: u32 = 1;
/// More offers are no index that a person reads, and more releases of one are history.
const MOST_OFFERS: usize = 5000;
const MOST_RELEASES: usize = 100;

/// The document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// The form: 1.
    pub slipway: u32,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What is offered.
    #[serde(default)]
    pub offers: Vec<Entry>,
}

/// An offer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Entry {
    /// `ghcr.io/team/notes`, or `/team/notes` at the host that the index came from.
    pub repository: String,
    /// `blueprint`, `control` or `update-checker`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The name that it is installed by.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// For people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// One or two sentences.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// SVG text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Who shares it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub shared_by: String,
    /// An SPDX expression.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub license: String,
    /// Where its source is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// How many deployments were made from it, where whoever wrote the index counts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
    /// Its versions. Empty: the registry is asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub releases: Vec<Release>,
}

/// A version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Release {
    /// Semantic.
    pub version: String,
    /// The digest of its manifest in the registry.
    pub manifest: Digest,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub published_at: String,
    /// What is new in it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub changelog: String,
    /// What was signed over the manifest, so that readers can tell by whom without asking the registry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<Signature>,
}

/// A signature in cosign's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The statement, as it was signed.
    pub statement: String,
    /// In base64.
    pub signature: String,
}

/// Why a document is no index; the words are for whoever wrote it.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// Neither YAML nor JSON of this form.
    #[error("it is no index: {0}")]
    Form(String),
    /// Another form than this host reads.
    #[error("it has the form `slipway: {0}`, and this host reads `slipway: {FORM}`")]
    Version(u32),
    /// Too many.
    #[error("it has more than {0} {1}")]
    Many(usize, &'static str),
    /// An offer that names nothing, or names it wrong.
    #[error("the offer of {0:?} cannot be taken: {1}")]
    Offer(String, &'static str),
}

impl Index {
    /// An index of these offers.
    pub fn of(title: String, offers: Vec<Entry>) -> Self {
        Self { slipway: FORM, title, offers }
    }

    /// Reads a document that came from `host`.
    pub fn read(text: &str, host: &str) -> Result<Self, Malformed> {
        let mut index: Self =
            serde_yaml_ng::from_str(text).map_err(|error| Malformed::Form(error.to_string()))?;
        if index.slipway != FORM {
            return Err(Malformed::Version(index.slipway));
        }
        if index.offers.len() > MOST_OFFERS {
            return Err(Malformed::Many(MOST_OFFERS, "offers"));
        }
        for offer in &mut index.offers {
            if offer.repository.starts_with('/') {
                offer.repository.insert_str(0, host);
            }
            check(offer)?;
        }
        Ok(index)
    }
}

fn check(offer: &Entry) -> Result<(), Malformed> {
    let wrong = |reason| Err(Malformed::Offer(offer.repository.clone(), reason));
    let (host, name) = offer.repository.split_once('/').unwrap_or_default();
    if !is_host(host) || name.parse::<crate::name::Repository>().is_err() {
        return wrong(
            "its repository is not of the form registry.example/team/name, or /team/name for the host of the index",
        );
    }
    if !matches!(offer.kind.as_str(), "" | "blueprint" | "control" | "update-checker") {
        return wrong("its kind is none of blueprint, control, update-checker");
    }
    if offer.releases.len() > MOST_RELEASES {
        return Err(Malformed::Many(MOST_RELEASES, "releases of one offer"));
    }
    if !offer.releases.is_empty() && (offer.kind.is_empty() || offer.name.is_empty()) {
        return wrong("with releases it needs a kind and a name");
    }
    if offer.releases.iter().any(|it| semver::Version::parse(&it.version).is_err()) {
        return wrong("a version of its releases is not semantic (1.2.3)");
    }
    if !offer.categories.iter().all(|it| is_category(it)) {
        return wrong("a category is lower-case letters, digits and '-', at most 32 of them");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Index, String> {
        Index::read(text, "hub.example:7474").map_err(|it| it.to_string())
    }

    #[test]
    fn an_index_says_what_is_where() {
        let digest = Digest::of(b"");
        let text = format!(
            "slipway: 1\noffers:\n- repository: /team/notes\n  kind: blueprint\n  name: notes\n  later: true\n  releases:\n  - {{version: 1.0.0, manifest: \"{digest}\"}}\n- repository: ghcr.io/team/web\n"
        );
        let index = read(&text).unwrap();
        assert_eq!(index.offers[0].repository, "hub.example:7474/team/notes");
        assert_eq!(index.offers[0].releases[0].manifest, digest);
        assert!(index.offers[1].releases.is_empty());
        let again = serde_json::to_string(&index).unwrap();
        assert_eq!(read(&again).unwrap(), index, "JSON is YAML");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, words) in [
            ("<html>", "it is no index"),
            ("slipway: 2", "this host reads `slipway: 1`"),
            ("slipway: 1\noffers: [{repository: notes}]", "registry.example/team/name"),
            ("slipway: 1\noffers: [{repository: /../../x}]", "registry.example/team/name"),
            ("slipway: 1\noffers: [{repository: /a/b, kind: chart}]", "none of blueprint"),
            ("slipway: 1\noffers: [{repository: /a/b, categories: [a b]}]", "a category is"),
            (
                "slipway: 1\noffers: [{repository: /a/b, kind: control, name: b, releases: [{version: '1', manifest: 'sha256:0'}]}]",
                "it is no index",
            ),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.contains(words), "{text}: {said}");
        }
    }
}
