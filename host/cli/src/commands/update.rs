//! `slipway update NAME --set A=B`: a new revision.

use clap::Args;
use slipway_wire::deployment::{Accepted, Diff, NewRevision};

use super::client;
use super::diff::show;
use super::values::Values;
use crate::client::Reach;
use crate::error::Error;
use crate::wait::{self, Wait};

#[derive(Debug, Args)]
pub struct Update {
    #[command(flatten)]
    reach: Reach,
    /// Name of the deployment.
    name: String,
    #[command(flatten)]
    values: Values,
    /// Also take the version of the blueprint that the catalogue offers now.
    #[arg(long)]
    upgrade_blueprint: bool,
    /// Why, for the history.
    #[arg(short, long, default_value = "")]
    message: String,
    /// Show what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wait: Wait,
}

pub async fn update(update: Update) -> Result<(), Error> {
    let client = client(&update.reach)?;
    let path = format!("{}/revisions", client.deployment(&update.name)?);
    let new = NewRevision {
        values: update.values.read()?,
        upgrade_blueprint: update.upgrade_blueprint,
        message: update.message,
        if_revision: None,
    };
    if update.dry_run {
        let diff: Diff = client.post(&format!("{path}?dryRun=true"), &new).await?;
        show(&diff);
        return Ok(());
    }
    let accepted: Accepted = client.post(&path, &new).await?;
    wait::accepted(&client, &accepted, &update.wait).await
}
