//! The component that says one text: a core module of one memory with the text in it, and a function that points there.

use wasm_encoder::{
    Alias, CanonicalFunctionSection, CanonicalOption, CodeSection, Component,
    ComponentAliasSection, ComponentExportKind, ComponentExportSection, ComponentInstanceSection,
    ComponentTypeSection, ComponentValType, ConstExpr, DataSection, ExportKind, ExportSection,
    Function, FunctionSection, InstanceSection, Instruction, MemorySection, MemoryType, Module,
    ModuleArg, ModuleSection, PrimitiveValType, TypeSection, ValType,
};

use super::DOCUMENT;

/// Where the pair of address and length lies; the text is behind it.
const PAIR: i32 = 16;
const TEXT: i32 = 32;
const PAGE: usize = 65_536;

/// The component, which exports `slipway:preset/document`. Each thing that it has is the first of its kind.
pub(super) fn component(text: &str) -> Vec<u8> {
    let mut instances = InstanceSection::new();
    instances.instantiate::<Vec<(&str, ModuleArg)>, _>(0, Vec::new());
    let mut aliases = ComponentAliasSection::new();
    for (kind, name) in [(ExportKind::Func, "read"), (ExportKind::Memory, "memory")] {
        aliases.alias(Alias::CoreInstanceExport { instance: 0, kind, name });
    }
    let mut types = ComponentTypeSection::new();
    let text_type = ComponentValType::Primitive(PrimitiveValType::String);
    types.function().params::<[(&str, ComponentValType); 0], _>([]).result(Some(text_type));
    let mut functions = CanonicalFunctionSection::new();
    functions.lift(0, 0, [CanonicalOption::UTF8, CanonicalOption::Memory(0)]);
    let mut interfaces = ComponentInstanceSection::new();
    interfaces.export_items([("read", ComponentExportKind::Func, 0)]);
    let mut exports = ComponentExportSection::new();
    exports.export(DOCUMENT, ComponentExportKind::Instance, 0, None);
    let mut component = Component::new();
    component
        .section(&ModuleSection(&module(text)))
        .section(&instances)
        .section(&aliases)
        .section(&types)
        .section(&functions)
        .section(&interfaces)
        .section(&exports);
    component.finish()
}

fn module(text: &str) -> Module {
    let mut types = TypeSection::new();
    types.ty().function([], [ValType::I32]);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut memories = MemorySection::new();
    let pages = (text.len() + TEXT.unsigned_abs() as usize).div_ceil(PAGE) as u64;
    memories.memory(MemoryType {
        minimum: pages,
        maximum: Some(pages),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0).export("read", ExportKind::Func, 0);
    let mut code = CodeSection::new();
    let mut body = Function::new([]);
    body.instruction(&Instruction::I32Const(PAIR)).instruction(&Instruction::End);
    code.function(&body);
    let mut data = DataSection::new();
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let mut pair = TEXT.to_le_bytes().to_vec();
    pair.extend(length.to_le_bytes());
    data.active(0, &ConstExpr::i32_const(PAIR), pair);
    data.active(0, &ConstExpr::i32_const(TEXT), text.bytes());
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&memories)
        .section(&exports)
        .section(&code)
        .section(&data);
    module
}
