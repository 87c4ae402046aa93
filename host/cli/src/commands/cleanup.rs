//! `slipway cleanup NAME`: deletes an archived deployment with its volumes, after saying which.

use clap::Args;
use slipway_wire::deployment::{Accepted, DeploymentDetail};
use slipway_wire::volume::{Cleanup as Request, Volume};

use super::client;
use crate::ask::confirm;
use crate::client::Reach;
use crate::error::Error;
use crate::wait::{self, Wait};

#[derive(Debug, Args)]
pub struct Cleanup {
    #[command(flatten)]
    reach: Reach,
    /// Name of the deployment.
    name: String,
    /// Do not ask.
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    wait: Wait,
}

pub async fn cleanup(cleanup: Cleanup) -> Result<(), Error> {
    let client = client(&cleanup.reach)?;
    let path = client.deployment(&cleanup.name)?;
    let detail: DeploymentDetail = client.get(&path).await?;
    let (project, name) = (detail.deployment.project, detail.deployment.name);
    let volumes: Vec<Volume> = client.get(&format!("/api/v1/projects/{project}/volumes")).await?;
    let volumes: Vec<Volume> = volumes.into_iter().filter(|it| it.deployment == name).collect();
    eprintln!("{project}/{name} will be deleted with its history and {}", counted(&volumes));
    for volume in &volumes {
        eprintln!("  {} ({})", volume.name, volume.size);
    }
    if !cleanup.yes {
        confirm(&format!("Delete {project}/{name} and its data for good?"))?;
    }
    let request = Request { volumes: volumes.into_iter().map(|it| it.name).collect() };
    let accepted: Accepted = client.post(&format!("{path}/cleanup"), &request).await?;
    wait::accepted(&client, &accepted, &cleanup.wait).await
}

fn counted(volumes: &[Volume]) -> String {
    match volumes.len() {
        0 => "no volumes".to_owned(),
        1 => "1 volume:".to_owned(),
        many => format!("{many} volumes:"),
    }
}
