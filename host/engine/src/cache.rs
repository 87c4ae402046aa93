//! The cache of compiled code: files that only this host wrote, each sealed with a key that only this host has.
//!
//! Loading compiled code is as good as running it, so a file is loaded only when its seal says that it is what was
//! written for this digest and this version of wasmtime.

mod map;
mod seal;

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use slipway_model::digest::Digest;
use wasmtime::component::Component;

use seal::Key;

/// Nobody takes this long to write a file: what is unfinished then, a crash left.
const LEFT_BEHIND: Duration = Duration::from_hours(1);

/// The folder, its key, and which wasmtime its files are for.
#[derive(Clone)]
pub struct Cache {
    folder: PathBuf,
    key: Key,
    wasmtime: wasmtime::Engine,
    compatible: String,
}

/// What lies beside the compiled code.
#[derive(Serialize, Deserialize)]
struct Note {
    /// The plugin's manifest, as it stands in the component.
    manifest: String,
    /// Over name, manifest and code.
    seal: String,
}

impl Cache {
    /// Makes the folder and the key where they are missing, and drops what another wasmtime compiled, or a crash left
    /// unfinished.
    pub fn open(folder: &Path, wasmtime: &wasmtime::Engine) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        let key = seal::key(&folder.join("key"))?;
        let mut hasher = DefaultHasher::new();
        wasmtime.precompile_compatibility_hash().hash(&mut hasher);
        let compatible = format!("{:016x}", hasher.finish());
        let folder = folder.to_owned();
        let cache = Self { folder, key, wasmtime: wasmtime.clone(), compatible };
        cache.sweep()?;
        Ok(cache)
    }

    /// The compiled component and its manifest; none where there is none that can be trusted.
    pub fn load(&self, digest: &Digest) -> io::Result<Option<(Component, Vec<u8>)>> {
        let code = self.code(digest);
        let (Some(note), Some(content)) = (read(&self.note(digest))?, read(&code)?) else {
            return Ok(None);
        };
        let Ok(note) = serde_json::from_slice::<Note>(&note) else { return Ok(None) };
        let seal = self.key.seal(&[&name(&code), note.manifest.as_bytes(), &content]);
        if seal != note.seal {
            tracing::warn!(file = %code.display(), "a compiled plugin was changed by somebody else; it is compiled again");
            return Ok(None);
        }
        drop(content);
        // A file that cannot be loaded is compiled again; that is all a cache may mean.
        let component = map::map(&self.wasmtime, &code).ok();
        Ok(component.map(|it| (it, note.manifest.into_bytes())))
    }

    /// Writes the compiled code and its seal, and loads it.
    pub fn store(
        &self,
        digest: &Digest,
        manifest: &[u8],
        content: &[u8],
    ) -> io::Result<wasmtime::Result<Component>> {
        let code = self.code(digest);
        let manifest = String::from_utf8_lossy(manifest).into_owned();
        let seal = self.key.seal(&[&name(&code), manifest.as_bytes(), content]);
        write(&code, content)?;
        let note = serde_json::to_vec(&Note { manifest, seal }).expect("two texts are JSON");
        write(&self.note(digest), &note)?;
        Ok(map::map(&self.wasmtime, &code))
    }

    fn code(&self, digest: &Digest) -> PathBuf {
        self.folder.join(format!("{}.{}.code", digest.hex(), self.compatible))
    }

    fn note(&self, digest: &Digest) -> PathBuf {
        self.folder.join(format!("{}.{}.note", digest.hex(), self.compatible))
    }

    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if self.is_incompatible(&path) || is_left_behind(&path) {
                remove(&path)?;
            }
        }
        Ok(())
    }

    fn is_incompatible(&self, path: &Path) -> bool {
        let made_for = path.file_stem().and_then(|it| Path::new(it).extension()?.to_str());
        is_ours(path) && made_for.is_some_and(|it| it != self.compatible)
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache").field("folder", &self.folder).finish_non_exhaustive()
    }
}

fn is_ours(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "code" || it == "note")
}

/// Whether it is a passing file of [`write`] that is not going to get its name. Several processes of a user share a
/// cache, so one that is young may be somebody's at this moment.
fn is_left_behind(path: &Path) -> bool {
    let is_passing = path.file_stem().is_some_and(|it| is_ours(Path::new(it)));
    let written = fs::metadata(path).and_then(|it| it.modified());
    is_passing && written.is_ok_and(|it| it.elapsed().is_ok_and(|age| age >= LEFT_BEHIND))
}

/// Another process may have been faster.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn name(path: &Path) -> Vec<u8> {
    path.file_name().unwrap_or_default().as_encoded_bytes().to_vec()
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whole or not at all: a file under its name is complete. An older one may be mapped, so it is replaced, never
/// written into. It need not be on disk: a loss of power that spoils it breaks its seal.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let passing = path.with_added_extension(format!("{}-{count}", std::process::id()));
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&passing)?;
    let written = file.write_all(content).and_then(|()| fs::rename(&passing, path));
    if written.is_err() {
        // On a full disk others wait for its room; where it cannot be removed, a later sweep does it.
        let _ = fs::remove_file(&passing);
    }
    written
}

#[cfg(test)]
mod tests;
