//! `slipway user`: make and list accounts.

use std::io::Read;

use clap::{Args, Subcommand};
use slipway_wire::access::{NewUser, User as Account};
use slipway_wire::page::Page;

use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format, Row, age};

#[derive(Debug, Args)]
pub struct User {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make an account; the password is read from standard input.
    Create {
        name: String,
        /// An admin of the instance.
        #[arg(long)]
        admin: bool,
    },
    /// List accounts.
    #[command(alias = "ls")]
    List {
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
}

pub async fn user(user: User) -> Result<(), Error> {
    let client = client(&user.reach)?;
    match user.verb {
        Verb::Create { name, admin } => {
            let mut password = String::new();
            let terminal = |source| Error::File { path: "standard input".into(), source };
            std::io::stdin().read_to_string(&mut password).map_err(terminal)?;
            let password = password.trim_end_matches(['\r', '\n']).to_owned();
            let new = NewUser { name, password, is_admin: admin };
            let made: Account = client.post("/api/v1/users", &new).await?;
            eprintln!("made account {}", made.name);
        }
        Verb::List { output } => {
            let users: Page<Account> = client.get("/api/v1/users?limit=200").await?;
            output::list(output, (&["NAME", "ADMIN", "AGE"], &[]), &users.items, |it| Row {
                name: it.name.clone(),
                cells: vec![if it.is_admin { "yes" } else { "" }.to_owned(), age(&it.created_at)],
                more: Vec::new(),
            });
        }
    }
    Ok(())
}
