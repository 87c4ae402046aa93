//! What stands beside a plugin in TypeScript: a workspace of it and the SDK, which `npm install` compiles.

use slipway_model::name::PluginName;

use super::{Files, under};
use crate::sources::{Contract, TypeScriptSdk, files};

/// Made by tools, or only for those who work on the SDK.
const NOT_NEEDED: [&str; 4] = ["dist/", "node_modules/", "tests/", "wit/"];

const COMPILED: &str = r#"{
  "extends": "slipway-sdk/tsconfig.json",
  "include": ["src"]
}
"#;

pub fn beside(name: &PluginName) -> Files {
    let mut all: Files = vec![
        ("package.json".into(), package(name).into_bytes()),
        ("tsconfig.json".into(), COMPILED.into()),
        (".gitignore".into(), b"dist\nnode_modules\n".into()),
    ];
    let sdk = files::<TypeScriptSdk>("").into_iter();
    let sdk = sdk.filter(|(name, _)| !NOT_NEEDED.iter().any(|it| name.starts_with(it))).collect();
    all.extend(under("sdk/typescript", sdk));
    all.extend(under("wit", files::<Contract>("")));
    all
}

fn package(name: &PluginName) -> String {
    format!(
        r#"{{
  "name": "{name}",
  "version": "0.1.0",
  "private": true,
  "type": "module",
  "main": "src/main.ts",
  "workspaces": ["sdk/typescript"],
  "scripts": {{
    "prepare": "npm run build --workspace slipway-sdk",
    "build": "slipway-sdk build",
    "test": "slipway-sdk test"
  }},
  "devDependencies": {{ "slipway-sdk": "{version}" }}
}}
"#,
        version = env!("CARGO_PKG_VERSION"),
    )
}
