//! How what belongs to a component lies beside it: signatures as cosign lays them out, and attached documents.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Descriptor, INDEX, MANIFEST, Manifest, Packed, json};
use crate::signature::{self, Signature};

/// The configuration of an artifact that has none (image-spec, manifest.md#guidance-for-an-empty-descriptor).
pub const EMPTY: &[u8] = b"{}";
const EMPTY_TYPE: &str = "application/vnd.oci.empty.v1+json";
const IMAGE_CONFIG: &str = "application/vnd.oci.image.config.v1+json";

/// An image's configuration, as far as its schema asks for one: cosign reads what lies under the tag as an image.
#[derive(Serialize)]
struct ImageConfig<'a> {
    architecture: &'a str,
    os: &'a str,
    rootfs: RootFs<'a>,
    config: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct RootFs<'a> {
    r#type: &'a str,
    diff_ids: Vec<&'a str>,
}

impl Manifest {
    /// An index with nothing in it.
    pub(crate) fn index() -> Self {
        Self { media_type: Some(INDEX.into()), ..Self::image(None, Vec::new()) }
    }

    fn image(config: Option<Descriptor>, layers: Vec<Descriptor>) -> Self {
        Self {
            schema_version: 2,
            media_type: Some(MANIFEST.into()),
            artifact_type: None,
            config,
            layers,
            manifests: Vec::new(),
            subject: None,
            annotations: BTreeMap::new(),
        }
    }
}

/// What a manifest says it is; one that says nothing is an image's.
pub fn media_type_of(manifest: &[u8]) -> String {
    let read = serde_json::from_slice::<Manifest>(manifest).ok();
    read.and_then(|it| it.media_type).unwrap_or_else(|| MANIFEST.to_owned())
}

/// Lays out a signature with those that are there already.
pub fn pack_signatures(mut layers: Vec<Descriptor>, new: &Signature) -> Packed {
    let mut layer = Descriptor::of(signature::STATEMENT, &new.statement);
    layer.annotations.insert(signature::ANNOTATION.into(), new.signature.clone());
    layers.push(layer);
    let diff_ids = layers.iter().map(|it| it.digest.as_str()).collect();
    let rootfs = RootFs { r#type: "layers", diff_ids };
    let config = ImageConfig { architecture: "", os: "", rootfs, config: BTreeMap::new() };
    let config = json(&config);
    let manifest = Manifest::image(Some(Descriptor::of(IMAGE_CONFIG, &config)), layers);
    let manifest = json(&manifest);
    Packed { config, manifest }
}

/// Lays out a document that is attached to something.
pub fn pack_attachment(about: Descriptor, kind: &str, document: &[u8]) -> Vec<u8> {
    let layer = Descriptor::of(kind, document);
    let manifest = Manifest {
        artifact_type: Some(kind.into()),
        subject: Some(about),
        ..Manifest::image(Some(Descriptor::of(EMPTY_TYPE, EMPTY)), vec![layer])
    };
    json(&manifest)
}

/// The entry of an attachment in the list of what is attached.
pub fn attachment_entry(manifest: &[u8], kind: &str) -> Descriptor {
    Descriptor { artifact_type: Some(kind.into()), ..Descriptor::of(MANIFEST, manifest) }
}
