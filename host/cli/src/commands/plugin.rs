//! `slipway plugin`: install and list; what authors do is in `author`.

mod author;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use slipway_wire::catalogue::Plugin as Installed;

use super::artifact::{self, Artifact, Only};
use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format, Row};
use crate::registry::Door;

#[derive(Debug, Args)]
pub struct Plugin {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[command(flatten)]
    Author(author::Author),
    #[command(flatten)]
    Artifact(Artifact),
    /// Install a component; what it asks for is granted.
    Install { file: PathBuf },
    /// List installed plugins, or the versions of one in a registry.
    #[command(alias = "ls")]
    List {
        /// registry.example/team/name, or a registry alone for what it holds.
        reference: Option<String>,
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
        #[command(flatten)]
        door: Door,
    },
}

pub async fn plugin(plugin: Plugin) -> Result<(), Error> {
    let reach = plugin.reach;
    match plugin.verb {
        Verb::Author(author) => author::author(author).await?,
        Verb::Artifact(verb) => artifact::artifact(verb, Only::Any).await?,
        Verb::Install { file } => {
            let path = file.display().to_string();
            let bytes = std::fs::read(&file).map_err(|source| Error::File { path, source })?;
            let client = client(&reach)?;
            let installed: Installed = client.upload("/api/v1/plugins", bytes).await?;
            eprintln!("installed {} {} {}", installed.kind, installed.name, installed.version);
            eprintln!("granted: {}", installed.grants.join(", "));
            println!("{}", installed.digest);
        }
        Verb::List { reference: Some(reference), output, door } => {
            artifact::list(&reference, output, &door).await?;
        }
        Verb::List { reference: None, output, door: _ } => {
            let plugins: Vec<Installed> = client(&reach)?.get("/api/v1/plugins").await?;
            let headings: (&[&str], &[&str]) =
                (&["NAME", "KIND", "VERSION", "CURRENT"], &["DIGEST", "GRANTS"]);
            output::list(output, headings, &plugins, |it| Row {
                name: it.name.clone(),
                cells: vec![
                    it.kind.clone(),
                    it.version.clone(),
                    if it.is_current { "yes" } else { "" }.to_owned(),
                ],
                more: vec![it.digest.clone(), it.grants.join(",")],
            });
        }
    }
    Ok(())
}
