//! The marketplace: offers, sources, links that share, subscriptions, and the blueprints of a project.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is looked for among the offers.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfferQuery {
    /// Words that must all be in it: in its name, title, summary, categories or repository.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub category: Option<String>,
    /// `blueprint`, `control` or `update-checker`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// Name of a source; `here` is this instance's own registry.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cursor: Option<String>,
    /// At most this many, 1 to 200; 50 by default.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<usize>,
}

/// Offers that fit, the best and most used first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Offers {
    pub items: Vec<Offer>,
    /// Pass it as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<String>,
    /// How many fit in all.
    pub total: usize,
    /// Categories of what fits, whatever category was asked for, and how many are of each.
    pub categories: BTreeMap<String, usize>,
}

/// A plugin that a source has.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// Where it is pulled from, and its name in the marketplace: `ghcr.io/team/notes`; of our own registry `slipway.local/…`.
    pub repository: String,
    /// The source that told of it.
    pub source: String,
    /// `blueprint`, `control` or `update-checker`.
    pub kind: String,
    /// The name that it is installed by.
    pub name: String,
    pub title: String,
    pub summary: String,
    /// SVG text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub icon: Option<String>,
    pub categories: Vec<String>,
    /// Who shares it, as it says itself.
    pub shared_by: String,
    /// SPDX expression, as it says itself.
    pub license: String,
    /// Where its code is, as it says itself; may be empty.
    pub code: String,
    /// Deployments of this instance that were ever made from it.
    pub used_here: u64,
    /// The same of the instance that offers it, as it says.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub used_there: Option<u64>,
    /// The version that is installed from it and offered under its name, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub installed: Option<String>,
    /// The newest first. A list of offers has only the newest one of each.
    pub releases: Vec<Release>,
}

/// A version that is offered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Release {
    pub version: String,
    /// By digest: what to install.
    pub reference: String,
    /// RFC 3339; of a registry that does not tell, when it was first seen.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub published_at: Option<String>,
    /// What is new in it.
    pub changelog: String,
    /// How many signatures it has, whoever made them.
    pub signatures: usize,
    /// Keys of our rules that signed it.
    pub signed_by: Vec<Signer>,
}

/// A key that signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Signer {
    /// The first 16 digits of the SHA-256 over the public key (DER).
    pub key: String,
    /// Sources whose rules name the key.
    pub trusted_for: Vec<String>,
}

/// Which offer.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RepositoryQuery {
    pub repository: String,
}

/// Where offers come from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    pub name: String,
    /// A namespace of a registry, an index on the web, or one in Git.
    pub place: String,
    /// `registry`, `index` or `git`.
    pub kind: String,
    pub offers: u64,
    pub added_by: String,
    /// RFC 3339: when it was read to its end last.
    pub read_at: String,
    /// Why it could not be read since; its offers are as they were.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trouble: Option<String>,
}

/// A source that is to be added.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSource {
    /// `ghcr.io/team`, `https://slipway.example.org`, `https://…/index.yaml`, or `git+https://….git//PATH#BRANCH`.
    pub place: String,
}

/// A link that is to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewShare {
    /// A repository of the project: `shop/blueprints/greeter`.
    pub repository: String,
    /// Absent: until it is taken back.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
}

/// A link.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    pub id: String,
    pub repository: String,
    pub made_by: String,
    /// RFC 3339.
    pub made_at: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<String>,
    /// Only in the answer to its making: the path to open on this instance. It is a secret: whoever has it comes in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
}

/// A link as somebody was given it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SharedLink {
    /// The whole address, or what stands behind its `#`.
    pub link: String,
}

impl std::fmt::Debug for SharedLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedLink(..)")
    }
}

/// What a project is to follow.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSubscription {
    /// A repository in the marketplace, or a link.
    pub offer: String,
}

impl std::fmt::Debug for NewSubscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewSubscription(..)")
    }
}

/// What a project follows.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    pub repository: String,
    pub by: String,
    /// RFC 3339.
    pub since: String,
    /// Absent: it is not offered any more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub offer: Option<Offer>,
    /// By which name the project deploys it; absent: an admin would have to install it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deploys_as: Option<String>,
    /// Whether there is a newer version than the one that the project can deploy.
    pub is_behind: bool,
}

/// A blueprint that a project can deploy.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectBlueprint {
    /// By which it is deployed: `hello-web`, or `shop/greeter` of what the project `shop` made.
    pub name: String,
    /// `instance`, `project` or `subscription`.
    pub from: String,
    pub title: String,
    pub summary: String,
    pub version: String,
    /// SVG text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub icon: Option<String>,
}

/// A newer version of what a deployment was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateNotice {
    pub version: String,
    /// What is new in it, where that is known.
    pub changelog: String,
}
