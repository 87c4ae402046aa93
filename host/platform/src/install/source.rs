//! Where components come from: an upload, the instance's own registry, or another one.

use slipway_model::digest::Digest;
use slipway_model::image::is_host;
use slipway_registry::layout;
use slipway_registry::name::{OWN_REGISTRY, Place, Repository, Target};
use slipway_registry::signature::{self, Signature};
use slipway_store::record::{Origin, Proof};

use super::Arrived;
use crate::error::named;
use crate::market::whole;
use crate::trust::Rules;
use crate::{Error, Platform};

impl Platform {
    /// Fetches what a reference names, with what is signed over it.
    pub(crate) async fn arrive(&self, reference: &str) -> Result<Arrived, Error> {
        match reference.split_once('/') {
            Some((registry, _)) if registry != OWN_REGISTRY && is_host(registry) => {
                self.arrive_from_afar(reference).await
            }
            _ => self.arrive_from_here(reference).await,
        }
    }

    async fn arrive_from_here(&self, reference: &str) -> Result<Arrived, Error> {
        // A tag before a digest says only what it was called when it was looked at.
        let exact = match reference.split_once('@') {
            Some((_, digest)) => format!("{}@{digest}", repository(reference)),
            None => reference.to_owned(),
        };
        let place: Place = named("reference", &exact)?;
        let component = self.registry.component(&place.repository, &place.target).await?;
        let target = Target::Digest(component.manifest.clone());
        let manifest = self.registry.manifest(&place.repository, &target).await?;
        let proofs = match component.manifest.as_str().parse() {
            Ok(digest) => self.proofs_here(&place.repository, &digest).await?,
            // Signatures are over SHA-256.
            Err(_) => Vec::new(),
        };
        let origin = Origin::Registry {
            reference: whole(reference),
            manifest: text(manifest.content, reference)?,
            proofs,
        };
        Ok(Arrived { component: component.content, origin })
    }

    /// What was signed over a manifest of the own registry.
    pub(crate) async fn proofs_here(
        &self,
        repository: &Repository,
        manifest: &Digest,
    ) -> Result<Vec<Proof>, Error> {
        let Ok(tag) = signature::tag(manifest).parse() else { return Ok(Vec::new()) };
        let Ok(list) = self.registry.manifest(repository, &Target::Tag(tag)).await else {
            return Ok(Vec::new());
        };
        let Ok(list) = serde_json::from_slice::<layout::Manifest>(&list.content) else {
            return Ok(Vec::new());
        };
        let mut proofs = Vec::new();
        for (layer, text) in signature::listed(&list) {
            let Ok(digest) = layer.digest.parse() else { continue };
            let most = signature::LARGEST_STATEMENT_BYTES;
            let statement = match self.registry.read_blob(repository, &digest, most).await {
                // It is larger than the list says: no signature.
                Err(slipway_registry::local::Error::TooLarge { .. }) => None,
                read => read?,
            };
            let signature = text.to_owned();
            proofs.extend(statement.and_then(|it| proof(Signature { statement: it, signature })));
        }
        Ok(proofs)
    }

    async fn arrive_from_afar(&self, reference: &str) -> Result<Arrived, Error> {
        Rules::read(&self.store.read()?)?.admit_source(reference)?;
        let signed = self.remote.signed(reference).await?;
        let pinned = format!("{}@{}", repository(reference), signed.manifest);
        let pulled = self.remote.pull(&pinned).await?;
        let manifest = text(signed.content, reference)?;
        if component_in(&manifest).as_ref() != Some(&pulled.resolved.component) {
            let message = format!(
                "{reference} names an index of several manifests; name the one of the component, by its digest"
            );
            return Err(Error::Invalid { field: "reference", message });
        }
        let origin = Origin::Registry {
            reference: reference.to_owned(),
            manifest,
            proofs: signed.signatures.into_iter().filter_map(proof).collect(),
        };
        Ok(Arrived { component: pulled.content, origin })
    }
}

/// The component that a manifest names.
pub fn component_in(manifest: &str) -> Option<Digest> {
    let manifest: layout::Manifest = serde_json::from_str(manifest).ok()?;
    layout::component(&manifest).ok()?.digest.parse().ok()
}

/// A reference without what it is asked for by.
pub fn repository(reference: &str) -> &str {
    let reference = reference.split_once('@').map_or(reference, |(it, _)| it);
    let name = reference.rfind('/').map_or(0, |it| it + 1);
    reference[name..].find(':').map_or(reference, |it| &reference[..name + it])
}

/// By which name exactly this is found again, and how many have signed it.
pub(super) fn pinned(origin: &Origin) -> (Option<String>, usize) {
    match origin {
        Origin::Registry { reference, manifest, proofs } => {
            let digest = Digest::of(manifest.as_bytes());
            (Some(format!("{}@{digest}", repository(reference))), proofs.len())
        }
        Origin::Upload | Origin::Bundle => (None, 0),
    }
}

/// The tag that named another manifest before, if both came by it.
pub(super) fn same_tag<'o>(before: &'o Origin, now: &Origin) -> Option<&'o str> {
    let Origin::Registry { reference: was, manifest: old, .. } = before else { return None };
    let Origin::Registry { reference, manifest, .. } = now else { return None };
    let was = tagged(was)?;
    (Some(was) == tagged(reference) && old != manifest).then_some(was)
}

/// A reference up to its tag, if it has one.
fn tagged(reference: &str) -> Option<&str> {
    let tagged = reference.split_once('@').map_or(reference, |(it, _)| it);
    (tagged != repository(reference)).then_some(tagged)
}

pub(crate) fn proof(signature: Signature) -> Option<Proof> {
    let Signature { statement, signature } = signature;
    Some(Proof { statement: String::from_utf8(statement).ok()?, signature })
}

fn text(manifest: Vec<u8>, reference: &str) -> Result<String, Error> {
    String::from_utf8(manifest).map_err(|_| Error::Invalid {
        field: "reference",
        message: format!("the manifest of {reference} is no text"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_a_reference_without_its_end() {
        for (reference, expected) in [
            ("localhost:5000/team/web:1.0.0", "localhost:5000/team/web"),
            ("ghcr.io/team/web@sha256:0", "ghcr.io/team/web"),
            ("ghcr.io/team/web:1.0.0@sha256:0", "ghcr.io/team/web"),
            ("localhost:5000/web", "localhost:5000/web"),
        ] {
            assert_eq!(repository(reference), expected);
        }
    }

    #[test]
    fn only_a_tag_that_names_something_else_has_moved() {
        let origin = |reference: &str, manifest: &str| Origin::Registry {
            reference: reference.into(),
            manifest: manifest.into(),
            proofs: Vec::new(),
        };
        let before = origin("r.example/web:1.0.0", "a");
        assert_eq!(same_tag(&before, &before), None);
        assert_eq!(same_tag(&before, &origin("r.example/web:1.1.0", "b")), None);
        assert_eq!(
            same_tag(&before, &origin("r.example/web:1.0.0", "b")),
            Some("r.example/web:1.0.0")
        );
        let pinned = origin("r.example/web:1.0.0@sha256:0", "b");
        assert_eq!(same_tag(&before, &pinned), Some("r.example/web:1.0.0"));
        assert_eq!(same_tag(&before, &origin("r.example/web@sha256:0", "b")), None);
        assert_eq!(same_tag(&before, &Origin::Upload), None);
    }
}
