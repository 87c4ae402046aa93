//! `slipway marketplace source`: where offers come from.

use clap::Subcommand;
use serde_json::json;
use slipway_wire::market::{NewSource, Source};

use super::MARKETPLACE;
use crate::client::Client;
use crate::error::Error;
use crate::output::{self, Format, Row, age};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Add a source, or give one another place; it is read first.
    Add {
        name: String,
        /// `ghcr.io/team`, `https://slipway.example.org`, `https://…/index.yaml`, or `git+https://….git//PATH#BRANCH`.
        place: String,
    },
    /// List sources, and how they are doing.
    #[command(alias = "ls")]
    List {
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
    /// Read a source again, now.
    Refresh { name: String },
    /// Remove a source with its offers; what was installed from it stays.
    Remove { name: String },
}

pub async fn source(client: &Client, verb: Verb) -> Result<(), Error> {
    let path = |name: &str| format!("{MARKETPLACE}/sources/{name}");
    match verb {
        Verb::Add { name, place } => {
            let added: Source = client.put(&path(&name), &NewSource { place }).await?;
            eprintln!("{} offers {} from {}", added.name, plugins(&added), added.place);
        }
        Verb::List { output } => {
            let sources: Vec<Source> = client.get(&format!("{MARKETPLACE}/sources")).await?;
            let headings: (&[&str], &[&str]) =
                (&["NAME", "KIND", "OFFERS", "READ", "PLACE"], &["ADDED BY"]);
            output::list(output, headings, &sources, |it| Row {
                name: it.name.clone(),
                cells: vec![
                    it.kind.clone(),
                    it.offers.to_string(),
                    age(&it.read_at),
                    it.place.clone(),
                ],
                more: vec![it.added_by.clone()],
            });
            for it in &sources {
                told(it);
            }
            if sources.is_empty() {
                eprintln!("no sources but this instance's own registry; `source add` adds one");
            }
        }
        Verb::Refresh { name } => {
            let read: Source = client.post(&format!("{}/refresh", path(&name)), &json!({})).await?;
            told(&read);
            eprintln!("{} offers {}", read.name, plugins(&read));
        }
        Verb::Remove { name } => {
            client.delete(&path(&name)).await?;
            eprintln!("removed {name}; what was installed from it stays");
        }
    }
    Ok(())
}

fn plugins(source: &Source) -> String {
    match source.offers {
        1 => "1 plugin".into(),
        more => format!("{more} plugins"),
    }
}

fn told(source: &Source) {
    if let Some(trouble) = &source.trouble {
        eprintln!("{} could not be read again: {trouble}", source.name);
    }
}
