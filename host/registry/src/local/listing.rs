//! What is here: repositories, tags, and what refers to what.

use std::path::PathBuf;

use slipway_model::digest::Digest;

use super::{Error, Local, disk};
use crate::layout;
use crate::name::{Repository, Tag, Target};

impl Local {
    /// Repositories after `last`, sorted, at most `count`.
    pub async fn list_repositories(
        &self,
        last: Option<&str>,
        count: usize,
    ) -> Result<Vec<Repository>, Error> {
        let all = self.repositories_all().await?;
        let after = |it: &Repository| last.is_none_or(|last| it.as_str() > last);
        Ok(all.into_iter().filter(after).take(count).collect())
    }

    /// Tags of a repository after `last`, sorted, at most `count`.
    pub async fn list_tags(
        &self,
        repository: &Repository,
        last: Option<&str>,
        count: usize,
    ) -> Result<Vec<Tag>, Error> {
        let all = self.tags_all(repository).await?;
        let after = |it: &Tag| last.is_none_or(|last| it.as_str() > last);
        Ok(all.into_iter().filter(after).take(count).collect())
    }

    /// The index of manifests whose subject this is, as JSON: what the referrers endpoint answers.
    pub async fn referrers(
        &self,
        repository: &Repository,
        subject: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<serde_json::Value, Error> {
        let mut manifests = Vec::new();
        for hex in disk::names(&self.referrers_of(repository, subject)).await? {
            let Ok(digest) = format!("sha256:{hex}").parse() else { continue };
            let stored = self.manifest(repository, &Target::Digest(digest)).await?;
            let Ok(read) = serde_json::from_slice::<layout::Manifest>(&stored.content) else {
                continue;
            };
            let kind = read.artifact_type.or(read.config.map(|it| it.media_type));
            if artifact_type.is_some_and(|wanted| kind.as_deref() != Some(wanted)) {
                continue;
            }
            manifests.push(layout::Descriptor {
                media_type: stored.media_type,
                digest: stored.digest.to_string(),
                size: stored.content.len() as u64,
                artifact_type: kind,
                annotations: read.annotations,
                platform: None,
            });
        }
        Ok(serde_json::json!({
            "schemaVersion": 2,
            "mediaType": layout::INDEX,
            "manifests": manifests,
        }))
    }

    pub(super) async fn tags_all(&self, repository: &Repository) -> Result<Vec<Tag>, Error> {
        let names = disk::names(&self.folder(repository, "_tags")).await?;
        Ok(names.iter().filter_map(|it| it.parse().ok()).collect())
    }

    /// Walks the folders: a repository is one that has ever held a manifest or content.
    pub(super) async fn repositories_all(&self) -> Result<Vec<Repository>, Error> {
        let mut found = Vec::new();
        let mut open: Vec<(String, PathBuf)> = vec![(String::new(), self.repositories())];
        while let Some((name, path)) = open.pop() {
            let parts = disk::names(&path).await?;
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
