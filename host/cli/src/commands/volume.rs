//! `slipway volume list|delete`: volumes, also of deployments that are deleted.

use clap::{Args, Subcommand};
use slipway_wire::volume::Volume as Listed;

use super::client;
use crate::ask::confirm;
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format, Row, age, word};

#[derive(Debug, Args)]
pub struct Volume {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the volumes of the project.
    #[command(alias = "ls")]
    List {
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
    /// Delete a volume that no deployment runs on, with its data.
    Delete {
        name: String,
        /// Do not ask.
        #[arg(short, long)]
        yes: bool,
    },
}

pub async fn volume(volume: Volume) -> Result<(), Error> {
    let client = client(&volume.reach)?;
    let path = format!("/api/v1/projects/{}/volumes", client.project()?);
    match volume.verb {
        Verb::List { output } => {
            let volumes: Vec<Listed> = client.get(&path).await?;
            let columns: (&[&str], &[&str]) =
                (&["NAME", "DEPLOYMENT", "STATE", "SIZE", "AGE"], &["CLASS", "PHASE"]);
            output::list(output, columns, &volumes, |it| Row {
                name: it.name.clone(),
                cells: vec![
                    it.deployment.clone(),
                    word(&it.owner),
                    it.size.clone(),
                    age(&it.created_at),
                ],
                more: vec![it.storage_class.clone().unwrap_or_default(), it.phase.clone()],
            });
        }
        Verb::Delete { name, yes } => {
            if !yes {
                confirm(&format!("Delete the volume {name} and its data for good?"))?;
            }
            client.delete(&format!("{path}/{name}")).await?;
            eprintln!("deleted volume {name}");
        }
    }
    Ok(())
}
