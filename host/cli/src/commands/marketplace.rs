//! `slipway marketplace`: what is offered where, what is shared, and what a project follows.

mod search;
mod share;
mod source;

use clap::{Args, Subcommand};

use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::output::Format;

const MARKETPLACE: &str = "/api/v1/marketplace";

#[derive(Debug, Args)]
pub struct Marketplace {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Look for blueprints and other plugins in all sources; without words, everything.
    #[command(alias = "list", alias = "ls")]
    Search(search::Search),
    /// Show an offer: its versions, what changed in them, and who signed them.
    Show(search::Show),
    /// Say where offers come from: registries, other instances, indexes on the web and in Git.
    #[command(subcommand, alias = "sources")]
    Source(source::Verb),
    /// Make a link by which somebody else may see a repository of the project, and subscribe to it.
    Share(share::Share),
    /// List the project's links.
    Shares {
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
    /// Take a link back; subscriptions that came by it end.
    Unshare {
        /// As `shares` lists it.
        id: String,
    },
    /// Have the project follow an offer, by its repository or by a link.
    Subscribe { offer: String },
    /// Have the project not follow an offer any more.
    Unsubscribe { repository: String },
    /// List what the project follows, and whether there is something newer.
    Subscriptions {
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
}

pub async fn marketplace(marketplace: Marketplace) -> Result<(), Error> {
    let client = client(&marketplace.reach)?;
    match marketplace.verb {
        Verb::Search(it) => search::search(&client, it).await,
        Verb::Show(it) => search::show(&client, it).await,
        Verb::Source(it) => source::source(&client, it).await,
        Verb::Share(it) => share::share(&client, it).await,
        Verb::Shares { output } => share::shares(&client, output).await,
        Verb::Unshare { id } => share::unshare(&client, &id).await,
        Verb::Subscribe { offer } => share::subscribe(&client, offer).await,
        Verb::Unsubscribe { repository } => share::unsubscribe(&client, &repository).await,
        Verb::Subscriptions { output } => share::subscriptions(&client, output).await,
    }
}

/// A text as a value in a query.
fn encoded(text: &str) -> String {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"-._~/:".contains(&it);
    let part = |it: u8| if plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") };
    text.bytes().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_an_address_is_written_otherwise() {
        assert_eq!(encoded("ghcr.io:443/a b&c=ä"), "ghcr.io:443/a%20b%26c%3D%C3%A4");
    }
}
