//! What refers to what (distribution-spec, "Listing Referrers").

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Error, Local, disk};
use crate::digest::Digest;
use crate::layout;
use crate::name::{Repository, Target};
use crate::pushed;

impl Local {
    /// The index of manifests whose subject this is, as JSON: what the referrers endpoint answers.
    pub async fn referrers(
        &self,
        repository: &Repository,
        subject: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Value, Error> {
        let (local, name, of) = (self.clone(), repository.clone(), subject.clone());
        let wanted = artifact_type.map(str::to_owned);
        let manifests =
            disk::apart(move || local.referrers_now(&name, &of, wanted.as_deref())).await?;
        Ok(json!({ "schemaVersion": 2, "mediaType": layout::INDEX, "manifests": manifests }))
    }

    fn referrers_now(
        &self,
        repository: &Repository,
        subject: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Vec<Value>, Error> {
        let mut found = Vec::new();
        for hex in disk::names(&self.referrers_of(repository, subject))? {
            let Some(digest) = Digest::from_hex(&hex) else { continue };
            let stored = match self.manifest_now(repository, &Target::Digest(digest)) {
                Ok(stored) => stored,
                // A crash came between the two, or a delete comes just now.
                Err(Error::ManifestUnknown { .. }) => continue,
                Err(error) => return Err(error),
            };
            let read = pushed::read(&stored.media_type, &stored.content).unwrap_or_default();
            if artifact_type.is_some_and(|it| read.artifact_type.as_deref() != Some(it)) {
                continue;
            }
            let mut descriptor = json!({
                "mediaType": stored.media_type,
                "digest": stored.digest.as_str(),
                "size": stored.content.len(),
            });
            if let Some(kind) = read.artifact_type {
                descriptor["artifactType"] = kind.into();
            }
            if !read.annotations.is_empty() {
                descriptor["annotations"] = read.annotations.into();
            }
            found.push(descriptor);
        }
        Ok(found)
    }

    pub(super) fn referrers_of(&self, repository: &Repository, subject: &Digest) -> PathBuf {
        self.folder(repository, "_referrers").join(subject.hex())
    }
}
