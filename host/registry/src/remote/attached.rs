//! What is attached to a component: documents that name it as their subject, such as a bill of materials.

use std::collections::BTreeMap;

use slipway_model::digest::Digest;

use super::ask::What;
use super::reference::{self, Place};
use super::{Error, Remote, if_there, parsed};
use crate::layout::{self, Descriptor, Manifest};

/// A document that is attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The digest of its manifest.
    pub digest: String,
    /// What it is: `application/vnd.cyclonedx+json`.
    pub kind: String,
    /// Words about it.
    pub annotations: BTreeMap<String, String>,
}

impl Remote {
    /// Attaches a document to what a reference names; the digest of the attachment's manifest.
    pub async fn attach(
        &self,
        reference: &str,
        kind: &str,
        document: &[u8],
    ) -> Result<Digest, Error> {
        let (subject, about) = self.subject(reference).await?;
        let manifest = layout::pack_attachment(about, kind, document);
        let digest = Digest::of(&manifest);
        let place = subject.with_digest(digest.as_str());
        self.put(&place, &[document, layout::EMPTY], &manifest).await?;
        let listed = self.listed(&subject).await?;
        if !listed.iter().any(|it| it.digest == digest.as_str()) {
            let new = layout::attachment_entry(&manifest, kind);
            self.list_by_tag(&subject, new).await?;
        }
        Ok(digest)
    }

    /// What is attached to what a reference names.
    pub async fn attached(&self, reference: &str) -> Result<Vec<Attachment>, Error> {
        let (subject, _) = self.subject(reference).await?;
        self.listed(&subject).await
    }

    /// What a reference names, by its digest.
    async fn subject(&self, reference: &str) -> Result<(Place, Descriptor), Error> {
        let place = reference::place(reference, &self.settings)?;
        let (content, digest) = self.raw_manifest(&place).await?;
        let about = Descriptor::of(&layout::media_type_of(&content), &content);
        Ok((place.with_digest(digest.as_str()), about))
    }

    async fn listed(&self, subject: &Place) -> Result<Vec<Attachment>, Error> {
        let listed = self.document(subject, What::Referrers(subject.target())).await;
        let index = match if_there(listed)? {
            Some(content) => parsed(subject, &content)?,
            None => self.list_under_tag(subject).await?,
        };
        let entries = index.manifests.into_iter().map(|it| Attachment {
            digest: it.digest,
            kind: it.artifact_type.unwrap_or_default(),
            annotations: it.annotations,
        });
        Ok(entries.collect())
    }

    /// Registries without the list of referrers keep it under a tag, which whoever pushes has to write
    /// (distribution specification, "Referrers Tag Schema").
    async fn list_by_tag(&self, subject: &Place, new: Descriptor) -> Result<(), Error> {
        let mut index = self.list_under_tag(subject).await?;
        index.manifests.push(new);
        self.put(&place_of_list(subject), &[], &layout::json(&index)).await
    }

    async fn list_under_tag(&self, subject: &Place) -> Result<Manifest, Error> {
        let found = if_there(self.manifest(&place_of_list(subject)).await)?;
        Ok(found.map_or_else(Manifest::index, |(index, _)| index))
    }
}

fn place_of_list(subject: &Place) -> Place {
    subject.with_tag(subject.target().replace(':', "-"))
}
