//! `slipway plugin sign|verify|key`: whose a component is.

use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Subcommand;
use slipway_registry::signature::{self, PrivateKey, PublicKey};

use crate::error::Error;
use crate::file;
use crate::registry::{Door, Named};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a key: NAME.key, which is secret and has no password, and NAME.pub, which is to be handed on.
    New {
        #[arg(long, default_value = "slipway")]
        name: PathBuf,
    },
}

pub fn key(verb: Verb) -> Result<(), Error> {
    let Verb::New { name } = verb;
    let (secret, public) = (name.with_added_extension("key"), name.with_added_extension("pub"));
    if let Some(there) = [&secret, &public].into_iter().find(|it| it.exists()) {
        let words = format!("{} is there already; nothing was written", there.display());
        return Err(Error::Usage(words));
    }
    let key = PrivateKey::new().map_err(|error| Error::Failed(error.to_string()))?;
    write(&secret, &key.pem(), 0o600)?;
    write(&public, &key.public().pem(), 0o644)?;
    eprintln!(
        "{} signs: keep it to yourself, it has no password. {} is for those who check.",
        secret.display(),
        public.display()
    );
    println!("{}", public.display());
    Ok(())
}

pub async fn sign(reference: &str, key: &Path, door: &Door) -> Result<(), Error> {
    let named = Named::read(reference)?;
    let key: PrivateKey = read(key)?;
    let remote = door.open(&named.registry)?;
    let exact = named.exact()?;
    let signed = remote.signed(&exact).await?;
    if signed.signatures.iter().any(|it| key.public().signed(it, &signed.manifest)) {
        eprintln!("this key signed {exact} already");
    } else {
        let signature = key.sign(&named.place(), &signed.manifest);
        remote.put_signature(&exact, &signed.manifest, &signature).await?;
        eprintln!("signed {exact}");
    }
    println!("{}", signed.manifest);
    Ok(())
}

pub async fn verify(reference: &str, keys: &[PathBuf], door: &Door) -> Result<(), Error> {
    let named = Named::read(reference)?;
    let keys: Vec<PublicKey> = keys.iter().map(|it| read(it)).collect::<Result<_, _>>()?;
    let exact = named.exact()?;
    let signed = door.open(&named.registry)?.signed(&exact).await?;
    let is_ours =
        |it: &signature::Signature| keys.iter().any(|key| key.signed(it, &signed.manifest));
    if !signed.signatures.iter().any(is_ours) {
        return Err(Error::Failed(match signed.signatures.len() {
            0 => format!("nobody signed {exact} ({})", signed.manifest),
            more => format!(
                "{exact} ({}) has {more} signatures, and none by a key that was given",
                signed.manifest
            ),
        }));
    }
    eprintln!("{exact} is signed by a key that was given");
    println!("{}", signed.manifest);
    Ok(())
}

fn read<K: FromStr<Err = signature::Error>>(path: &Path) -> Result<K, Error> {
    let text = file::text(path)?;
    text.parse().map_err(|error| Error::Usage(format!("{}: {error}", path.display())))
}

fn write(path: &Path, text: &str, mode: u32) -> Result<(), Error> {
    let written = || -> io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true).mode(mode).open(path)?.write_all(text.as_bytes())
    };
    written().map_err(file::failed(path))
}
