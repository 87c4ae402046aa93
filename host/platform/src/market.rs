//! The marketplace: what sources offer, what is shared by links, and what projects subscribe to.

mod blueprints;
mod here;
mod offers;
mod reading;
mod shares;
mod sources;
mod subscriptions;

pub use blueprints::{ProjectBlueprint, Update, Whence};
pub(crate) use blueprints::{kept, place};
pub use offers::{OfferQuery, OfferView, Offers, Signer};
pub(crate) use shares::whole;
pub use shares::{MadeShare, NewShare};
pub use sources::SourceView;
pub use subscriptions::SubscriptionView;
pub(crate) use subscriptions::follows;

use slipway_model::name::{PluginName, ProjectName};
use slipway_registry::name::OWN_REGISTRY;
use slipway_store::record::{Origin, Plugin, PluginKind};

use crate::install::{key, source};

/// The source that every instance has: its own registry.
pub const HERE: &str = "here";

/// Where a project keeps the blueprints that it makes: `slipway.local/shop/blueprints/greeter`.
pub(crate) fn home(project: &ProjectName, name: &PluginName) -> String {
    format!("{OWN_REGISTRY}/{project}/blueprints/{name}")
}

/// Keys of all that a project's repositories offer.
pub(crate) fn offers_of(project: &ProjectName) -> String {
    format!("{HERE}/{OWN_REGISTRY}/{project}/")
}

/// The project and the name of a blueprint that lies there.
fn at_home(repository: &str) -> Option<(ProjectName, PluginName)> {
    let rest = repository.strip_prefix(OWN_REGISTRY)?.strip_prefix('/')?;
    let (project, name) = rest.split_once("/blueprints/")?;
    Some((project.parse().ok()?, name.parse().ok()?))
}

/// The repository that stands for a plugin: where it came from, or where the instance keeps what was sent or bundled.
pub(crate) fn repository_of(plugin: &Plugin) -> String {
    match &plugin.origin {
        Origin::Registry { reference, .. } => source::repository(reference).to_owned(),
        Origin::Upload | Origin::Bundle => own_place(plugin.kind, &plugin.name),
    }
}

fn own_place(kind: PluginKind, name: &PluginName) -> String {
    format!("{OWN_REGISTRY}/{}", key(kind, name))
}

/// The order of versions: what is not semantic comes before everything that is.
pub(crate) fn version(text: &str) -> Option<semver::Version> {
    semver::Version::parse(text).ok()
}

/// Those whose tags are versions, the newest first, at most so many.
fn newest_first<T: AsRef<str>>(tags: Vec<T>, most: usize) -> Vec<T> {
    let mut versions: Vec<_> =
        tags.into_iter().filter_map(|it| Some((version(it.as_ref())?, it))).collect();
    versions.sort_by(|a, b| b.0.cmp(&a.0));
    versions.into_iter().map(|(_, it)| it).take(most).collect()
}

/// What is said, or else the other.
fn or(said: String, other: &str) -> String {
    if said.is_empty() { other.to_owned() } else { said }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projects_blueprint_is_known_by_where_it_lies() {
        let (project, name) = ("shop".parse().unwrap(), "greeter".parse().unwrap());
        let place = home(&project, &name);
        assert_eq!(place, "slipway.local/shop/blueprints/greeter");
        assert_eq!(at_home(&place), Some((project, name)));
        for other in ["ghcr.io/shop/blueprints/greeter", "slipway.local/blueprint/hello-web"] {
            assert_eq!(at_home(other), None, "{other}");
        }
    }
}
