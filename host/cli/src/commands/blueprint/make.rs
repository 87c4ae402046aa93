//! `slipway blueprint make DEPLOYMENT`: a blueprint of a running app, its secrets asked for instead.

use clap::Args;
use slipway_wire::catalogue::{AskedField, MadePreset, NewPreset, Plugin, PluginReference};

use crate::client::Client;
use crate::error::Error;
use crate::output::{self, Format};

#[derive(Debug, Args)]
pub struct Make {
    /// The deployment.
    deployment: String,
    /// Name of the blueprint.
    #[arg(long)]
    name: String,
    /// Title in the catalogue; the name by default.
    #[arg(long, default_value = "")]
    title: String,
    /// One or two sentences for the catalogue.
    #[arg(long, default_value = "")]
    summary: String,
    /// Version of the blueprint.
    #[arg(long = "set-version", value_name = "VERSION", default_value = "1.0.0")]
    version: String,
    /// A field that people are asked for: greeting or database.size. Secrets always are.
    #[arg(long, value_name = "FIELD")]
    ask: Vec<String>,
    /// What is not asked for cannot be changed.
    #[arg(long)]
    locked: bool,
    /// Anybody may pull it from the registry.
    #[arg(long)]
    public: bool,
    /// What it is for, in the marketplace: office, database; several may.
    #[arg(long = "category", value_name = "WORD")]
    categories: Vec<String>,
    /// What is new in this version.
    #[arg(long, value_name = "TEXT", default_value = "")]
    changelog: String,
    /// Install it into the catalogue of all projects as well; takes an admin.
    #[arg(long)]
    install: bool,
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

pub async fn make(client: &Client, make: Make) -> Result<(), Error> {
    let path =
        format!("/api/v1/projects/{}/deployments/{}/blueprint", client.project()?, make.deployment);
    let new = NewPreset {
        name: make.name,
        title: make.title,
        summary: make.summary,
        version: make.version,
        ask: make
            .ask
            .iter()
            .map(|it| AskedField { field: pointer(it), title: None, help: None, required: false })
            .collect(),
        locked: make.locked,
        is_public: make.public,
        categories: make.categories,
        changelog: make.changelog,
    };
    let made: MadePreset = client.post(&path, &new).await?;
    output::one(make.output, &made, &made.reference, || told(&made));
    for field in &made.told {
        eprintln!(
            "warning: {field} sounds like a secret, and the blueprint keeps it as plain text: it is in the preset"
        );
    }
    if make.install {
        let from = PluginReference { reference: made.reference.clone(), accepts: false };
        let installed: Plugin = client.post("/api/v1/plugins/from-registry", &from).await?;
        eprintln!("installed {} {} {}", installed.kind, installed.name, installed.version);
    } else {
        eprintln!(
            "hint: the project has it: slipway deploy NAME -b {}; others get it by `slipway marketplace share {}`",
            made.deploys_as,
            made.reference.split(':').next().unwrap_or_default()
        );
    }
    Ok(())
}

fn told(made: &MadePreset) -> String {
    let asked = made.ask.iter().map(|it| format!("  {it}\n")).collect::<String>();
    let asked = if asked.is_empty() { "  nothing\n".to_owned() } else { asked };
    format!("{}\n{}\nIt asks for\n{asked}", made.reference, made.digest)
}

/// `database.size` or `/database/size`.
fn pointer(field: &str) -> String {
    if field.starts_with('/') { field.to_owned() } else { format!("/{}", field.replace('.', "/")) }
}
