//! `slipway restart NAME`.

use clap::Args;
use slipway_wire::deployment::Accepted;

use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::wait::{self, Wait};

#[derive(Debug, Args)]
pub struct Restart {
    #[command(flatten)]
    reach: Reach,
    /// Name of the deployment.
    name: String,
    #[command(flatten)]
    wait: Wait,
}

pub async fn restart(restart: Restart) -> Result<(), Error> {
    let client = client(&restart.reach)?;
    let path = format!("{}/restart", client.deployment(&restart.name)?);
    let accepted: Accepted = client.post(&path, &serde_json::json!({})).await?;
    wait::accepted(&client, &accepted, &restart.wait).await
}
