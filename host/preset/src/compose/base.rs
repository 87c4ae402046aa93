//! What composing needs to know of a base: its imports as they stand, its exports, and what it says of itself.

use serde_json::Value;
use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentOuterAliasKind, ComponentTypeRef, Encoding,
    Parser, Payload,
};

use super::{BLUEPRINT, Error, SECTION};

/// A base blueprint from outside.
pub(super) struct Base<'a> {
    pub id: String,
    pub version: String,
    pub world: Value,
    pub wants: Value,
    /// The sections up to the last import, as they stand: identifier and content.
    pub prelude: Vec<(u8, &'a [u8])>,
    /// The instances that it imports, by their place.
    pub imports: Vec<(String, u32)>,
    exports: Vec<String>,
    /// How many instances and types the prelude makes.
    pub instances: u32,
    pub types: u32,
}

/// A section at the top: what it is, and what it adds.
struct Section<'a> {
    id: u8,
    content: &'a [u8],
    instances: u32,
    types: u32,
    is_import: bool,
    is_of_prelude: bool,
}

/// As the binary format numbers its sections.
const CORE_TYPE: u8 = 3;
const ALIAS: u8 = 6;
const TYPE: u8 = 7;
const IMPORT: u8 = 10;

impl<'a> Base<'a> {
    /// Reads it; its code is not looked at.
    pub fn read(file: &'a [u8]) -> Result<Self, Error> {
        let mut outline = Outline::default();
        let mut depth = 0_u32;
        for payload in Parser::new(0).parse_all(file) {
            let payload = payload.map_err(Error::Unreadable)?;
            match &payload {
                Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                    return Err(Error::NoBlueprint("it is a core module"));
                }
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                    if depth == 0 {
                        outline.sections.push(Section::other());
                    }
                    depth += 1;
                }
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::CustomSection(it) if it.name() == SECTION => {
                    let manifest = (depth, it.data());
                    // What stands outermost speaks for the whole.
                    if outline.manifest.is_none_or(|(other, _)| depth < other) {
                        outline.manifest = Some(manifest);
                    }
                }
                _ if depth == 0 => outline.section(file, &payload)?,
                _ => {}
            }
        }
        outline.close()
    }

    /// Whether it exports the interface.
    pub fn has(&self, interface: &str) -> bool {
        self.exports.iter().any(|it| it == interface)
    }
}

#[derive(Default)]
struct Outline<'a> {
    manifest: Option<(u32, &'a [u8])>,
    sections: Vec<Section<'a>>,
    imports: Vec<(String, u32)>,
    exports: Vec<String>,
    instances: u32,
    is_strange: bool,
}

impl<'a> Outline<'a> {
    fn section(&mut self, file: &'a [u8], payload: &Payload<'a>) -> Result<(), Error> {
        let section = match payload {
            Payload::CoreTypeSection(it) => Section::of(CORE_TYPE, file, it.range()),
            Payload::ComponentTypeSection(it) => {
                Section { types: it.count(), ..Section::of(TYPE, file, it.range()) }
            }
            Payload::ComponentAliasSection(it) => {
                let mut section = Section::of(ALIAS, file, it.range());
                for alias in it.clone() {
                    use ComponentAlias::{CoreInstanceExport, InstanceExport, Outer};
                    match alias.map_err(Error::Unreadable)? {
                        InstanceExport { kind: ComponentExternalKind::Type, .. }
                        | Outer { kind: ComponentOuterAliasKind::Type, .. } => section.types += 1,
                        InstanceExport { kind: ComponentExternalKind::Instance, .. } => {
                            section.instances += 1;
                        }
                        CoreInstanceExport { .. } => section.is_of_prelude = false,
                        InstanceExport { .. } | Outer { .. } => {}
                    }
                }
                section
            }
            Payload::ComponentImportSection(it) => {
                let mut section =
                    Section { is_import: true, ..Section::of(IMPORT, file, it.range()) };
                for import in it.clone() {
                    let import = import.map_err(Error::Unreadable)?;
                    match import.ty {
                        ComponentTypeRef::Instance(_) => {
                            let at = self.instances + section.instances;
                            self.imports.push((import.name.name.to_owned(), at));
                            section.instances += 1;
                        }
                        ComponentTypeRef::Type(_) => {
                            self.is_strange = true;
                            section.types += 1;
                        }
                        _ => self.is_strange = true,
                    }
                }
                section
            }
            Payload::ComponentExportSection(it) => {
                for export in it.clone() {
                    let export = export.map_err(Error::Unreadable)?;
                    self.exports.push(export.name.name.to_owned());
                }
                Section::other()
            }
            Payload::CustomSection(_) | Payload::Version { .. } => return Ok(()),
            _ => Section::other(),
        };
        self.instances += section.instances;
        self.sections.push(section);
        Ok(())
    }

    fn close(self) -> Result<Base<'a>, Error> {
        let Self { manifest, mut sections, imports, exports, instances: _, is_strange } = self;
        if is_strange {
            return Err(Error::Shape("it imports something else than instances"));
        }
        let length = sections.iter().rposition(|it| it.is_import).map_or(0, |last| last + 1);
        sections.truncate(length);
        if sections.iter().any(|it| !it.is_of_prelude) {
            return Err(Error::Shape("its imports do not stand in front"));
        }
        let (_, manifest) = manifest.ok_or(Error::NoBlueprint("it has no manifest"))?;
        let mut manifest: Value = serde_json::from_slice(manifest)
            .map_err(|_| Error::NoBlueprint("its manifest is no JSON"))?;
        if !exports.iter().any(|it| it == BLUEPRINT) {
            return Err(Error::NoBlueprint("it does not export slipway:blueprint/blueprint@1.0.0"));
        }
        let text = |word: &str| manifest[word].as_str().map(str::to_owned);
        let unnamed = Error::NoBlueprint("its manifest has no id or no version");
        let (Some(id), Some(version)) = (text("id"), text("version")) else { return Err(unnamed) };
        Ok(Base {
            id,
            version,
            world: manifest["world"].take(),
            wants: manifest["wants"].take(),
            instances: sections.iter().map(|it| it.instances).sum(),
            types: sections.iter().map(|it| it.types).sum(),
            prelude: sections.into_iter().map(|it| (it.id, it.content)).collect(),
            imports,
            exports,
        })
    }
}

impl<'a> Section<'a> {
    fn of(id: u8, file: &'a [u8], range: std::ops::Range<usize>) -> Self {
        let content = &file[range];
        let (instances, types) = (0, 0);
        Self { id, content, instances, types, is_import: false, is_of_prelude: true }
    }

    fn other() -> Self {
        Self { is_of_prelude: false, ..Self::of(0, &[], 0..0) }
    }
}
