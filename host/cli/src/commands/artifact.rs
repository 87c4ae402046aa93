//! What `slipway plugin` and `slipway blueprint` do with registries, without a server.

mod inspect;
mod key;
mod pull;
mod push;
mod versions;

use std::path::PathBuf;

use clap::Subcommand;

use crate::error::Error;
use crate::registry::Door;

pub use inspect::inspect;
pub use versions::list;

#[derive(Debug, Subcommand)]
pub enum Artifact {
    /// Push a component to a registry; prints the digest that it has there.
    Push(push::Push),
    /// Fetch a component from a registry; prints the digest of what was fetched.
    Pull {
        /// registry.example/team/name:1.0.0, or @sha256:… in place of the tag.
        reference: String,
        /// Where to write it; NAME-VERSION.wasm by default.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Write over a file that is there.
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        door: Door,
    },
    /// Sign what a reference names, so that `verify`, servers and cosign know whose it is.
    Sign {
        reference: String,
        /// Private key, as `key new` makes it.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        #[command(flatten)]
        door: Door,
    },
    /// Say whether one of these keys signed what a reference names; prints its digest.
    Verify {
        reference: String,
        /// Public key, as `key new` and cosign make it.
        #[arg(long = "key", value_name = "FILE", required = true)]
        keys: Vec<PathBuf>,
        #[command(flatten)]
        door: Door,
    },
    /// Make keys for signatures.
    Key {
        #[command(subcommand)]
        verb: key::Verb,
    },
}

/// Which worlds are let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    Any,
    Blueprints,
}

pub async fn artifact(verb: Artifact, only: Only) -> Result<(), Error> {
    match verb {
        Artifact::Push(it) => push::push(it, only).await,
        Artifact::Pull { reference, output, force, door } => {
            pull::pull(&reference, output, force, &door).await
        }
        Artifact::Sign { reference, key, door } => key::sign(&reference, &key, &door).await,
        Artifact::Verify { reference, keys, door } => key::verify(&reference, &keys, &door).await,
        Artifact::Key { verb } => key::key(verb),
    }
}
