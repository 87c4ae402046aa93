//! `slipway plugin pull`: a component from a registry into a file.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::file;
use crate::registry::{Door, Named};

pub async fn pull(
    reference: &str,
    output: Option<PathBuf>,
    force: bool,
    door: &Door,
) -> Result<(), Error> {
    let named = Named::read(reference)?;
    let target = output.unwrap_or_else(|| called(&named));
    let pulled = door.open(&named.registry)?.pull(&named.exact()?).await?;
    let content = &pulled.content;
    if !force && std::fs::read(&target).is_ok_and(|it| it != *content) {
        let words = format!(
            "{} is there already, with other content; name another with -o, or add --force",
            target.display()
        );
        return Err(Error::Usage(words));
    }
    written(&target, content).map_err(file::failed(&target))?;
    eprintln!("pulled {}, {} KiB", target.display(), content.len().div_ceil(1024));
    println!("{}", pulled.resolved.manifest);
    Ok(())
}

fn called(named: &Named) -> PathBuf {
    let name = named.repository.rsplit('/').next().unwrap_or(&named.repository);
    match (&named.digest, &named.tag) {
        (None, Some(tag)) => format!("{name}-{tag}.wasm").into(),
        _ => format!("{name}.wasm").into(),
    }
}

/// Whole or not at all: somebody may be about to install it.
fn written(file: &Path, content: &[u8]) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    std::fs::write(&beside, content)?;
    std::fs::rename(&beside, file)
}
