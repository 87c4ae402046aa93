//! `slipway control`: which control plugin a deployment has.

use clap::{Args, Subcommand};
use slipway_wire::catalogue::Plugin;
use slipway_wire::deployment::{Accepted, ControlChoice};

use super::client;
use super::values;
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format, Row};
use crate::wait::{self, Wait};

#[derive(Debug, Args)]
pub struct Control {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List control plugins that are installed.
    #[command(alias = "ls")]
    List {
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
    /// Give a running deployment another control plugin, or other options; it takes over what runs.
    Set {
        /// Name of the deployment.
        name: String,
        /// Name of the control plugin.
        #[arg(long)]
        plugin: String,
        /// One option: autoPromotionEnabled=false. Those that are not named are the plugin's defaults.
        #[arg(long = "set", value_name = "OPTION=VALUE")]
        sets: Vec<String>,
        #[command(flatten)]
        wait: Wait,
    },
}

pub async fn control(control: Control) -> Result<(), Error> {
    let client = client(&control.reach)?;
    match control.verb {
        Verb::List { output } => {
            let plugins: Vec<Plugin> = client.get("/api/v1/plugins").await?;
            let offered: Vec<Plugin> =
                plugins.into_iter().filter(|it| it.kind == "control" && it.is_current).collect();
            output::list(output, (&["NAME", "VERSION", "SUMMARY"], &[]), &offered, |it| Row {
                name: it.name.clone(),
                cells: vec![it.version.clone(), it.summary.clone()],
                more: Vec::new(),
            });
            Ok(())
        }
        Verb::Set { name, plugin, sets, wait } => {
            let path = format!("{}/control", client.deployment(&name)?);
            let choice = ControlChoice { plugin, options: values::sets(&sets)? };
            let accepted: Accepted = client.put(&path, &choice).await?;
            wait::accepted(&client, &accepted, &wait).await
        }
    }
}
