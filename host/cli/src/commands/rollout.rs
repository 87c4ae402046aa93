//! `slipway rollout`: status, promote, abort, pause, resume, undo.

use clap::{Args, Subcommand};
use slipway_wire::deployment::{Accepted, DeploymentDetail, Rollback};

use super::client;
use crate::client::{Client, Reach};
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
    /// Let the revision that waits for it answer.
    Promote(One),
    /// Give it up: the last good revision is wanted again.
    Abort(One),
    /// Hold it before its promotion.
    Pause(One),
    /// Let it go on.
    Resume(One),
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

/// The deployment that is meant.
#[derive(Debug, Args)]
struct One {
    name: String,
    #[command(flatten)]
    wait: Wait,
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
        Verb::Promote(one) => steer(&client, "promote", &one).await,
        Verb::Abort(one) => steer(&client, "abort", &one).await,
        Verb::Pause(one) => steer(&client, "pause", &one).await,
        Verb::Resume(one) => steer(&client, "resume", &one).await,
        Verb::Undo { name, to_revision, wait } => {
            let path = format!("{}/rollback", client.deployment(&name)?);
            let accepted: Accepted =
                client.post(&path, &Rollback { revision: to_revision }).await?;
            wait::accepted(&client, &accepted, &wait).await
        }
    }
}

async fn steer(client: &Client, verb: &str, one: &One) -> Result<(), Error> {
    let path = format!("{}/{verb}", client.deployment(&one.name)?);
    let accepted: Accepted = client.post(&path, &serde_json::json!({})).await?;
    wait::accepted(client, &accepted, &one.wait).await
}
