//! `slipway diff NAME`: what a change would do, or what two revisions differ in.
//!
//! Like diff(1): the exit code is 0 where nothing differs and 1 where something does.

use std::process::ExitCode;

use clap::Args;
use slipway_wire::deployment::{Diff as Difference, NewRevision, ValueChange};

use super::client;
use super::values::{Values, shown};
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format};

#[derive(Debug, Args)]
pub struct Diff {
    #[command(flatten)]
    reach: Reach,
    /// Name of the deployment.
    name: String,
    #[command(flatten)]
    values: Values,
    /// Two revisions: 3..5
    #[arg(long, value_name = "FROM..TO", conflicts_with_all = ["files", "sets", "secrets"])]
    revisions: Option<String>,
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

pub async fn diff(diff: Diff) -> Result<ExitCode, Error> {
    let client = client(&diff.reach)?;
    let path = client.deployment(&diff.name)?;
    let difference: Difference = match &diff.revisions {
        Some(text) => {
            let (from, to) = between(text)?;
            client.get(&format!("{path}/diff?from={from}&to={to}")).await?
        }
        None => {
            let new = NewRevision {
                values: diff.values.read()?,
                upgrade_blueprint: false,
                message: String::new(),
                if_revision: None,
            };
            client.post(&format!("{path}/revisions?dryRun=true"), &new).await?
        }
    };
    match diff.output {
        Format::Table | Format::Wide => show(&difference),
        other => output::one(other, &difference, &diff.name, String::new),
    }
    let same = difference.values.is_empty() && difference.objects.is_empty();
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Prints a difference for people.
pub fn show(diff: &Difference) {
    if diff.values.is_empty() && diff.objects.is_empty() {
        eprintln!("nothing would change");
    }
    for ValueChange { field, before, after } in &diff.values {
        let field = field.trim_start_matches('/').replace('/', ".");
        match (before, after) {
            (None, Some(after)) => println!("+ {field}: {}", shown(after)),
            (Some(before), None) => println!("- {field}: {}", shown(before)),
            (before, after) => {
                let text =
                    |it: &Option<serde_json::Value>| it.as_ref().map(shown).unwrap_or_default();
                println!("~ {field}: {} -> {}", text(before), text(after));
            }
        }
    }
    for object in &diff.objects {
        println!("\n{} {} {}", object.kind, object.name, object.fate);
        if object.fate == "changed" {
            print!("{}", object.text);
        }
    }
}

fn between(text: &str) -> Result<(u64, u64), Error> {
    let usage =
        || Error::Usage(format!("{text:?} names no two revisions; an example is --revisions 3..5"));
    let (from, to) = text.split_once("..").ok_or_else(usage)?;
    Ok((from.parse().map_err(|_| usage())?, to.parse().map_err(|_| usage())?))
}
