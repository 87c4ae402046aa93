//! What operations on a deployment take, and `slipway restart|archive|restore NAME`, which take no more.

use clap::Args;
use slipway_wire::deployment::Accepted;

use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::wait::{self, Wait};

#[derive(Debug, Args)]
pub struct Operate {
    #[command(flatten)]
    pub reach: Reach,
    /// Name of the deployment.
    pub name: String,
    #[command(flatten)]
    pub wait: Wait,
}

/// An operation that is asked about first.
#[derive(Debug, Args)]
pub struct Removal {
    #[command(flatten)]
    pub on: Operate,
    /// Do not ask.
    #[arg(short, long)]
    pub yes: bool,
}

/// `operation` is the word of the API.
pub async fn operate(operation: &str, it: Operate) -> Result<(), Error> {
    let client = client(&it.reach)?;
    let path = format!("{}/{operation}", client.deployment(&it.name)?);
    let accepted: Accepted = client.post(&path, &serde_json::json!({})).await?;
    wait::accepted(&client, &accepted, &it.wait).await
}
