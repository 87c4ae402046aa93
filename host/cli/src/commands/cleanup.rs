//! `slipway cleanup NAME`: deletes an archived deployment with its volumes, after saying which.

use slipway_wire::deployment::{Accepted, DeploymentDetail};
use slipway_wire::volume::{Cleanup, Volume};

use super::client;
use super::operate::Removal;
use crate::ask::confirm;
use crate::error::Error;
use crate::wait;

pub async fn cleanup(cleanup: Removal) -> Result<(), Error> {
    let client = client(&cleanup.on.reach)?;
    let path = client.deployment(&cleanup.on.name)?;
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
    let request = Cleanup { volumes: volumes.into_iter().map(|it| it.name).collect() };
    let accepted: Accepted = client.post(&format!("{path}/cleanup"), &request).await?;
    wait::accepted(&client, &accepted, &cleanup.on.wait).await
}

fn counted(volumes: &[Volume]) -> String {
    match volumes.len() {
        0 => "no volumes".to_owned(),
        1 => "1 volume:".to_owned(),
        many => format!("{many} volumes:"),
    }
}
