//! `slipway delete NAME`: deletes a deployment, after asking.

use std::io::{IsTerminal, Write};

use clap::Args;
use slipway_wire::deployment::{Accepted, DeploymentDetail};

use super::client;
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
        confirm(&detail)?;
    }
    let accepted: Accepted = client.delete_with_answer(&path).await?;
    wait::accepted(&client, &accepted, &delete.wait).await
}

fn confirm(detail: &DeploymentDetail) -> Result<(), Error> {
    let name = format!("{}/{}", detail.deployment.project, detail.deployment.name);
    if !std::io::stdin().is_terminal() {
        return Err(Error::Usage(format!("deleting {name} takes --yes where nobody can be asked")));
    }
    eprint!("Delete {name} and all its objects (volumes stay)? [y/N] ");
    let _ = std::io::stderr().flush();
    let mut line = String::new();
    let terminal = |source| Error::File { path: "the terminal".into(), source };
    std::io::stdin().read_line(&mut line).map_err(terminal)?;
    if line.trim().eq_ignore_ascii_case("y") {
        Ok(())
    } else {
        Err(Error::Usage("nothing was deleted".into()))
    }
}
