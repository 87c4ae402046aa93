//! Scaffold: a folder with a plugin that builds and passes its tests at once.
//!
//! The SDK is in no public registry yet, so it is written beside the plugin, with the contract that it is generated
//! from, and with the versions of packages that it is tested with.

use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use slipway_engine::World;
use slipway_model::name::PluginName;

use crate::error::Error;

#[derive(RustEmbed)]
#[folder = "../../sdk/rust"]
struct Sdk;

#[derive(RustEmbed)]
#[folder = "../../wit"]
struct Contract;

#[derive(RustEmbed)]
#[folder = "templates"]
struct Templates;

/// The workspace that the SDK is tested in: versions of packages are read from it.
const OURS: &str = include_str!("../../../Cargo.toml");
/// What the SDK and a plugin are made of.
const PACKAGES: [&str; 4] = ["schemars", "serde", "serde_json", "wit-bindgen"];

/// Has rustup bring what a component is compiled for.
const TOOLCHAIN: &str = "[toolchain]\nchannel = \"stable\"\ntargets = [\"wasm32-wasip2\"]\n";

/// The languages that a plugin can be begun in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Rust,
}

/// What is to be made.
#[derive(Clone, Debug)]
pub struct Scaffold {
    pub name: PluginName,
    pub language: Language,
    pub world: World,
}

/// Makes the folder; answers with the files in it. A folder that is there already is left as it is.
pub fn scaffold(folder: &Path, what: &Scaffold) -> Result<Vec<PathBuf>, Error> {
    if folder.exists() {
        return Err(Error::Exists(folder.to_owned()));
    }
    let Language::Rust = what.language;
    let mut made = Vec::new();
    let mut put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(Error::of(parent))?;
        std::fs::write(&path, bytes).map_err(Error::of(&path))?;
        made.push(path);
        Ok::<_, Error>(())
    };
    put("Cargo.toml", workspace(&what.name).as_bytes())?;
    put(".gitignore", b"/target\n")?;
    put("rust-toolchain.toml", TOOLCHAIN.as_bytes())?;
    let template = format!("rust-{}/", what.world.as_str());
    for (name, bytes) in files::<Templates>(&template) {
        let text = String::from_utf8_lossy(&bytes).replace("PLUGIN", what.name.as_str());
        put(&name, text.as_bytes())?;
    }
    for (name, bytes) in files::<Sdk>("") {
        put(&format!("sdk/rust/{name}"), &bytes)?;
    }
    for (name, bytes) in files::<Contract>("") {
        put(&format!("wit/{name}"), &bytes)?;
    }
    Ok(made)
}

/// Names below a prefix, without it, with what is in them.
fn files<F: RustEmbed>(prefix: &str) -> Vec<(String, Vec<u8>)> {
    let below = |name: &str| name.strip_prefix(prefix).map(str::to_owned);
    F::iter().filter_map(|name| Some((below(&name)?, F::get(&name)?.data.into_owned()))).collect()
}

fn workspace(name: &PluginName) -> String {
    let versions: Vec<&str> = OURS.lines().filter(|line| is_wanted(line)).collect();
    format!(
        r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"
publish = false

[lib]
crate-type = ["cdylib"]

[dependencies]
slipway-sdk.workspace = true
schemars.workspace = true
serde.workspace = true
serde_json.workspace = true

[profile.release]
opt-level = "s"
lto = "fat"
codegen-units = 1
panic = "abort"

# The SDK beside it, and the versions that it is tested with.
[workspace]
resolver = "3"
members = ["sdk/rust"]

[workspace.package]
version = "{version}"
edition = "2024"
rust-version = "1.95"
license = "Apache-2.0"
publish = false

[workspace.lints]

[workspace.dependencies]
slipway-sdk = {{ path = "sdk/rust" }}
{versions}
"#,
        version = env!("CARGO_PKG_VERSION"),
        versions = versions.join("\n"),
    )
}

fn is_wanted(line: &str) -> bool {
    line.split_once(" = ").is_some_and(|(name, _)| PACKAGES.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(world: World) -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join("page");
        let name = "page".parse().unwrap();
        scaffold(&folder, &Scaffold { name, language: Language::Rust, world }).unwrap();
        (directory, folder)
    }

    #[test]
    fn a_plugin_comes_with_its_sdk_its_contract_and_a_first_test() {
        for world in [World::Blueprint, World::Control] {
            let (_directory, folder) = made(world);
            for file in [
                "src/lib.rs",
                "sdk/rust/src/lib.rs",
                "sdk/rust/src/objects/pod.rs",
                "wit/v1/worlds.wit",
            ] {
                assert!(folder.join(file).exists(), "{world:?} {file}");
            }
            assert!(!crate::cases(&folder).unwrap().is_empty());
            let lib = std::fs::read_to_string(folder.join("src/lib.rs")).unwrap();
            assert!(!lib.contains("PLUGIN"), "{lib}");
        }
    }

    #[test]
    fn every_package_of_the_sdk_has_the_version_that_it_is_tested_with() {
        let text = workspace(&"page".parse().unwrap());
        for name in PACKAGES {
            let lines = text.lines().filter(|it| it.starts_with(&format!("{name} = ")));
            assert_eq!(lines.count(), 1, "{name}: {text}");
        }
    }

    #[test]
    fn a_folder_that_is_there_is_left_as_it_is() {
        let (_directory, folder) = made(World::Blueprint);
        let what = Scaffold {
            name: "page".parse().unwrap(),
            language: Language::Rust,
            world: World::Control,
        };
        assert!(matches!(scaffold(&folder, &what), Err(Error::Exists(_))));
    }
}
