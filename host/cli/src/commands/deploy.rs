//! `slipway deploy NAME --blueprint B`: a new deployment.

use clap::Args;
use slipway_wire::deployment::{Accepted, ControlChoice, Diff, NewDeployment};

use super::client;
use super::diff::show;
use super::values::{self, Values};
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format};
use crate::wait::{self, Wait};

#[derive(Debug, Args)]
pub struct Deploy {
    #[command(flatten)]
    reach: Reach,
    /// Name of the deployment; part of its address.
    name: String,
    /// Blueprint of the catalogue.
    #[arg(short, long)]
    blueprint: String,
    #[command(flatten)]
    values: Values,
    /// Control plugin that brings it live; the cluster's choice where none is named.
    #[arg(long)]
    control: Option<String>,
    /// One option of the control plugin: autoPromotionEnabled=false.
    #[arg(long, value_name = "OPTION=VALUE", requires = "control")]
    control_set: Vec<String>,
    /// Why, for the history.
    #[arg(short, long, default_value = "")]
    message: String,
    /// Show what it would make, and make nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wait: Wait,
    #[arg(short, long, value_enum, default_value_t = Format::Name)]
    output: Format,
}

pub async fn deploy(deploy: Deploy) -> Result<(), Error> {
    let client = client(&deploy.reach)?;
    let path = format!("/api/v1/projects/{}/deployments", client.project()?);
    let new = NewDeployment {
        name: deploy.name,
        blueprint: deploy.blueprint,
        values: deploy.values.read()?,
        control: match deploy.control {
            Some(plugin) => {
                Some(ControlChoice { plugin, options: values::sets(&deploy.control_set)? })
            }
            None => None,
        },
        message: deploy.message,
    };
    if deploy.dry_run {
        let diff: Diff = client.post(&format!("{path}?dryRun=true"), &new).await?;
        show(&diff);
        return Ok(());
    }
    let accepted: Accepted = client.post(&path, &new).await?;
    wait::accepted(&client, &accepted, &deploy.wait).await?;
    output::one(deploy.output, &accepted, &accepted.deployment.name, || {
        format!("{}\n", accepted.deployment.name)
    });
    Ok(())
}
