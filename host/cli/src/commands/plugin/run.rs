//! `slipway plugin run`: a component that is not installed, asked about a deployment of a server.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use slipway_author::{Bench, Rehearsed, rehearse};
use slipway_model::plan::Failure;
use slipway_model::situation::Situation;
use slipway_wire::deployment::{Diff, ObjectChange as Shown};

use super::super::client;
use super::super::diff::show;
use super::super::health::now_unix_milliseconds;
use super::super::values::sets;
use super::author::failed;
use crate::client::Reach;
use crate::error::Error;
use crate::file;

#[derive(Debug, Args)]
pub struct Run {
    /// The component.
    file: PathBuf,
    /// Name of a deployment; of one that is not there yet, all would be new.
    name: String,
    /// One value of a blueprint, or option of a control plugin, laid over what the deployment has: replicas=3.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    sets: Vec<String>,
}

pub async fn run(reach: &Reach, run: Run) -> Result<ExitCode, Error> {
    let set = sets(&run.sets)?;
    let bench = Bench::with(file::bytes(&run.file)?).await.map_err(failed)?;
    let client = client(reach)?;
    let path = format!("{}/situation", client.deployment(&run.name)?);
    let situation: Situation = client.get(&path).await?;
    let rehearsed = rehearse(&bench, situation, &set, now_unix_milliseconds()).await;
    match rehearsed.map_err(failed)? {
        Rehearsed::Changes(changes) => {
            let objects: Vec<Shown> = changes.into_iter().map(Shown::from).collect();
            let is_same = objects.is_empty();
            show(&Diff { values: Vec::new(), objects });
            Ok(if is_same { ExitCode::SUCCESS } else { ExitCode::from(1) })
        }
        Rehearsed::Step(step) => {
            print!("{}", serde_yaml_ng::to_string(&step).unwrap_or_default());
            Ok(ExitCode::SUCCESS)
        }
        Rehearsed::Wrong(failures) => Err(Error::Failed(listed(&failures))),
        Rehearsed::Refused(refusal) => {
            Err(Error::Failed(format!("a server would refuse its objects: {refusal}")))
        }
    }
}

fn listed(failures: &[Failure]) -> String {
    let line = |it: &Failure| match it.field.as_deref().filter(|it| !it.is_empty()) {
        Some(field) => format!("{}: {}", field.trim_start_matches('/'), it.message),
        None => it.message.clone(),
    };
    failures.iter().map(line).collect::<Vec<_>>().join("\n")
}
