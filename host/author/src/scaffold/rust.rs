//! What stands beside a plugin in Rust: a workspace of it and the SDK.

use slipway_model::name::PluginName;

use super::{Files, under};
use crate::sources::{Contract, RustSdk, files};

/// The workspace that the SDK is tested in: versions of packages are read from it.
const OURS: &str = include_str!("../../../../Cargo.toml");
/// What the SDK and a plugin are made of.
const PACKAGES: [&str; 4] = ["schemars", "serde", "serde_json", "wit-bindgen"];

/// Has rustup bring what a component is compiled for.
const TOOLCHAIN: &str = "[toolchain]\nchannel = \"stable\"\ntargets = [\"wasm32-wasip2\"]\n";

pub fn beside(name: &PluginName) -> Files {
    let mut all: Files = vec![
        ("Cargo.toml".into(), workspace(name).into_bytes()),
        (".gitignore".into(), b"/target\n".into()),
        ("rust-toolchain.toml".into(), TOOLCHAIN.into()),
    ];
    all.extend(under("sdk/rust", files::<RustSdk>("")));
    all.extend(under("wit", files::<Contract>("")));
    all
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

    #[test]
    fn every_package_of_the_sdk_has_the_version_that_it_is_tested_with() {
        let text = workspace(&"page".parse().unwrap());
        for name in PACKAGES {
            let lines = text.lines().filter(|it| it.starts_with(&format!("{name} = ")));
            assert_eq!(lines.count(), 1, "{name}: {text}");
        }
    }
}
