//! Signatures in a registry, where cosign looks for them: under the tag `sha256-<digits>.sig` beside what they sign.

use slipway_model::digest::Digest;

use super::{Error, Remote, if_there, reference};
use crate::layout;
use crate::signature::{self, Signature};

/// What a reference names, with all that is needed to judge it later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The manifest that the reference names.
    pub manifest: Digest,
    /// Its bytes.
    pub content: Vec<u8>,
    /// What was signed over it, by whomever.
    pub signatures: Vec<Signature>,
}

impl Remote {
    /// What a reference names, and the signatures over it.
    pub async fn signed(&self, reference: &str) -> Result<Signed, Error> {
        let place = reference::place(reference, &self.settings)?;
        let (content, manifest) = self.raw_manifest(&place).await?;
        let beside = place.with_tag(signature::tag(&manifest));
        let Some((list, _)) = if_there(self.manifest(&beside).await)? else {
            return Ok(Signed { manifest, content, signatures: Vec::new() });
        };
        let mut signatures = Vec::new();
        for (layer, text) in signature::listed(&list) {
            let Ok(digest) = layer.digest.parse::<Digest>() else { continue };
            let statement = self.blob(&beside, &digest, layer.size).await?;
            signatures.push(Signature { statement, signature: text.to_owned() });
        }
        Ok(Signed { manifest, content, signatures })
    }

    /// Puts a signature beside what it signs; those of others stay.
    pub async fn put_signature(
        &self,
        reference: &str,
        manifest: &Digest,
        signature: &Signature,
    ) -> Result<(), Error> {
        let place = reference::place(reference, &self.settings)?;
        let beside = place.with_tag(signature::tag(manifest));
        let found = if_there(self.manifest(&beside).await)?;
        let before = found.map(|(list, _)| list.layers).unwrap_or_default();
        let packed = layout::pack_signatures(before, signature);
        let contents = [signature.statement.as_slice(), packed.config.as_slice()];
        self.put(&beside, &contents, &packed.manifest).await
    }
}
