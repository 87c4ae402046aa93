//! The marketplace: sources, what they offer, links that share, and what projects subscribe to.

use serde::{Deserialize, Serialize};
use slipway_model::digest::Digest;
use slipway_model::name::ProjectName;

use super::{PluginKind, Proof};

/// Where offers come from, beside the instance itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub name: String,
    /// As an admin wrote it.
    pub place: String,
    pub added_by: String,
    pub added_unix_milliseconds: u64,
    /// When it was read to its end last.
    pub read_unix_milliseconds: u64,
    /// Why it could not be read since then.
    #[serde(default)]
    pub trouble: Option<String>,
}

/// What a source has under one repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub source: String,
    /// With the registry in front: `slipway.local/shop/blueprints/greeter`.
    pub repository: String,
    pub kind: PluginKind,
    /// By which it is installed.
    pub name: String,
    pub title: String,
    pub summary: String,
    /// SVG text.
    pub icon: Option<String>,
    pub categories: Vec<String>,
    pub shared_by: String,
    pub license: String,
    /// Where its code is, for people.
    pub code: String,
    /// As the source counts it.
    pub used_there: Option<u64>,
    /// The newest first; never empty.
    pub releases: Vec<Release>,
}

/// A version that is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    pub version: String,
    pub manifest: Digest,
    /// The component's digest, where the manifest was read.
    pub component: Option<Digest>,
    pub published_unix_milliseconds: Option<u64>,
    pub changelog: String,
    /// What was signed over the manifest, where that was looked up.
    pub proofs: Vec<Proof>,
}

/// A link by which somebody may see and use what they otherwise could not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// What it is called when it is listed or taken back; the link's text is not kept.
    pub id: String,
    pub project: ProjectName,
    pub repository: String,
    pub made_by: String,
    pub made_unix_milliseconds: u64,
    pub expires_unix_milliseconds: Option<u64>,
}

/// A project follows an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub project: ProjectName,
    pub repository: String,
    /// The hash of the link that it came by, without which it could not be seen.
    pub share: Option<String>,
    pub by: String,
    pub since_unix_milliseconds: u64,
}
