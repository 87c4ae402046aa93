//! `slipway cluster`: add, list, choose the control plugin, remove.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use slipway_wire::deployment::ControlChoice;
use slipway_wire::project::{Cluster as Added, NewCluster};

use super::{client, values};
use crate::client::Reach;
use crate::error::Error;
use crate::file;
use crate::output::{self, Format, Row, age};

#[derive(Debug, Args)]
pub struct Cluster {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Add a cluster by its kubeconfig.
    Add {
        name: String,
        /// File whose current context is the cluster; credentials must be inside.
        #[arg(long, value_name = "FILE")]
        kubeconfig: PathBuf,
        /// Apps answer at `<name>.<project>.<this>`.
        #[arg(long)]
        base_domain: String,
        /// Where people reach its ingress.
        #[arg(long, default_value_t = 80)]
        ingress_port: u16,
        /// Take it from another Slipway that works with it, which ends that one's work there.
        #[arg(long)]
        take_over: bool,
    },
    /// List clusters.
    #[command(alias = "ls")]
    List {
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
    /// Choose the control plugin that new deployments get.
    Control {
        name: String,
        /// Name of the control plugin; left out: the instance's default again.
        plugin: Option<String>,
        /// One option: autoPromotionSeconds=60.
        #[arg(long = "set", value_name = "OPTION=VALUE", requires = "plugin")]
        sets: Vec<String>,
    },
    /// Let a cluster go; what runs there stays.
    Remove { name: String },
    /// Take a cluster that another Slipway works with, which ends that one's work there.
    TakeOver { name: String },
}

fn answers(it: &Added) -> String {
    match &it.lost_since {
        None if it.is_connected => "yes".to_owned(),
        None => "no".to_owned(),
        Some(since) => format!("not for {}", age(since)),
    }
}

/// Why a cluster does not answer, beside the table.
fn explain(it: &Added) {
    if let Some(message) = &it.message {
        eprintln!("{} does not answer: {message}", it.name);
    }
    if let Some(hint) = &it.hint {
        eprintln!("hint: {hint}");
    }
}

pub async fn cluster(cluster: Cluster) -> Result<(), Error> {
    let client = client(&cluster.reach)?;
    match cluster.verb {
        Verb::Add { name, kubeconfig, base_domain, ingress_port, take_over } => {
            let kubeconfig = file::text(&kubeconfig)?;
            let ingress_port = Some(ingress_port);
            let new = NewCluster { name, kubeconfig, base_domain, ingress_port, take_over };
            let added: Added = client.post("/api/v1/clusters", &new).await?;
            let version = added.kubernetes_version.unwrap_or_default();
            eprintln!("added cluster {} (Kubernetes {version})", added.name);
        }
        Verb::List { output } => {
            let clusters: Vec<Added> = client.get("/api/v1/clusters").await?;
            let headings: (&[&str], &[&str]) =
                (&["NAME", "KIND", "ANSWERS", "VERSION"], &["CONTROL", "BASE DOMAIN"]);
            output::list(output, headings, &clusters, |it| Row {
                name: it.name.clone(),
                cells: vec![
                    it.kind.clone(),
                    answers(it),
                    it.kubernetes_version.clone().unwrap_or_default(),
                ],
                more: vec![
                    it.control.as_ref().map(|it| it.plugin.clone()).unwrap_or_default(),
                    it.base_domain.clone(),
                ],
            });
            clusters.iter().for_each(explain);
        }
        Verb::Control { name, plugin, sets } => {
            let path = format!("/api/v1/clusters/{name}/control");
            match plugin {
                Some(plugin) => {
                    let choice = ControlChoice { plugin, options: values::sets(&sets)? };
                    let cluster: Added = client.put(&path, &choice).await?;
                    eprintln!("new deployments of cluster {} get {}", cluster.name, choice.plugin);
                }
                None => {
                    let cluster: Added = client.delete_with_answer(&path).await?;
                    eprintln!("new deployments of cluster {} get the default", cluster.name);
                }
            }
        }
        Verb::TakeOver { name } => {
            let path = format!("/api/v1/clusters/{name}/take-over");
            let taken: Added = client.post(&path, &serde_json::json!({})).await?;
            eprintln!("took over cluster {}", taken.name);
        }
        Verb::Remove { name } => {
            client.delete(&format!("/api/v1/clusters/{name}")).await?;
            eprintln!("removed cluster {name}; what runs there stays");
        }
    }
    Ok(())
}
