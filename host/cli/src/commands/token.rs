//! `slipway token`: make, list, revoke.

use clap::{Args, Subcommand};
use slipway_wire::access::{MadeToken, NewToken, Scope, Token as Kept};

use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format, Row, age, word};

#[derive(Debug, Args)]
pub struct Token {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a token; it is printed this once.
    Create {
        name: String,
        /// What it may do at most: read, deploy, admin.
        #[arg(long)]
        scope: String,
        /// It expires after so many days.
        #[arg(long, value_name = "DAYS")]
        expires: Option<u32>,
    },
    /// List your tokens.
    #[command(alias = "ls")]
    List {
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
    /// Revoke a token.
    Revoke { name: String },
}

pub async fn token(token: Token) -> Result<(), Error> {
    let client = client(&token.reach)?;
    match token.verb {
        Verb::Create { name, scope, expires } => {
            let known: Result<Scope, _> = serde_json::from_value(scope.as_str().into());
            let scope = known.map_err(|_| {
                Error::Usage(format!("{scope:?} is no scope; there are read, deploy and admin"))
            })?;
            let new = NewToken { name, scope, expires_in_days: expires };
            let made: MadeToken = client.post("/api/v1/tokens", &new).await?;
            eprintln!("made token {}; this is the only time that it is shown:", made.token.name);
            println!("{}", made.text);
        }
        Verb::List { output } => {
            let tokens: Vec<Kept> = client.get("/api/v1/tokens").await?;
            output::list(output, (&["NAME", "SCOPE", "AGE", "EXPIRES"], &[]), &tokens, |it| Row {
                name: it.name.clone(),
                cells: vec![
                    word(&it.scope),
                    age(&it.created_at),
                    it.expires_at.clone().unwrap_or_else(|| "never".to_owned()),
                ],
                more: Vec::new(),
            });
        }
        Verb::Revoke { name } => {
            client.delete(&format!("/api/v1/tokens/{name}")).await?;
            eprintln!("revoked token {name}");
        }
    }
    Ok(())
}
