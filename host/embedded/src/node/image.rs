//! Images on this node: fetched once, kept by their digest, compiled one at a time.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use slipway_model::digest::Digest;
use slipway_registry::remote::{self, Remote};

use super::program::{self, Engine, Program, Ticker};

/// Why an image cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The registry.
    #[error(transparent)]
    Pull(#[from] remote::Error),
    /// The pod wants it here already.
    #[error("{0} is not on this node, and the pod's pull policy is Never")]
    Absent(String),
    /// What was fetched does not run.
    #[error("{image} cannot be run")]
    Program {
        /// Which image.
        image: String,
        /// Why.
        #[source]
        source: Arc<program::Error>,
    },
    /// The disk.
    #[error("{image} could not be kept on this node")]
    Disk {
        /// Which image.
        image: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// When to ask the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    Always,
    IfAbsent,
    Never,
}

impl Policy {
    /// As the container says; Kubernetes' own default depends on the tag.
    pub fn of(text: Option<&str>, image: &str) -> Self {
        match text {
            Some("Always") => Self::Always,
            Some("Never") => Self::Never,
            Some(_) => Self::IfAbsent,
            None if image.contains('@') => Self::IfAbsent,
            None => {
                let last = image.rsplit('/').next().unwrap_or(image);
                let moving = !last.contains(':') || last.ends_with(":latest");
                if moving { Self::Always } else { Self::IfAbsent }
            }
        }
    }
}

/// A program, and the image that it is.
pub(super) struct Loaded {
    pub program: Arc<Program>,
    /// The component's digest.
    pub digest: Digest,
}

pub(super) struct Images {
    remote: Remote,
    engine: Arc<Engine>,
    folder: PathBuf,
    /// Programs that some pod still holds.
    loaded: Mutex<HashMap<Digest, Weak<Program>>>,
    /// One compilation at a time, in the order of asking.
    compiling: tokio::sync::Mutex<()>,
}

impl Images {
    pub fn new(dir: &Path, remote: Remote, engine: Engine) -> Self {
        Self {
            remote,
            engine: Arc::new(engine),
            folder: dir.join("images"),
            loaded: Mutex::default(),
            compiling: tokio::sync::Mutex::default(),
        }
    }

    pub fn ticker(&self) -> Arc<Ticker> {
        self.engine.ticker()
    }

    /// Gets an image ready to run.
    pub async fn load(&self, image: &str, policy: Policy) -> Result<Loaded, Error> {
        let digest = self.fetch(image, policy).await?;
        if let Some(program) = self.held(&digest) {
            return Ok(Loaded { program, digest });
        }
        let _turn = self.compiling.lock().await;
        if let Some(program) = self.held(&digest) {
            return Ok(Loaded { program, digest });
        }
        let (engine, path, of) = (self.engine.clone(), self.component(&digest), digest.clone());
        let work = move || -> std::io::Result<Result<Program, program::Error>> {
            let content = std::fs::read(path)?;
            Ok(engine.load(&of, &content))
        };
        let disk = |source| Error::Disk { image: image.into(), source };
        let made = tokio::task::spawn_blocking(work).await;
        let made = made.map_err(|it| disk(std::io::Error::other(it)))?.map_err(disk)?;
        let program =
            Arc::new(made.map_err(|source| Error::Program {
                image: image.into(),
                source: Arc::new(source),
            })?);
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.retain(|_, it| it.strong_count() > 0);
        loaded.insert(digest.clone(), Arc::downgrade(&program));
        Ok(Loaded { program, digest })
    }

    fn held(&self, digest: &Digest) -> Option<Arc<Program>> {
        let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.get(digest).and_then(Weak::upgrade)
    }

    /// Sees that the component is on the disk, and says which one it is.
    async fn fetch(&self, image: &str, policy: Policy) -> Result<Digest, Error> {
        let known = self.known(image).await;
        match policy {
            Policy::IfAbsent | Policy::Never if known.is_some() => {}
            Policy::Never => return Err(Error::Absent(image.into())),
            Policy::Always | Policy::IfAbsent => return self.ask(image).await,
        }
        known.ok_or_else(|| Error::Absent(image.into()))
    }

    async fn ask(&self, image: &str) -> Result<Digest, Error> {
        let resolved = self.remote.resolve(image).await?;
        let path = self.component(&resolved.component);
        let disk = |source| Error::Disk { image: image.into(), source };
        if !tokio::fs::try_exists(&path).await.map_err(disk)? {
            let content = self.remote.fetch(image, &resolved).await?;
            tracing::info!(image, bytes = content.len(), "fetched an image");
            keep(&path, &content).await.map_err(disk)?;
        }
        let digest = resolved.component;
        keep(&self.name(image), digest.as_str().as_bytes()).await.map_err(disk)?;
        Ok(digest)
    }

    /// What the image was when it was last asked for, if that is still here.
    async fn known(&self, image: &str) -> Option<Digest> {
        let text = tokio::fs::read_to_string(self.name(image)).await.ok()?;
        let digest = text.parse().ok()?;
        tokio::fs::try_exists(self.component(&digest)).await.ok()?.then_some(digest)
    }

    fn component(&self, digest: &Digest) -> PathBuf {
        self.folder.join(format!("{}.wasm", digest.hex()))
    }

    fn name(&self, image: &str) -> PathBuf {
        self.folder.join("names").join(Digest::of(image.as_bytes()).hex())
    }
}

async fn keep(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    tokio::fs::create_dir_all(folder).await?;
    let beside = folder.join(format!(".{}", uuid::Uuid::now_v7()));
    tokio::fs::write(&beside, content).await?;
    tokio::fs::rename(&beside, path).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_images_that_may_move_are_asked_for_each_time() {
        let pinned = format!("a/b@sha256:{}", "0".repeat(64));
        for (text, image, policy) in [
            (None, "localhost:5000/a", Policy::Always),
            (None, "a/b:latest", Policy::Always),
            (None, "a/b:1.0", Policy::IfAbsent),
            (None, pinned.as_str(), Policy::IfAbsent),
            (Some("Always"), "a/b:1.0", Policy::Always),
            (Some("Never"), "a/b:1.0", Policy::Never),
        ] {
            assert_eq!(Policy::of(text, image), policy, "{image}");
        }
    }
}
