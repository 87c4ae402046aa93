//! Compiled code on disk, by the component's digest and by what compiled it.
//!
//! The only place of the node with `unsafe`: reading compiled code back trusts its bytes. They lie in a directory
//! that only this user may read or write, under a name that only this module writes, and never come from outside.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};

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

/// Reads compiled code, or compiles and keeps it.
pub(super) fn load(
    engine: &Engine,
    folder: &Path,
    digest: &Digest,
    content: &[u8],
) -> Result<Component, Error> {
    let path = folder.join(format!("{}.cwasm", digest.hex()));
    if path.exists() {
        match read(engine, &path) {
            Ok(component) => return Ok(component),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "compiled code is made anew");
            }
        }
    }
    let code = engine.precompile_component(content).map_err(Error::Compile)?;
    keep(folder, &path, &code).map_err(|source| Error::Disk { path: path.clone(), source })?;
    read(engine, &path).map_err(Error::Compile)
}

#[expect(unsafe_code, reason = "wasmtime maps compiled code from a file that only we write")]
fn read(engine: &Engine, path: &Path) -> wasmtime::Result<Component> {
    // SAFETY: the file was written by `keep` below from wasmtime's own output, beside its place and renamed when it
    // was whole, in a directory with mode 0700; nothing downloaded is ever put there.
    unsafe { Component::deserialize_file(engine, path) }
}

fn keep(folder: &Path, path: &Path, code: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let beside = folder.join(format!(".{}", uuid::Uuid::now_v7()));
    let mut file = std::fs::File::create_new(&beside)?;
    file.write_all(code)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}
