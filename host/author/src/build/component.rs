//! Components with their manifest, also from a WebAssembly module as the Go compiler makes it.

use std::path::Path;

use slipway_model::grant::MANIFEST_SECTION as SECTION;
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wasm_encoder::{ComponentSection, CustomSection};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, UnresolvedPackageGroup, WorldId};

use crate::sources::{Contract, files};

/// The component of a module that is made for a world, and for optional pieces of it. Of the module's exports, those that
/// belong to other worlds are left out.
///
/// The errors are the library's own words: they name what the module has and the world has not, or the other way round.
pub fn component(
    mut module: Vec<u8>,
    world: &str,
    pieces: &[String],
    manifest: &str,
) -> Result<Vec<u8>, String> {
    let (resolve, world) = contract(world, pieces)?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
        .map_err(|error| format!("{error:#}"))?;
    let encoder =
        ComponentEncoder::default().module(&module).map_err(|error| format!("{error:#}"))?;
    let adapter = (WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER);
    let encoder = encoder.adapter(adapter.0, adapter.1).map_err(|error| format!("{error:#}"))?;
    let component = encoder.validate(true).encode().map_err(|error| format!("{error:#}"))?;
    Ok(with_manifest(component, manifest))
}

/// The component with the manifest that the host reads before it compiles anything.
pub fn with_manifest(mut component: Vec<u8>, manifest: &str) -> Vec<u8> {
    CustomSection { name: SECTION.into(), data: manifest.as_bytes().into() }
        .append_to_component(&mut component);
    component
}

/// The world of one plugin, `slipway:build/plugin`: those of the contract that it is made for, joined.
pub fn joined(world: &str, pieces: &[String]) -> String {
    let mut text = format!("package slipway:build;\nworld plugin {{\n  include {world};\n");
    for piece in pieces {
        text.push_str(&format!("  include slipway:plugin/{piece}@1.0.0;\n"));
    }
    text.push('}');
    text
}

fn contract(world: &str, pieces: &[String]) -> Result<(Resolve, WorldId), String> {
    let read = |name: &str, text: &str| {
        UnresolvedPackageGroup::parse(Path::new(name), text).map_err(|error| format!("{error:?}"))
    };
    let packages = files::<Contract>("v1/")
        .into_iter()
        .map(|(name, bytes)| read(&name, &String::from_utf8_lossy(&bytes)));
    let packages = packages.collect::<Result<Vec<_>, _>>()?;
    let mut resolve = Resolve::default();
    let package = resolve.push_groups(read("plugin.wit", &joined(world, pieces))?, packages);
    let package = package.map_err(|error| format!("{error:?}"))?;
    let world = resolve.select_world(&[package], Some("plugin"));
    Ok((resolve, world.map_err(|error| format!("{error:#}"))?))
}
