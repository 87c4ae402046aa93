//! `slipway blueprint`: the catalogue.

use clap::{Args, Subcommand};
use slipway_wire::catalogue::{Blueprint as Described, BlueprintSummary};

use super::artifact::{self, Artifact, Only};
use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format, Row};
use crate::registry::Door;

#[derive(Debug, Args)]
pub struct Blueprint {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[command(flatten)]
    Artifact(Artifact),
    /// List blueprints of the catalogue, or the versions of one in a registry.
    #[command(alias = "ls")]
    List {
        /// registry.example/team/name, or a registry alone for what it holds.
        reference: Option<String>,
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
        #[command(flatten)]
        door: Door,
    },
    /// Show a blueprint and its values.
    Show {
        name: String,
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
}

pub async fn blueprint(blueprint: Blueprint) -> Result<(), Error> {
    match blueprint.verb {
        Verb::Artifact(verb) => artifact::artifact(verb, Only::Blueprints).await?,
        Verb::List { reference: Some(reference), output, door } => {
            artifact::list(&reference, output, &door).await?;
        }
        Verb::List { reference: None, output, door: _ } => {
            let client = client(&blueprint.reach)?;
            let blueprints: Vec<BlueprintSummary> = client.get("/api/v1/blueprints").await?;
            let headings: (&[&str], &[&str]) = (&["NAME", "VERSION", "TITLE"], &["SUMMARY"]);
            output::list(output, headings, &blueprints, |it| Row {
                name: it.name.clone(),
                cells: vec![it.version.clone(), it.title.clone()],
                more: vec![it.summary.clone()],
            });
        }
        Verb::Show { name, output } => {
            let client = client(&blueprint.reach)?;
            let found: Described = client.get(&format!("/api/v1/blueprints/{name}")).await?;
            output::one(output, &found, &found.name, || text(&found));
        }
    }
    Ok(())
}

fn text(it: &Described) -> String {
    let mut lines = vec![vec!["VALUE".to_owned(), "DEFAULT".to_owned(), "MEANING".to_owned()]];
    let properties = it.schema["properties"].as_object();
    for (name, property) in properties.into_iter().flatten() {
        let default = it.defaults.get(name).map(ToString::to_string).unwrap_or_default();
        let meaning = property["description"].as_str().or(property["title"].as_str());
        lines.push(vec![name.clone(), default, meaning.unwrap_or_default().to_owned()]);
    }
    let grants = it.grants.join(", ");
    format!(
        "{} {}\n{}\n\n{}\nMay make: {grants}\nDigest: {}\n",
        it.title,
        it.version,
        it.summary,
        output::table(&lines),
        it.digest
    )
}
