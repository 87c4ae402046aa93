//! The sweep: what nothing names any more leaves the disk.
//!
//! What goes, once it is old enough: uploads that nobody goes on with; content that no manifest of its repository names; content
//! on disk that no repository holds; files that a crash left unfinished. A manifest never goes by itself, tagged or not: Slipway pins by
//! digest, so an untagged one may well be in use. It runs while others push; [`super::gate`] says how.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::gate::Sweeping;
use super::{Error, Local, disk, uploads};
use crate::digest::Digest;
use crate::name::Repository;
use crate::pushed;

/// How old things are before they go.
#[derive(Clone, Copy, Debug)]
pub struct Ages {
    /// The time now.
    pub now: SystemTime,
    /// Content that nothing names; longer than any push takes.
    pub unnamed: Duration,
    /// Uploads since their last part.
    pub upload: Duration,
}

/// What a sweep took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads that nobody went on with.
    pub uploads: u64,
    /// Content that repositories held and nothing named.
    pub links: u64,
    /// Content on disk.
    pub blobs: u64,
    /// Its size.
    pub bytes: u64,
}

/// What a repository holds.
struct Holdings {
    links: Vec<Digest>,
    manifests: Vec<Digest>,
    /// All that the manifests name.
    named: HashSet<Digest>,
}

impl Ages {
    fn is_past(&self, written: Option<SystemTime>, age: Duration) -> bool {
        written.and_then(|it| self.now.duration_since(it).ok()).is_some_and(|it| it >= age)
    }
}

impl Local {
    /// Sweeps once through everything.
    pub async fn sweep(&self, ages: Ages) -> Result<Swept, Error> {
        let sweeping = self.gate.sweep().await;
        let mut swept = Swept::default();
        let mut held = HashSet::new();
        let local = self.clone();
        for repository in disk::apart(move || local.repositories_of(None)).await? {
            swept.uploads += self.sweep_uploads(&repository, ages).await?;
            swept.links += self.sweep_links(&repository, ages, &sweeping, &mut held).await?;
        }
        self.sweep_content(ages, &sweeping, &held, &mut swept).await?;
        Ok(swept)
    }

    async fn sweep_uploads(&self, repository: &Repository, ages: Ages) -> Result<u64, Error> {
        let folder = self.folder(repository, "_uploads");
        let mut swept = 0;
        for path in old_files(&folder, ages, ages.upload).await? {
            let Some(id) = uploads::id_of(&path).filter(|it| !self.is_busy(*it)) else { continue };
            match self.cancel_upload(repository, id).await {
                Ok(()) => swept += 1,
                // It was finished, or goes on, just now.
                Err(Error::UploadUnknown(_) | Error::UploadBusy(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(swept)
    }

    /// Takes from a repository what none of its manifests names, and writes down what it holds.
    async fn sweep_links(
        &self,
        repository: &Repository,
        ages: Ages,
        sweeping: &Sweeping,
        held: &mut HashSet<Digest>,
    ) -> Result<u64, Error> {
        let (local, name) = (self.clone(), repository.clone());
        let Holdings { links, manifests, named } =
            disk::apart(move || local.holdings(&name)).await?;
        held.extend(manifests);
        let account = self.account(repository).await?;
        let mut swept = 0;
        for digest in links {
            if !named.contains(&digest) {
                let link = self.link(repository, &digest);
                let closed = sweeping.close().await;
                let (of, account) = (digest.clone(), account.clone());
                let is_gone = disk::apart(move || {
                    let keep = closed.is_fresh(&of)
                        || !ages.is_past(disk::written_at(&link)?, ages.unnamed);
                    Ok(!keep && Self::let_go(&link, &of, account.as_ref())?)
                });
                if is_gone.await? {
                    swept += 1;
                    continue;
                }
            }
            held.insert(digest);
        }
        Ok(swept)
    }

    fn holdings(&self, repository: &Repository) -> Result<Holdings, Error> {
        let all = |part: &str| -> Result<Vec<Digest>, Error> {
            let names = disk::names(&self.folder(repository, part))?;
            Ok(names.iter().filter_map(|it| Digest::from_hex(it)).collect())
        };
        let (links, manifests) = (all("_blobs")?, all("_manifests")?);
        let mut named = HashSet::new();
        for digest in &manifests {
            let content = disk::read(&self.content(digest))?.unwrap_or_default();
            named.extend(pushed::named(&content));
        }
        Ok(Holdings { links, manifests, named })
    }

    async fn sweep_content(
        &self,
        ages: Ages,
        sweeping: &Sweeping,
        held: &HashSet<Digest>,
        swept: &mut Swept,
    ) -> Result<(), Error> {
        for path in old_files(&self.root.join("blobs"), ages, ages.unnamed).await? {
            let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default().to_owned();
            let digest = Digest::from_hex(&name);
            let is_unfinished = name.starts_with('.');
            let is_unheld = digest.as_ref().is_some_and(|it| !held.contains(it));
            if !is_unfinished && !is_unheld {
                continue;
            }
            let closed = sweeping.close().await;
            let bytes = disk::apart(move || {
                let keep = digest.is_some_and(|it| closed.is_fresh(&it))
                    || !ages.is_past(disk::written_at(&path)?, ages.unnamed);
                let size = disk::size(&path)?.unwrap_or(0);
                // What a loss of power brings back goes with the next sweep.
                Ok((!keep && disk::discard(&path)?).then_some(size))
            })
            .await?;
            if let Some(bytes) = bytes {
                swept.blobs += 1;
                swept.bytes += bytes;
            }
        }
        Ok(())
    }
}

/// Files of a folder, unfinished ones too, that were written longer ago than this.
async fn old_files(
    folder: &Path,
    ages: Ages,
    age: Duration,
) -> Result<Vec<std::path::PathBuf>, Error> {
    let folder = folder.to_owned();
    disk::apart(move || {
        let mut found = disk::unfinished(&folder)?;
        found.extend(disk::names(&folder)?.into_iter().map(|it| folder.join(it)));
        let mut old = Vec::new();
        for path in found {
            if ages.is_past(disk::written_at(&path)?, age) {
                old.push(path);
            }
        }
        Ok(old)
    })
    .await
}
