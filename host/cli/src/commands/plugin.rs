//! `slipway plugin`: install and list; what authors do is in `author`.

mod author;
mod install;
mod run;

pub use author::failed;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use slipway_wire::catalogue::Plugin as Installed;

use super::artifact::{self, Artifact, Only};
use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format, Row};
use crate::registry::Door;

#[derive(Debug, Args)]
pub struct Plugin {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[command(flatten)]
    Author(author::Author),
    /// Show what a component would do to a deployment, without installing it: for a blueprint how its objects would differ, for a control
    /// plugin the first step of an update. Like diff, it exits with 1 if objects of a blueprint would differ.
    Run(run::Run),
    #[command(flatten)]
    Artifact(Artifact),
    /// Show what a component asks for, and install it if that is accepted.
    Install {
        /// A file, or a reference: shop/page:1.0.0 in our own registry, ghcr.io/team/page:1.0.0 in another.
        what: String,
        /// Accept what it asks for without being asked.
        #[arg(long)]
        yes: bool,
        /// Take the place of another component of the same version, while a plugin is being written.
        #[arg(long)]
        replace: bool,
    },
    /// Accept what a version that waits asks for beyond the one in use.
    Accept {
        /// Its name, or its digest.
        which: String,
        /// Accept without being asked.
        #[arg(long)]
        yes: bool,
    },
    /// List installed plugins, or the versions of one in a registry.
    #[command(alias = "ls")]
    List {
        /// registry.example/team/name, or a registry alone for what it holds.
        reference: Option<String>,
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
        #[command(flatten)]
        door: Door,
    },
}

pub async fn plugin(plugin: Plugin) -> Result<ExitCode, Error> {
    let reach = plugin.reach;
    match plugin.verb {
        Verb::Author(author) => author::author(author).await?,
        Verb::Run(run) => return run::run(&reach, run).await,
        Verb::Artifact(verb) => artifact::artifact(verb, Only::Any).await?,
        Verb::Install { what, yes, replace } => {
            install::install(&client(&reach)?, &what, yes, replace).await?;
        }
        Verb::Accept { which, yes } => install::accept(&client(&reach)?, &which, yes).await?,
        Verb::List { reference: Some(reference), output, door } => {
            artifact::list(&reference, output, &door).await?;
        }
        Verb::List { reference: None, output, door: _ } => {
            let plugins: Vec<Installed> = client(&reach)?.get("/api/v1/plugins").await?;
            let headings: (&[&str], &[&str]) =
                (&["NAME", "KIND", "VERSION", "STATE"], &["DIGEST", "ORIGIN", "GRANTS"]);
            output::list(output, headings, &plugins, |it| Row {
                name: it.name.clone(),
                cells: vec![it.kind.clone(), it.version.clone(), state(it).to_owned()],
                more: vec![it.digest.clone(), it.origin.clone(), it.grants.join(",")],
            });
            for it in plugins.iter().filter_map(|it| it.barred.as_ref()) {
                eprintln!("{it}");
            }
            for it in &plugins {
                if let Some(newer) = &it.newer {
                    eprintln!("{} {} has {newer} at its source", it.name, it.version);
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn state(plugin: &Installed) -> &'static str {
    match plugin {
        Installed { barred: Some(_), .. } => "not run",
        Installed { is_accepted: false, .. } => "to be accepted",
        Installed { projects, .. } if !projects.is_empty() => "of a project",
        Installed { is_current: true, .. } => "current",
        Installed { is_withdrawn: true, .. } => "withdrawn",
        _ => "",
    }
}
