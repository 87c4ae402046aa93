//! What is here: repositories and tags.

use std::path::PathBuf;

use slipway_model::name::ProjectName;

use super::{Error, Local, disk};
use crate::name::{Repository, Tag};
use crate::owner;

impl Local {
    /// The repositories of a project that hold something, sorted; of all, where none is named.
    pub async fn list_repositories(
        &self,
        project: Option<&ProjectName>,
    ) -> Result<Vec<Repository>, Error> {
        let (local, project) = (self.clone(), project.cloned());
        disk::apart(move || {
            let mut found = Vec::new();
            for repository in local.repositories_of(project.as_ref())? {
                if local.is_filled(&repository)? {
                    found.push(repository);
                }
            }
            Ok(found)
        })
        .await
    }

    /// Tags of a repository after `last`, in ASCII order, at most `count`.
    pub async fn list_tags(
        &self,
        repository: &Repository,
        last: Option<&str>,
        count: usize,
    ) -> Result<Vec<Tag>, Error> {
        let (local, name, last) = (self.clone(), repository.clone(), last.map(str::to_owned));
        disk::apart(move || {
            if !local.is_filled(&name)? {
                return Err(Error::RepositoryUnknown(name));
            }
            let after = |it: &Tag| last.as_deref().is_none_or(|last| it.as_str() > last);
            Ok(local.tags_all(&name)?.into_iter().filter(after).take(count).collect())
        })
        .await
    }

    /// Projects that anything was ever pushed for, whether they are still there or not.
    pub async fn projects(&self) -> Result<Vec<ProjectName>, Error> {
        let path = self.repositories();
        let names = disk::apart(move || disk::names(&path)).await?;
        let projects = names.iter().filter(|it| !owner::is_the_instances(it));
        Ok(projects.filter_map(|it| it.parse().ok()).collect())
    }

    /// Removes all repositories of a project that is gone.
    pub async fn remove_project(&self, project: &ProjectName) -> Result<(), Error> {
        let changing = self.changing.clone().lock_owned().await;
        let (local, project) = (self.clone(), project.clone());
        disk::apart(move || {
            let _changing = changing;
            let removed = disk::remove_folder(&local.repositories().join(project.as_str()));
            // What is counted next is what is left, however far it came.
            local.accounts.forget(&project);
            removed
        })
        .await
    }

    pub(super) fn tags_all(&self, repository: &Repository) -> Result<Vec<Tag>, Error> {
        let names = disk::names(&self.folder(repository, "_tags"))?;
        Ok(names.iter().filter_map(|it| it.parse().ok()).collect())
    }

    fn is_filled(&self, repository: &Repository) -> Result<bool, Error> {
        for part in ["_manifests", "_blobs"] {
            if !disk::names(&self.folder(repository, part))?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Walks the folders: a repository is one that anything has been pushed to.
    pub(super) fn repositories_of(
        &self,
        project: Option<&ProjectName>,
    ) -> Result<Vec<Repository>, Error> {
        let mut found = Vec::new();
        let first = project.map_or_else(String::new, ToString::to_string);
        let place = self.repositories().join(&first);
        let mut open: Vec<(String, PathBuf)> = vec![(first, place)];
        while let Some((name, path)) = open.pop() {
            let parts = disk::names(&path)?;
            if parts.iter().any(|it| it.starts_with('_')) {
                found.extend(name.parse::<Repository>().ok());
            }
            for part in parts.into_iter().filter(|it| !it.starts_with('_')) {
                let inner = if name.is_empty() { part.clone() } else { format!("{name}/{part}") };
                open.push((inner, path.join(part)));
            }
        }
        found.sort();
        Ok(found)
    }
}
