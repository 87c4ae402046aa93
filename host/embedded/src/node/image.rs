//! Images on this node: fetched once, kept by their digest, compiled one at a time.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use slipway_database::whole;
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
    /// The disk did not give back what it was given.
    #[error("what was kept of {0} on this node was spoiled")]
    Spoiled(String),
    /// The disk.
    #[error("{image} could not be kept on this node")]
    Disk {
        /// Which image.
        image: String,
        /// What the system said.
        #[source]
        source: io::Error,
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
        let images = Self {
            remote,
            engine: Arc::new(engine),
            folder: dir.join("images"),
            loaded: Mutex::default(),
            compiling: tokio::sync::Mutex::default(),
        };
        super::sweep(&images.folder);
        super::sweep(&images.names());
        images
    }

    pub fn ticker(&self) -> Arc<Ticker> {
        self.engine.ticker()
    }

    /// Gets an image ready to run.
    pub async fn load(&self, image: &str, policy: Policy) -> Result<Loaded, Error> {
        match self.load_kept(image, policy).await {
            // It is gone now, and so fetched once more.
            Err(Error::Spoiled(_)) => self.load_kept(image, policy).await,
            outcome => outcome,
        }
    }

    async fn load_kept(&self, image: &str, policy: Policy) -> Result<Loaded, Error> {
        let digest = self.fetch(image, policy).await?;
        if let Some(program) = self.held(&digest) {
            return Ok(Loaded { program, digest });
        }
        let _turn = self.compiling.lock().await;
        if let Some(program) = self.held(&digest) {
            return Ok(Loaded { program, digest });
        }
        let (engine, path, of) = (self.engine.clone(), self.component(&digest), digest.clone());
        let name = image.to_owned();
        let made = tokio::task::spawn_blocking(move || make(&engine, &path, &of, &name)).await;
        let broke_off = |it| Error::Disk { image: image.into(), source: io::Error::other(it) };
        let program = Arc::new(made.map_err(broke_off)??);
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
            keep(path, content).await.map_err(disk)?;
        }
        let digest = resolved.component;
        if self.known(image).await.as_ref() != Some(&digest) {
            let content = digest.as_str().as_bytes().to_owned();
            keep(self.name(image), content).await.map_err(disk)?;
        }
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

    fn names(&self) -> PathBuf {
        self.folder.join("names")
    }

    fn name(&self, image: &str) -> PathBuf {
        self.names().join(Digest::of(image.as_bytes()).hex())
    }
}

/// Makes a program of the component that is kept in a file. It blocks for as long as compiling takes.
fn make(engine: &Engine, path: &Path, digest: &Digest, image: &str) -> Result<Program, Error> {
    let unfit = |source| Error::Program { image: image.into(), source: Arc::new(source) };
    let disk = |source| Error::Disk { image: image.into(), source };
    // Compiled code speaks for itself: the component is read, and looked at, when it is to be compiled.
    if let Some(program) = engine.kept(digest) {
        return program.map_err(unfit);
    }
    let content = intact(path, digest).map_err(disk)?;
    let content = content.ok_or_else(|| Error::Spoiled(image.into()))?;
    engine.compile(digest, &content).map_err(|error| match error {
        // There may be room another time.
        program::Error::Disk { source, .. } => disk(source),
        error => unfit(error),
    })
}

/// The component in the file, if it is the one of this digest. Another one is removed: a disk that failed, or lost its
/// power, may have left anything under this name.
fn intact(path: &Path, digest: &Digest) -> io::Result<Option<Vec<u8>>> {
    let content = match std::fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        content => content?,
    };
    if Digest::of(&content) == *digest {
        return Ok(Some(content));
    }
    tracing::warn!(path = %path.display(), "an image was spoiled on the disk; it is fetched again");
    std::fs::remove_file(path)?;
    Ok(None)
}

async fn keep(path: PathBuf, content: Vec<u8>) -> io::Result<()> {
    let work = move || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        whole::write(&path, &content)
    };
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
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

    /// The smallest component: it compiles, and there is nothing in it to run.
    const NOTHING: &[u8] = b"\0asm\x0d\0\x01\0";

    fn images(dir: &Path) -> Images {
        let remote = Remote::new(remote::Settings::default());
        Images::new(dir, remote, Engine::new(dir).unwrap())
    }

    #[tokio::test]
    async fn an_image_that_the_disk_has_spoiled_is_not_believed_to_be_here() {
        let dir = tempfile::tempdir().unwrap();
        let images = images(dir.path());
        let digest = Digest::of(NOTHING);
        let path = images.component(&digest);
        keep(images.name("a/b:1"), digest.as_str().as_bytes().to_owned()).await.unwrap();
        let load = async || images.load("a/b:1", Policy::Never).await.err().unwrap();

        // As after a loss of power: the name is there, and nothing in it.
        std::fs::write(&path, b"").unwrap();
        assert!(matches!(load().await, Error::Absent(_)));
        assert!(!path.exists());

        keep(path.clone(), NOTHING.to_owned()).await.unwrap();
        let Error::Program { source, .. } = load().await else { panic!("it was not compiled") };
        assert!(matches!(*source, program::Error::NothingToRun), "{source}");
        // Now that compiled code is kept, the component is not looked at.
        std::fs::write(&path, b"").unwrap();
        assert!(matches!(load().await, Error::Program { .. }));
        assert!(path.exists());
    }

    #[tokio::test]
    async fn what_an_earlier_node_left_unfinished_is_swept() {
        let dir = tempfile::tempdir().unwrap();
        let first = images(dir.path());
        keep(first.component(&Digest::of(NOTHING)), NOTHING.to_owned()).await.unwrap();
        keep(first.name("a/b:1"), b"sha256:".to_vec()).await.unwrap();
        assert!(first.engine.compile(&Digest::of(NOTHING), NOTHING).is_err());
        let mut compiled = std::fs::read_dir(dir.path().join("compiled")).unwrap();
        let compiled = compiled.next().unwrap().unwrap().path();
        let left = [&first.folder, &first.names(), &compiled].map(|it| it.join(".half"));
        for path in &left {
            std::fs::write(path, b"half").unwrap();
        }
        let again = images(dir.path());
        assert!(left.iter().all(|it| !it.exists()));
        assert!(again.component(&Digest::of(NOTHING)).exists() && again.name("a/b:1").exists());
        assert!(again.engine.kept(&Digest::of(NOTHING)).is_some());
    }
}
