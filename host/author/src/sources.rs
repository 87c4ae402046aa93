//! What is written beside a new plugin: the SDKs, the contract, the templates. All of it is in the binary.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../sdk/rust"]
pub struct RustSdk;

#[derive(RustEmbed)]
#[folder = "../../sdk/typescript"]
pub struct TypeScriptSdk;

#[derive(RustEmbed)]
#[folder = "../../sdk/go"]
pub struct GoSdk;

#[derive(RustEmbed)]
#[folder = "../../sdk/python"]
pub struct PythonSdk;

#[derive(RustEmbed)]
#[folder = "../../wit"]
pub struct Contract;

#[derive(RustEmbed)]
#[folder = "templates"]
pub struct Templates;

/// Names below a prefix, without it, with what is in them; what Python leaves beside its sources is none of them.
pub fn files<F: RustEmbed>(prefix: &str) -> Vec<(String, Vec<u8>)> {
    let below = |name: &str| name.strip_prefix(prefix).map(str::to_owned);
    let sources = F::iter().filter(|name| !name.contains("__pycache__"));
    sources.filter_map(|name| Some((below(&name)?, F::get(&name)?.data.into_owned()))).collect()
}
