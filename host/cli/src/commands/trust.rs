//! `slipway trust`: whose plugins are taken from which source.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use slipway_wire::catalogue::{NewTrust, TrustRule};

use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::file;
use crate::output::{self, Format, Row, age};

const TRUST: &str = "/api/v1/trust";

#[derive(Debug, Args)]
pub struct Trust {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Say whose plugins are taken from a source; with neither --key nor --unsigned, none are.
    Set {
        /// A registry or the beginning of a name in it (ghcr.io/team), slipway.local, upload, or * for other registries.
        source: String,
        /// Public key that may sign; several may.
        #[arg(long = "key", value_name = "FILE")]
        keys: Vec<PathBuf>,
        /// Take what nobody signed, too.
        #[arg(long)]
        unsigned: bool,
    },
    /// List the rules.
    #[command(alias = "ls")]
    List {
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
    /// Take a rule back.
    Delete { source: String },
}

pub async fn trust(trust: Trust) -> Result<(), Error> {
    let client = client(&trust.reach)?;
    match trust.verb {
        Verb::Set { source, keys, unsigned } => {
            let keys = keys.iter().map(|it| file::text(it)).collect::<Result<_, _>>()?;
            let rule: TrustRule = client.put(TRUST, &NewTrust { source, keys, unsigned }).await?;
            eprintln!("from {}, {} taken", rule.source, taken(&rule));
            for it in &rule.barred {
                eprintln!("{it} is not run now; `slipway plugin list` says why");
            }
        }
        Verb::List { output } => {
            let rules: Vec<TrustRule> = client.get(TRUST).await?;
            let headings: (&[&str], &[&str]) = (&["SOURCE", "TAKEN", "SET BY", "AGE"], &[]);
            output::list(output, headings, &rules, |it| Row {
                name: it.source.clone(),
                cells: vec![taken(it), it.set_by.clone(), age(&it.set_at)],
                more: Vec::new(),
            });
            if rules.is_empty() {
                eprintln!(
                    "no rules: uploads and our own registry are taken, and nothing from elsewhere"
                );
            }
        }
        Verb::Delete { source } => {
            client.delete(&format!("{TRUST}?source={source}")).await?;
            eprintln!("took the rule about {source} back");
        }
    }
    Ok(())
}

fn taken(rule: &TrustRule) -> String {
    match (rule.unsigned, rule.keys.len()) {
        (true, _) => "everything is".into(),
        (false, 0) => "nothing is".into(),
        (false, 1) => "what 1 key signed is".into(),
        (false, more) => format!("what one of {more} keys signed is"),
    }
}
