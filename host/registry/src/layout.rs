//! How a WebAssembly component lies in a registry.
//!
//! The CNCF's layout: one manifest, a small configuration, exactly one layer of `application/wasm`
//! (<https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/>). Components that older tools pushed
//! under `application/vnd.wasm.content.layer.v1+wasm` are read as well.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use slipway_model::digest::Digest;

/// The media type of an OCI image manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The media type of an OCI image index.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// The media type of a manifest of Docker.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// The media type of a list of manifests of Docker.
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// The media type of a component's configuration.
pub const CONFIG: &str = "application/vnd.wasm.config.v0+json";
/// The media type of a component.
pub const LAYER: &str = "application/wasm";
/// The media type that components had before the CNCF's layout.
pub const LEGACY_LAYER: &str = "application/vnd.wasm.content.layer.v1+wasm";

/// A component that is larger is not read, here or from others.
pub const LARGEST_COMPONENT_BYTES: u64 = 64 << 20;

/// A pointer to content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What the content is.
    pub media_type: String,
    /// The content's address.
    pub digest: String,
    /// Its length in bytes.
    pub size: u64,
    /// What kind of artifact it is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// Words about it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// What it runs on, in an index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
}

/// What an entry of an index runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// `wasm` for components.
    pub architecture: String,
    /// Such as `wasip2` or `linux`.
    #[serde(default)]
    pub os: String,
}

/// A manifest or an index: the fields that this room reads.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Always 2.
    pub schema_version: u32,
    /// What this document says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// What kind of artifact it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// The configuration; an index has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Descriptor>,
    /// The content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<Descriptor>,
    /// Of an index: the manifests in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manifests: Vec<Descriptor>,
    /// What this artifact is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Descriptor>,
    /// Words about it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// A component ready to be stored: its configuration and its manifest, as bytes.
pub struct Packed {
    /// The configuration.
    pub config: Vec<u8>,
    /// The manifest that points at the configuration and at the component.
    pub manifest: Vec<u8>,
}

/// Why a manifest holds no component that can be run.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// It is a container image, or something else.
    #[error("it holds {0}, and no WebAssembly component")]
    NotWasm(String),
    /// More than one layer, of which one is a component.
    #[error("it has {0} layers; a WebAssembly image has exactly one")]
    Layers(usize),
}

impl Descriptor {
    pub(crate) fn of(media_type: &str, content: &[u8]) -> Self {
        Self {
            media_type: media_type.into(),
            digest: Digest::of(content).to_string(),
            size: content.len() as u64,
            artifact_type: None,
            annotations: BTreeMap::new(),
            platform: None,
        }
    }
}

/// A component's configuration. Written as a struct, so that its bytes do not depend on how maps are ordered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    architecture: &'static str,
    os: &'static str,
    layer_digests: [&'a str; 1],
}

pub(crate) fn json(document: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(document).expect("a document of strings and numbers is always JSON")
}

/// Lays out a component.
///
/// Nothing in it depends on when it was packed, so the same component has the same digest.
pub fn pack(component: &[u8], annotations: &BTreeMap<String, String>) -> Packed {
    let layer = Descriptor::of(LAYER, component);
    let config =
        json(&Config { architecture: "wasm", os: "wasip2", layer_digests: [&layer.digest] });
    let manifest = Manifest {
        schema_version: 2,
        media_type: Some(MANIFEST.into()),
        artifact_type: None,
        config: Some(Descriptor::of(CONFIG, &config)),
        layers: vec![layer],
        manifests: Vec::new(),
        subject: None,
        annotations: annotations.clone(),
    };
    let manifest = json(&manifest);
    Packed { config, manifest }
}

/// The layer that is the component.
pub fn component(manifest: &Manifest) -> Result<&Descriptor, Refusal> {
    let is_wasm = |it: &&Descriptor| it.media_type == LAYER || it.media_type == LEGACY_LAYER;
    let Some(layer) = manifest.layers.iter().find(is_wasm) else {
        return Err(Refusal::NotWasm(contents(manifest)));
    };
    match manifest.layers.len() {
        1 => Ok(layer),
        more => Err(Refusal::Layers(more)),
    }
}

/// The entry of an index that is for WebAssembly.
pub fn wasm_entry(index: &Manifest) -> Result<&Descriptor, Refusal> {
    let is_wasm = |it: &&Descriptor| {
        it.platform.as_ref().is_some_and(|platform| platform.architecture.starts_with("wasm"))
    };
    index.manifests.iter().find(is_wasm).ok_or_else(|| Refusal::NotWasm(contents(index)))
}

/// Says what a manifest holds, for people.
fn contents(manifest: &Manifest) -> String {
    let container = |it: &str| it.contains("rootfs") || it.contains("image.layer");
    let config = manifest.config.as_ref().map_or("", |it| it.media_type.as_str());
    if !manifest.manifests.is_empty() {
        let names = manifest.manifests.iter().filter_map(|it| it.platform.as_ref());
        let mut names: Vec<_> = names.map(|it| format!("{}/{}", it.os, it.architecture)).collect();
        names.dedup();
        return format!("a container image for {}", names.join(", "));
    }
    if manifest.layers.iter().any(|it| container(&it.media_type))
        || config.contains("container.image")
        || config.contains("image.config")
    {
        return "a container image".into();
    }
    match manifest.layers.first() {
        Some(layer) => format!("content of the type {}", layer.media_type),
        None => "no content".into(),
    }
}

mod beside;

pub(crate) use beside::{EMPTY, attachment_entry, media_type_of, pack_attachment, pack_signatures};

#[cfg(test)]
mod tests;
