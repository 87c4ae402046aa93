//! `slipway scale NAME --replicas N`.

use clap::Args;
use slipway_wire::deployment::{Accepted, Scale as Wanted};

use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::wait::{self, Wait};

#[derive(Debug, Args)]
pub struct Scale {
    #[command(flatten)]
    reach: Reach,
    /// Name of the deployment.
    name: String,
    /// How many are to run.
    #[arg(short, long)]
    replicas: u32,
    #[command(flatten)]
    wait: Wait,
}

pub async fn scale(scale: Scale) -> Result<(), Error> {
    let client = client(&scale.reach)?;
    let path = format!("{}/scale", client.deployment(&scale.name)?);
    let accepted: Accepted = client.post(&path, &Wanted { replicas: scale.replicas }).await?;
    wait::accepted(&client, &accepted, &scale.wait).await
}
