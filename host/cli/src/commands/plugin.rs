//! `slipway plugin`: install and list; what authors do is in `author`.

mod author;
mod run;

pub use author::{bytes, failed};

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use slipway_wire::catalogue::Plugin as Installed;

use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format, Row};

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
    /// Install a component; what it asks for is granted.
    Install { file: PathBuf },
    /// List installed plugins.
    #[command(alias = "ls")]
    List {
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
}

pub async fn plugin(plugin: Plugin) -> Result<ExitCode, Error> {
    let reach = plugin.reach;
    match plugin.verb {
        Verb::Author(author) => author::author(author).await?,
        Verb::Run(run) => return run::run(&reach, run).await,
        Verb::Install { file } => {
            let path = file.display().to_string();
            let bytes = std::fs::read(&file).map_err(|source| Error::File { path, source })?;
            let client = client(&reach)?;
            let installed: Installed = client.upload("/api/v1/plugins", bytes).await?;
            eprintln!("installed {} {} {}", installed.kind, installed.name, installed.version);
            eprintln!("granted: {}", installed.grants.join(", "));
            println!("{}", installed.digest);
        }
        Verb::List { output } => {
            let plugins: Vec<Installed> = client(&reach)?.get("/api/v1/plugins").await?;
            let headings: (&[&str], &[&str]) =
                (&["NAME", "KIND", "VERSION", "CURRENT"], &["DIGEST", "GRANTS"]);
            output::list(output, headings, &plugins, |it| Row {
                name: it.name.clone(),
                cells: vec![
                    it.kind.clone(),
                    it.version.clone(),
                    match (it.is_current, it.is_withdrawn) {
                        (true, _) => "yes",
                        (false, true) => "withdrawn",
                        (false, false) => "",
                    }
                    .to_owned(),
                ],
                more: vec![it.digest.clone(), it.grants.join(",")],
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}
