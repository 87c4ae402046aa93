//! `slipway restart|archive|restore NAME`: operations that need no more than their name.

use clap::Args;
use slipway_wire::deployment::Accepted;

use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::wait::{self, Wait};

#[derive(Debug, Args)]
pub struct Operate {
    #[command(flatten)]
    reach: Reach,
    /// Name of the deployment.
    name: String,
    #[command(flatten)]
    wait: Wait,
}

/// `operation` is the word of the API.
pub async fn operate(operation: &str, it: Operate) -> Result<(), Error> {
    let client = client(&it.reach)?;
    let path = format!("{}/{operation}", client.deployment(&it.name)?);
    let accepted: Accepted = client.post(&path, &serde_json::json!({})).await?;
    wait::accepted(&client, &accepted, &it.wait).await
}
