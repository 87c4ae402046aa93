//! What each project keeps in the registry, counted for its quota.
//!
//! The rule: the sizes of all content and manifests that the project's repositories hold, each once however many of them hold it,
//! and what has arrived of uploads that are under way. What two projects hold counts for both, though the disk has it once: one
//! project's deletion must not fill another's quota. What nothing names any more counts until it is swept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use slipway_model::name::ProjectName;
use tokio::sync::OnceCell;

use super::{Error, Local, UploadId, disk};
use crate::digest::Digest;
use crate::name::Repository;
use crate::owner::Owner;

/// The accounts of all projects; each is counted from the disk when it is first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Accounts(Arc<Mutex<HashMap<ProjectName, Arc<OnceCell<Account>>>>>);

/// A project's account.
#[derive(Clone, Debug)]
pub(super) struct Account {
    project: ProjectName,
    book: Arc<Mutex<Book>>,
}

#[derive(Debug, Default)]
struct Book {
    /// By content: how many of the repositories hold it, and its size.
    held: HashMap<Digest, (u32, u64)>,
    held_bytes: u64,
    arriving: HashMap<UploadId, u64>,
    arriving_bytes: u64,
}

impl Book {
    fn hold(&mut self, digest: &Digest, size: u64) {
        let (holders, _) = self.held.entry(digest.clone()).or_insert((0, size));
        *holders += 1;
        if *holders == 1 {
            self.held_bytes += size;
        }
    }

    fn release(&mut self, digest: &Digest) {
        if let Some((holders, size)) = self.held.get_mut(digest) {
            *holders -= 1;
            if *holders == 0 {
                self.held_bytes -= *size;
                self.held.remove(digest);
            }
        }
    }

    fn arrive(&mut self, id: UploadId, bytes: u64) {
        let before = self.arriving.insert(id, bytes).unwrap_or(0);
        self.arriving_bytes = self.arriving_bytes - before + bytes;
    }

    fn gone(&mut self, id: UploadId) {
        self.arriving_bytes -= self.arriving.remove(&id).unwrap_or(0);
    }
}

impl Account {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn used_bytes(&self) -> u64 {
        let book = self.book();
        book.held_bytes + book.arriving_bytes
    }

    /// One more of the project's repositories holds this.
    pub fn hold(&self, digest: &Digest, size: u64) {
        self.book().hold(digest, size);
    }

    /// One less does.
    pub fn release(&self, digest: &Digest) {
        self.book().release(digest);
    }

    /// So much of an upload is here.
    pub fn arrive(&self, id: UploadId, bytes: u64) {
        self.book().arrive(id, bytes);
    }

    /// The upload is no more.
    pub fn gone(&self, id: UploadId) {
        self.book().gone(id);
    }

    /// Whether the project may have so many bytes more.
    pub fn allow(&self, more: u64, quota_bytes: Option<u64>) -> Result<(), Error> {
        let after = self.used_bytes().saturating_add(more);
        match quota_bytes {
            Some(limit_bytes) if after > limit_bytes => {
                Err(Error::QuotaExceeded { project: self.project.clone(), limit_bytes })
            }
            _ => Ok(()),
        }
    }

    /// The same for content that the project may hold already.
    pub fn allow_content(
        &self,
        digest: &Digest,
        size: u64,
        quota_bytes: Option<u64>,
    ) -> Result<(), Error> {
        let is_held = self.book().held.contains_key(digest);
        if is_held { Ok(()) } else { self.allow(size, quota_bytes) }
    }
}

impl Accounts {
    fn cell(&self, project: &ProjectName) -> Arc<OnceCell<Account>> {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cells.entry(project.clone()).or_default().clone()
    }

    pub fn forget(&self, project: &ProjectName) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(project);
    }
}

impl Local {
    /// How much a project keeps here.
    pub async fn used_bytes(&self, project: &ProjectName) -> Result<u64, Error> {
        Ok(self.account_of(project).await?.used_bytes())
    }

    /// The account that this repository counts for; the instance's own count for none.
    pub(super) async fn account(&self, repository: &Repository) -> Result<Option<Account>, Error> {
        match Owner::of(repository) {
            Owner::Project(project) => self.account_of(&project).await.map(Some),
            Owner::Instance | Owner::Nobody => Ok(None),
        }
    }

    async fn account_of(&self, project: &ProjectName) -> Result<Account, Error> {
        let cell = self.accounts.cell(project);
        let counted = cell.get_or_try_init(|| {
            let (local, project) = (self.clone(), project.clone());
            disk::apart(move || local.count(project))
        });
        counted.await.cloned()
    }

    fn count(&self, project: ProjectName) -> Result<Account, Error> {
        let mut book = Book::default();
        for repository in self.repositories_of(Some(&project))? {
            for folder in ["_blobs", "_manifests"] {
                for hex in disk::names(&self.folder(&repository, folder))? {
                    let Some(digest) = Digest::from_hex(&hex) else { continue };
                    let size = disk::size(&self.content(&digest))?.unwrap_or(0);
                    book.hold(&digest, size);
                }
            }
            for name in disk::names(&self.folder(&repository, "_uploads"))? {
                let Ok(id) = name.parse() else { continue };
                book.arrive(id, disk::size(&self.upload(&repository, id))?.unwrap_or(0));
            }
        }
        Ok(Account { project, book: Arc::new(Mutex::new(book)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_counts_once_however_many_hold_it() {
        let mut book = Book::default();
        let (one, two) = (Digest::of(b"one"), Digest::of(b"two"));
        book.hold(&one, 10);
        book.hold(&one, 10);
        book.hold(&two, 5);
        assert_eq!(book.held_bytes, 15);
        book.release(&one);
        assert_eq!(book.held_bytes, 15);
        book.release(&one);
        book.release(&one);
        assert_eq!((book.held_bytes, book.held.len()), (5, 1));
    }

    #[test]
    fn an_upload_counts_as_far_as_it_came() {
        let mut book = Book::default();
        let id = uuid::Uuid::nil().to_string().parse().unwrap();
        book.arrive(id, 4);
        book.arrive(id, 9);
        assert_eq!(book.arriving_bytes, 9);
        book.gone(id);
        book.gone(id);
        assert_eq!(book.arriving_bytes, 0);
    }
}
