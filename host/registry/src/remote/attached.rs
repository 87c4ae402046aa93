//! What is attached to a component: documents that name it as their subject, such as a bill of materials.

use std::collections::BTreeMap;

use oci_client::Reference;
use oci_client::client::Client;
use slipway_model::digest::Digest;

use super::{Error, Remote, failure, reference};
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
        let (client, subject, about) = self.subject(reference).await?;
        let manifest = layout::pack_attachment(about, kind, document);
        let digest = Digest::of(&manifest);
        let place = subject.clone_with_digest(digest.to_string());
        let contents = [document, layout::EMPTY];
        self.put(&client, &place, (reference, &contents), &manifest).await?;
        let listed = self.listed(&client, &subject, reference).await?;
        if !listed.iter().any(|it| it.digest == digest.as_str()) {
            let new = layout::attachment_entry(&manifest, kind);
            self.list_by_tag(&client, &subject, reference, new).await?;
        }
        Ok(digest)
    }

    /// What is attached to what a reference names.
    pub async fn attached(&self, reference: &str) -> Result<Vec<Attachment>, Error> {
        let (client, subject, _) = self.subject(reference).await?;
        self.listed(&client, &subject, reference).await
    }

    /// What a reference names, by its digest.
    async fn subject(&self, reference: &str) -> Result<(Client, Reference, Descriptor), Error> {
        let place = reference::place(reference, &self.settings)?;
        let client = self.client(place.plain_http);
        let (content, digest) = self.raw_manifest(&client, &place.reference, reference).await?;
        let about = Descriptor::of(&layout::media_type_of(&content), &content);
        let subject = Reference::with_digest(
            place.reference.registry().to_owned(),
            place.reference.repository().to_owned(),
            digest.to_string(),
        );
        Ok((client, subject, about))
    }

    async fn listed(
        &self,
        client: &Client,
        subject: &Reference,
        reference: &str,
    ) -> Result<Vec<Attachment>, Error> {
        let index = client.pull_referrers(subject, None).await;
        let index = index.map_err(|it| failure::told(reference, it))?;
        let entries = index.manifests.into_iter().map(|it| Attachment {
            digest: it.digest,
            kind: it.artifact_type.unwrap_or_default(),
            annotations: it.annotations.unwrap_or_default(),
        });
        Ok(entries.collect())
    }

    /// Registries without the list of referrers keep it under a tag, which whoever pushes has to write
    /// (distribution specification, "Referrers Tag Schema").
    async fn list_by_tag(
        &self,
        client: &Client,
        subject: &Reference,
        reference: &str,
        new: Descriptor,
    ) -> Result<(), Error> {
        let tag = subject.digest().unwrap_or_default().replace(':', "-");
        let place = Reference::with_tag(
            subject.registry().to_owned(),
            subject.repository().to_owned(),
            tag,
        );
        let mut index = match self.manifest(client, &place, reference).await {
            Ok((index, _)) => index,
            Err(Error::NotFound { .. }) => Manifest::index(),
            Err(other) => return Err(other),
        };
        index.manifests.push(new);
        self.put(client, &place, (reference, &[]), &layout::json(&index)).await
    }
}
