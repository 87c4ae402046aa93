//! `slipway rollout`: status, history, undo.

use clap::{Args, Subcommand};
use slipway_wire::deployment::{Accepted, DeploymentDetail, Rollback};

use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::wait::{self, Wait};

#[derive(Debug, Args)]
pub struct Rollout {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Wait for the newest operation to end.
    Status {
        name: String,
        /// Longest wait, in seconds.
        #[arg(long, default_value_t = 600)]
        timeout: u64,
    },
    /// Go back to the last good revision, or to a named one.
    Undo {
        name: String,
        /// Which one.
        #[arg(long, value_name = "NUMBER")]
        to_revision: Option<u64>,
        #[command(flatten)]
        wait: Wait,
    },
}

pub async fn rollout(rollout: Rollout) -> Result<(), Error> {
    let client = client(&rollout.reach)?;
    match rollout.verb {
        Verb::Status { name, timeout } => {
            let detail: DeploymentDetail = client.get(&client.deployment(&name)?).await?;
            let DeploymentDetail { deployment, operation, .. } = detail;
            let newest = Accepted { deployment, operation };
            wait::accepted(&client, &newest, &Wait { wait: true, timeout }).await
        }
        Verb::Undo { name, to_revision, wait } => {
            let path = format!("{}/rollback", client.deployment(&name)?);
            let accepted: Accepted =
                client.post(&path, &Rollback { revision: to_revision }).await?;
            wait::accepted(&client, &accepted, &wait).await
        }
    }
}
