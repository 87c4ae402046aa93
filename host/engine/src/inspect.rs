//! Inspect: what a file is and what it needs, in our own words, before any of its code is compiled.

use slipway_model::grant::MANIFEST_SECTION as SECTION;
use slipway_model::plan::Error;
use wasmparser::{Encoding, Parser, Payload};

use crate::limits::LARGEST_COMPONENT_BYTES;
use crate::manifest::Manifest;
use crate::plugin::World;
use crate::v1;

/// WASI interfaces that are linked (with empty contexts).
const WASI: &[&str] = &["cli", "clocks", "filesystem", "io", "random", "sockets"];

/// A component that fits this host.
#[derive(Debug)]
pub struct Fit {
    pub manifest: Manifest,
    pub world: World,
    /// The manifest as it stands in the file.
    pub section: Vec<u8>,
}

/// Says what the component is, or why it cannot be a plugin here and what to do about it.
pub fn inspect(file: &[u8]) -> Result<Fit, Error> {
    if file.len() > LARGEST_COMPONENT_BYTES {
        let (is, most) = (file.len() >> 20, LARGEST_COMPONENT_BYTES >> 20);
        return Err(unfit(format!(
            "The file has {is} MiB, and a plugin may have {most} MiB. Build it for release and strip it."
        )));
    }
    let outline = outline(file)?;
    let section = outline.section.ok_or_else(|| unfit(format!(
        "The component does not say what it is: its custom section {SECTION} is missing. Build it with a Slipway SDK, or add the section."
    )))?;
    let manifest = Manifest::read(&section)
        .map_err(|error| unfit(format!("The component cannot be used: {error}.")))?;
    let world = world(&manifest)?;
    check_exports(&manifest, world, &outline.exports)?;
    check_imports(&manifest, world, &outline.imports)?;
    Ok(Fit { manifest, world, section })
}

/// The manifest of a component that was inspected before.
pub fn remembered(section: Vec<u8>) -> Result<Fit, Error> {
    let manifest = Manifest::read(&section)
        .map_err(|error| unfit(format!("The component cannot be used: {error}.")))?;
    let world = world(&manifest)?;
    Ok(Fit { manifest, world, section })
}

pub fn unfit(words: impl Into<String>) -> Error {
    Error::Unfit(words.into())
}

/// What a component imports and exports, without a look at whether it fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surface {
    pub imports: Vec<String>,
    pub exports: Vec<String>,
}

/// Reads the surface of a component.
pub fn surface(file: &[u8]) -> Result<Surface, Error> {
    let Outline { imports, exports, section: _, depth: _, is_torn: _ } = outline(file)?;
    Ok(Surface { imports, exports })
}

/// What can be seen of a component from outside.
#[derive(Default)]
struct Outline {
    section: Option<Vec<u8>>,
    /// How deep inside that section stands.
    depth: u32,
    /// Another one stands as deep.
    is_torn: bool,
    imports: Vec<String>,
    exports: Vec<String>,
}

fn outline(file: &[u8]) -> Result<Outline, Error> {
    if !file.starts_with(b"\0asm") {
        return Err(unfit(
            "The file is no WebAssembly. A plugin is a component, built for wasm32-wasip2 for example.",
        ));
    }
    let broken = |error: wasmparser::BinaryReaderError| {
        unfit(format!("The file is damaged WebAssembly: {error}."))
    };
    let mut outline = Outline::default();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(file) {
        match payload.map_err(broken)? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                return Err(unfit(
                    "The file is a core module, and a plugin is a component. Build it for wasm32-wasip2, or turn it into one with `wasm-tools component new`.",
                ));
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            // Compilers put the section into the core module inside; tools put it around.
            Payload::CustomSection(it) if it.name() == SECTION => {
                note(&mut outline, depth, it.data());
            }
            Payload::ComponentImportSection(it) if depth == 0 => {
                for import in it {
                    outline.imports.push(import.map_err(broken)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(it) if depth == 0 => {
                for export in it {
                    outline.exports.push(export.map_err(broken)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    if outline.is_torn {
        return Err(unfit(format!(
            "The component has two different sections {SECTION}. A plugin is one thing: build two components."
        )));
    }
    Ok(outline)
}

/// What stands outermost speaks for all that is inside: a preset has its base inside, with the base's own section.
fn note(outline: &mut Outline, depth: u32, section: &[u8]) {
    match &outline.section {
        Some(_) if depth > outline.depth => {}
        Some(known) if depth == outline.depth => outline.is_torn |= known != section,
        _ => {
            outline.section = Some(section.to_vec());
            outline.depth = depth;
            outline.is_torn = false;
        }
    }
}

/// The world that the manifest names, if this host offers it.
fn world(manifest: &Manifest) -> Result<World, Error> {
    let Manifest { id, world, .. } = manifest;
    let parts = world.strip_prefix("slipway:plugin/").and_then(|it| it.split_once('@'));
    let Some((name, version)) = parts else {
        return Err(unfit(format!(
            "{id} is made for {world}, which is no world of Slipway. This host offers {}.",
            offers()
        )));
    };
    if !is_offered(version) {
        return Err(unfit(format!(
            "{id} needs {world}, and this host offers version {} of that contract. {}",
            v1::VERSION,
            if is_later(version) {
                "Update this host, or take a version of the plugin that is made for the older contract."
            } else {
                "Take a newer version of the plugin."
            }
        )));
    }
    World::named(name).ok_or_else(|| {
        unfit(format!(
            "{id} is made for {world}, which this host does not run. It offers {}.",
            offers()
        ))
    })
}

fn offers() -> String {
    let worlds =
        World::ALL.iter().map(|it| format!("slipway:plugin/{}@{}", it.as_str(), v1::VERSION));
    worlds.collect::<Vec<_>>().join(", ")
}

/// The same major version, and nothing newer within it than what is offered.
fn is_offered(version: &str) -> bool {
    let Some((major, minor, _)) = numbers(version) else { return false };
    let (our_major, our_minor, _) = numbers(v1::VERSION).unwrap_or_default();
    major == our_major && minor <= our_minor
}

fn is_later(version: &str) -> bool {
    numbers(version) > numbers(v1::VERSION)
}

fn numbers(version: &str) -> Option<(u32, u32, u32)> {
    let mut parts = version.splitn(3, '.').map(|it| it.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

fn check_exports(manifest: &Manifest, world: World, exports: &[String]) -> Result<(), Error> {
    let wanted = world.export();
    if exports.iter().any(|it| is_version_of(it, wanted)) {
        return Ok(());
    }
    let (id, world) = (&manifest.id, &manifest.world);
    let ours: Vec<&str> =
        exports.iter().filter(|it| it.starts_with("slipway:")).map(String::as_str).collect();
    let has = if ours.is_empty() { "nothing of Slipway's".to_owned() } else { ours.join(", ") };
    Err(unfit(format!(
        "{id} says that it is made for {world}, which exports {wanted}@{}, but it exports {has}. Build it against the version that it names.",
        v1::VERSION
    )))
}

fn check_imports(manifest: &Manifest, world: World, imports: &[String]) -> Result<(), Error> {
    let missing: Vec<&str> =
        imports.iter().map(String::as_str).filter(|it| !can_be_linked(world, it)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let ours = world.imports().iter().map(|it| format!("{it}@{}", v1::VERSION));
    Err(unfit(format!(
        "{} needs {}, which this host does not offer to {}. It offers {} and WASI 0.2 ({}). Build it without, or update this host.",
        manifest.id,
        missing.join(", "),
        world.spoken(),
        ours.collect::<Vec<_>>().join(", "),
        WASI.join(", ")
    )))
}

fn can_be_linked(world: World, import: &str) -> bool {
    let (name, version) = import.split_once('@').unwrap_or((import, ""));
    if let Some(wasi) = name.strip_prefix("wasi:") {
        let package = wasi.split('/').next().unwrap_or_default();
        return WASI.contains(&package) && version.starts_with("0.2.");
    }
    world.imports().contains(&name) && is_offered(version)
}

fn is_version_of(export: &str, interface: &str) -> bool {
    export.strip_prefix(interface).and_then(|it| it.strip_prefix('@')).is_some_and(is_offered)
}

#[cfg(test)]
mod tests;
