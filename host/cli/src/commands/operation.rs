//! `slipway operation`: what was recorded of an operation, and running it again on this machine.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use slipway_author::{Bench, Replayed, replay};
use slipway_model::recording::Recorded;
use slipway_wire::operation::{Operation as Known, Recording};
use slipway_wire::page::Page;

use super::client;
use super::plugin::failed;
use crate::client::{Client, Reach};
use crate::error::Error;
use crate::file;
use crate::output;

#[derive(Debug, Args)]
pub struct Operation {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print what the control plugin was asked in an operation, and what it answered.
    Recording {
        /// Name of the deployment.
        name: String,
        /// The newest one by default.
        id: Option<String>,
    },
    /// Ask a control plugin again what it was asked in an operation, and show where its answers differ. Exits with 1 if one does.
    Replay {
        /// Name of the deployment.
        #[arg(required_unless_present = "recording")]
        name: Option<String>,
        /// The newest one by default.
        id: Option<String>,
        /// A file that `slipway operation recording` has printed, in place of asking a server.
        #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "id"])]
        recording: Option<PathBuf>,
        /// Component of a control plugin; by default the one that was asked then.
        #[arg(long, value_name = "FILE")]
        plugin: Option<PathBuf>,
        /// Component of a blueprint that renders what is wanted anew.
        #[arg(long, value_name = "FILE")]
        blueprint: Option<PathBuf>,
    },
}

pub async fn operation(operation: Operation) -> Result<ExitCode, Error> {
    let reach = operation.reach;
    match operation.verb {
        Verb::Recording { name, id } => {
            let recording = fetched(&client(&reach)?, &name, id).await?;
            output::json(&recording);
            Ok(ExitCode::SUCCESS)
        }
        Verb::Replay { name, id, recording, plugin, blueprint } => {
            let recording = match (&recording, &name) {
                (Some(file), _) => read(file)?,
                (None, Some(name)) => fetched(&client(&reach)?, name, id).await?,
                (None, None) => return Err(Error::Usage("say which deployment".into())),
            };
            let calls = calls(&recording)?;
            let control = match &plugin {
                Some(file) => file::bytes(file)?,
                None => component(&client(&reach)?, &calls).await?,
            };
            let control = Bench::with(control).await.map_err(failed)?;
            let blueprint = match &blueprint {
                Some(file) => Some(Bench::with(file::bytes(file)?).await.map_err(failed)?),
                None => None,
            };
            let replayed = replay(&control, blueprint.as_ref(), &calls).await.map_err(failed)?;
            Ok(told(&replayed))
        }
    }
}

async fn fetched(client: &Client, name: &str, id: Option<String>) -> Result<Recording, Error> {
    let operations = format!("{}/operations", client.deployment(name)?);
    let id = match id {
        Some(id) => id,
        None => {
            let newest: Page<Known> = client.get(&format!("{operations}?limit=1")).await?;
            let newest = newest.items.into_iter().next();
            newest.map(|it| it.id).ok_or_else(|| Error::Failed("there is no operation".into()))?
        }
    };
    client.get(&format!("{operations}/{id}/recording")).await
}

fn read(file: &Path) -> Result<Recording, Error> {
    serde_json::from_slice(&file::bytes(file)?)
        .map_err(|error| Error::Usage(format!("{} is no recording: {error}", file.display())))
}

fn calls(recording: &Recording) -> Result<Vec<Recorded>, Error> {
    let read = |it: &serde_json::Value| serde_json::from_value(it.clone());
    let calls: Result<Vec<Recorded>, _> = recording.calls.iter().map(read).collect();
    calls.map_err(|error| {
        Error::Usage(format!("the recording is of another version of Slipway: {error}"))
    })
}

/// The plugin that was asked then; the server keeps all that it has installed.
async fn component(client: &Client, calls: &[Recorded]) -> Result<Vec<u8>, Error> {
    let first = calls.first().ok_or_else(|| Error::Usage("the recording is empty".into()))?;
    client.download(&format!("/api/v1/plugins/{}/component", first.control)).await
}

fn told(replayed: &[Replayed]) -> ExitCode {
    for Replayed { step, after, then, differs } in replayed {
        let verdict = if differs.is_some() { "DIFFERS" } else { "same" };
        println!("{step:>3}  +{:.1} s  {verdict}  {then}", after.as_secs_f64());
        for line in differs.iter().flat_map(|it| it.lines()) {
            println!("     {line}");
        }
    }
    let differing = replayed.iter().filter(|it| it.differs.is_some()).count();
    match differing {
        0 => {
            eprintln!("all {} answers are the same", replayed.len());
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{differing} of {} answers differ", replayed.len());
            ExitCode::FAILURE
        }
    }
}
