//! Compose: one component of a wrapper, a base blueprint and a document, without any compiler.
//!
//! The base lies inside byte for byte. Around it are its own imports, copied as they are, so that the host links the
//! preset exactly as it would link the base.

mod base;
mod read;

use serde_json::{Value, json};
use slipway_model::digest::Digest;
use slipway_model::grant::MANIFEST_SECTION as SECTION;
use wasm_encoder::{
    Alias, Component, ComponentAliasSection, ComponentExportKind, ComponentExportSection,
    ComponentInstanceSection, CustomSection, RawSection,
};

use self::base::Base;
use crate::document::{Document, Wrong};

const BLUEPRINT: &str = "slipway:blueprint/blueprint@1.0.0";
const CHECK: &str = "slipway:blueprint/config-check@1.0.0";
const TYPES: &str = "slipway:types/types@1.0.0";
const DOCUMENT: &str = "slipway:preset/document@1.0.0";
/// What a base may offer beside, and a preset hands on as it is. `migrate` is not among them: it speaks of the base's own
/// versions.
const HANDED_ON: [&str; 2] = ["slipway:blueprint/suggest@1.0.0", "slipway:blueprint/assess@1.0.0"];

/// The two variants of the wrapper (`plugins/preset`), compiled.
#[derive(Clone, Debug, Default)]
pub struct Wrappers {
    /// Around a blueprint that does not check values itself.
    pub plain: Vec<u8>,
    /// Around one that does.
    pub checked: Vec<u8>,
}

/// Why there is no preset.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the document cannot be used: {0}")]
    Document(#[from] Wrong),
    #[error("the base is no component that can be read")]
    Unreadable(#[source] wasmparser::BinaryReaderError),
    #[error("the base is no blueprint of Slipway: {0}")]
    NoBlueprint(&'static str),
    #[error("the document speaks of {wanted}, and the base is {is}")]
    OtherBase { wanted: String, is: String },
    #[error("the wrappers of presets are missing in the bundle")]
    NoWrapper,
    #[error("the base is put together in a way that cannot be wrapped: {0}")]
    Shape(&'static str),
}

/// The preset as a component. The same input gives the same bytes.
pub fn compose(wrappers: &Wrappers, base: &[u8], document: &Document) -> Result<Vec<u8>, Error> {
    document.check()?;
    let around = Base::read(base)?;
    let document = bound(document, &around, base)?;
    let checked = around.has(CHECK);
    if wrappers.plain.is_empty() || wrappers.checked.is_empty() {
        return Err(Error::NoWrapper);
    }
    let wrapper = if checked { &wrappers.checked } else { &wrappers.plain };

    let mut component = Component::new();
    for (id, data) in &around.prelude {
        component.section(&RawSection { id: *id, data });
    }
    let mut rooms = Rooms { component, instances: around.instances, types: around.types };
    let own = around.imports.iter().map(|(name, at)| (name.as_str(), *at)).collect();
    let base = rooms.nested(0, base, own);
    let read = rooms.nested(1, &read::component(&document.text()), Vec::new());
    let read = rooms.taken(read, DOCUMENT);
    let blueprint = rooms.taken(base, BLUEPRINT);
    let types = match around.imports.iter().find(|(name, _)| name == TYPES) {
        Some((_, at)) => *at,
        None => rooms.types_of(blueprint),
    };
    let mut given = vec![(TYPES, types), (DOCUMENT, read), (BLUEPRINT, blueprint)];
    if checked {
        given.push((CHECK, rooms.taken(base, CHECK)));
    }
    let wrapper = rooms.nested(2, wrapper, given);

    let mut exports = vec![(BLUEPRINT, rooms.taken(wrapper, BLUEPRINT))];
    if checked {
        exports.push((CHECK, rooms.taken(wrapper, CHECK)));
    }
    for name in HANDED_ON.into_iter().filter(|it| around.has(it)) {
        exports.push((name, rooms.taken(base, name)));
    }
    Ok(rooms.close(&exports, &manifest(&document, &around)))
}

/// The document with exactly this base in it.
fn bound(document: &Document, base: &Base<'_>, bytes: &[u8]) -> Result<Document, Error> {
    let is = format!("{} {}", base.id, base.version);
    let digest = Digest::of(bytes).to_string();
    let wanted = &document.base;
    let is_other = wanted.id.as_str() != base.id
        || wanted.version.as_ref().is_some_and(|it| *it != base.version);
    if is_other {
        let version = wanted.version.as_deref().unwrap_or_default();
        let wanted = format!("{} {version}", wanted.id).trim_end().to_owned();
        return Err(Error::OtherBase { wanted, is });
    }
    if let Some(wanted) = wanted.digest.as_ref().filter(|it| **it != digest) {
        return Err(Error::OtherBase { wanted: wanted.clone(), is: digest });
    }
    let mut document = document.clone();
    document.base.version = Some(base.version.clone());
    document.base.digest = Some(digest);
    Ok(document)
}

fn manifest(document: &Document, base: &Base<'_>) -> Value {
    json!({
        "manifest": 1,
        "world": base.world,
        "id": document.id,
        "version": document.version,
        "wants": base.wants,
        "base": document.base,
    })
}

/// The component as far as it is put together, and how many of each kind it has.
struct Rooms {
    component: Component,
    instances: u32,
    types: u32,
}

impl Rooms {
    /// Puts a component inside, and makes an instance of it with these; `index` counts the components so far.
    fn nested(&mut self, index: u32, bytes: &[u8], given: Vec<(&str, u32)>) -> u32 {
        const COMPONENT: u8 = 4;
        self.component.section(&RawSection { id: COMPONENT, data: bytes });
        let mut section = ComponentInstanceSection::new();
        let given = given.into_iter().map(|(name, at)| (name, ComponentExportKind::Instance, at));
        section.instantiate(index, given.collect::<Vec<_>>());
        self.component.section(&section);
        self.next()
    }

    /// An instance that another one exports.
    fn taken(&mut self, instance: u32, name: &str) -> u32 {
        let mut section = ComponentAliasSection::new();
        section.alias(Alias::InstanceExport {
            instance,
            kind: ComponentExportKind::Instance,
            name,
        });
        self.component.section(&section);
        self.next()
    }

    /// The shared types, for a base that does not import them: a blueprint exports those that it uses.
    fn types_of(&mut self, blueprint: u32) -> u32 {
        let names = ["json", "manifest", "failure", "app"];
        let mut section = ComponentAliasSection::new();
        let mut exports = Vec::new();
        for name in names {
            let kind = ComponentExportKind::Type;
            section.alias(Alias::InstanceExport { instance: blueprint, kind, name });
            exports.push((name, kind, self.types));
            self.types += 1;
        }
        self.component.section(&section);
        let mut section = ComponentInstanceSection::new();
        section.export_items(exports);
        self.component.section(&section);
        self.next()
    }

    fn next(&mut self) -> u32 {
        self.instances += 1;
        self.instances - 1
    }

    fn close(mut self, exports: &[(&str, u32)], manifest: &Value) -> Vec<u8> {
        let mut section = ComponentExportSection::new();
        for (name, at) in exports {
            section.export(*name, ComponentExportKind::Instance, *at, None);
        }
        self.component.section(&section);
        let data = manifest.to_string().into_bytes().into();
        self.component.section(&CustomSection { name: SECTION.into(), data });
        self.component.finish()
    }
}

#[cfg(test)]
mod tests;
