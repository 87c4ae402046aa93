//! `slipway healing NAME`: what is done by itself for an app that stays Degraded.

use clap::Args;
use slipway_wire::deployment::{DeploymentDetail, NewHealing};

use super::client;
use crate::client::Reach;
use crate::error::Error;

#[derive(Debug, Args)]
pub struct Healing {
    #[command(flatten)]
    reach: Reach,
    /// Name of the deployment.
    name: String,
    /// Leave the app to people.
    #[arg(long, conflicts_with = "after")]
    off: bool,
    /// Seconds that it may be Degraded before something is done.
    #[arg(long, value_name = "SECONDS")]
    after: Option<u32>,
}

pub async fn healing(healing: Healing) -> Result<(), Error> {
    let client = client(&healing.reach)?;
    let path = format!("{}/healing", client.deployment(&healing.name)?);
    let wanted = NewHealing { on: !healing.off, after_seconds: healing.after };
    let detail: DeploymentDetail = client.put(&path, &wanted).await?;
    match detail.healing {
        it if it.on => {
            eprintln!("{} is healed after {} s of trouble", healing.name, it.after_seconds);
        }
        _ => eprintln!("{} is left to people", healing.name),
    }
    Ok(())
}
