//! `slipway blueprint`: the catalogue, and blueprints made without writing code.

mod import;
mod kit;
mod make;
mod preset;

use clap::{Args, Subcommand};
use slipway_wire::catalogue::{Blueprint as Described, BlueprintSummary};
use slipway_wire::market::ProjectBlueprint;

use super::artifact::{self, Artifact, Only};
use super::client;
use crate::client::{Client, Reach};
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
    /// List what the project can deploy (without a project, the instance's catalogue), or the versions of one in a registry.
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
    /// Make a blueprint of a Compose file, or of a template of CapRover, Coolify, Dokploy or Portainer.
    Import(import::Import),
    /// Make a blueprint of another one, with values of its own, by a document.
    Preset(preset::Preset),
    /// Make a blueprint of a running deployment; its secrets are asked for instead.
    Make(make::Make),
}

pub async fn blueprint(blueprint: Blueprint) -> Result<(), Error> {
    let reach = blueprint.reach;
    match blueprint.verb {
        Verb::Import(import) => return import::import(import).await,
        Verb::Preset(preset) => return preset::preset(preset).await,
        Verb::Make(make) => return make::make(&client(&reach)?, make).await,
        Verb::Artifact(verb) => artifact::artifact(verb, Only::Blueprints).await?,
        Verb::List { reference: Some(reference), output, door } => {
            artifact::list(&reference, output, &door).await?;
        }
        Verb::List { reference: None, output, door: _ } => {
            let client = client(&reach)?;
            match client.project() {
                Ok(project) => of_project(&client, project, output).await?,
                Err(_) => of_instance(&client, output).await?,
            }
        }
        Verb::Show { name, output } => {
            let client = client(&reach)?;
            let path = if name.contains('/') {
                let name = name.replace('/', "%2F");
                format!("/api/v1/projects/{}/blueprints/{name}", client.project()?)
            } else {
                format!("/api/v1/blueprints/{name}")
            };
            let found: Described = client.get(&path).await?;
            output::one(output, &found, &found.name, || text(&found));
        }
    }
    Ok(())
}

async fn of_instance(client: &Client, format: Format) -> Result<(), Error> {
    let blueprints: Vec<BlueprintSummary> = client.get("/api/v1/blueprints").await?;
    let headings: (&[&str], &[&str]) = (&["NAME", "VERSION", "TITLE"], &["SUMMARY"]);
    output::list(format, headings, &blueprints, |it| Row {
        name: it.name.clone(),
        cells: vec![it.version.clone(), it.title.clone()],
        more: vec![it.summary.clone()],
    });
    Ok(())
}

/// The instance's, those that the project made, and those that it subscribes to.
async fn of_project(client: &Client, project: &str, format: Format) -> Result<(), Error> {
    let path = format!("/api/v1/projects/{project}/blueprints");
    let blueprints: Vec<ProjectBlueprint> = client.get(&path).await?;
    let headings: (&[&str], &[&str]) = (&["NAME", "VERSION", "TITLE", "FROM"], &["SUMMARY"]);
    output::list(format, headings, &blueprints, |it| Row {
        name: it.name.clone(),
        cells: vec![it.version.clone(), it.title.clone(), it.from.clone()],
        more: vec![it.summary.clone()],
    });
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
