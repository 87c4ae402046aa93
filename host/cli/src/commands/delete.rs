//! `slipway delete NAME`: deletes a deployment, after asking.

use clap::Args;
use slipway_wire::deployment::{Accepted, DeploymentDetail};

use super::client;
use crate::ask::confirm;
use crate::client::Reach;
use crate::error::Error;
use crate::wait::{self, Wait};

#[derive(Debug, Args)]
pub struct Delete {
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

pub async fn delete(delete: Delete) -> Result<(), Error> {
    let client = client(&delete.reach)?;
    let path = client.deployment(&delete.name)?;
    let detail: DeploymentDetail = client.get(&path).await?;
    if !delete.yes {
        let name = format!("{}/{}", detail.deployment.project, detail.deployment.name);
        confirm(&format!("Delete {name} and all its objects (volumes stay)?"))?;
    }
    let accepted: Accepted = client.delete_with_answer(&path).await?;
    wait::accepted(&client, &accepted, &delete.wait).await
}
