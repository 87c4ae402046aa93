//! `slipway whoami`.

use clap::Args;
use slipway_wire::access::Identity;

use super::client;
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format};

#[derive(Debug, Args)]
pub struct Whoami {
    #[command(flatten)]
    reach: Reach,
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

pub async fn whoami(whoami: Whoami) -> Result<(), Error> {
    let client = client(&whoami.reach)?;
    let identity: Identity = client.get("/api/v1/whoami").await?;
    output::one(whoami.output, &identity, &identity.name, || {
        let admin = if identity.is_admin { ", an admin," } else { "" };
        format!("{}{admin} at {}\n", identity.name, client.url)
    });
    Ok(())
}
