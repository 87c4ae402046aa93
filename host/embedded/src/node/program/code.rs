//! Compiled code on disk, by the component's digest and by what compiled it.
//!
//! The only place of the node with `unsafe`: reading compiled code back trusts its bytes. They lie in a directory
//! that only this user may read or write, under a name that only this module writes, and never come from outside.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use slipway_database::whole;
use slipway_model::digest::Digest;
use wasmtime::Engine;
use wasmtime::component::Component;

use super::Error;

/// Where the code of this engine lies; another version of wasmtime or another processor has another folder.
pub(super) fn folder(dir: &Path, engine: &Engine) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    dir.join("compiled").join(format!("{:016x}", hasher.finish()))
}

/// The compiled code, if it was kept and can be read.
pub(super) fn kept(engine: &Engine, folder: &Path, digest: &Digest) -> Option<Component> {
    let path = file(folder, digest);
    if !path.exists() {
        return None;
    }
    match read(engine, &path) {
        Ok(component) => Some(component),
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "compiled code is made anew");
            None
        }
    }
}

/// Compiles a component, and keeps the code.
pub(super) fn compile(
    engine: &Engine,
    folder: &Path,
    digest: &Digest,
    content: &[u8],
) -> Result<Component, Error> {
    let path = file(folder, digest);
    let code = engine.precompile_component(content).map_err(Error::Compile)?;
    let written = std::fs::create_dir_all(folder).and_then(|()| whole::write(&path, &code));
    written.map_err(|source| Error::Disk { path: path.clone(), source })?;
    read(engine, &path).map_err(Error::Compile)
}

fn file(folder: &Path, digest: &Digest) -> PathBuf {
    folder.join(format!("{}.cwasm", digest.hex()))
}

#[expect(unsafe_code, reason = "wasmtime maps compiled code from a file that only we write")]
fn read(engine: &Engine, path: &Path) -> wasmtime::Result<Component> {
    // SAFETY: the file was written by `compile` above from wasmtime's own output, beside its place and renamed when it
    // was whole and on disk, in a directory with mode 0700; nothing downloaded is ever put there.
    unsafe { Component::deserialize_file(engine, path) }
}
