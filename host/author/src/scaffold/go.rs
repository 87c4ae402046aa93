//! What stands beside a plugin in Go: a module that finds the SDK in its folder.

use slipway_model::name::PluginName;

use super::{Files, under};
use crate::sources::{GoSdk, files};

pub fn beside(name: &PluginName) -> Files {
    let mut all: Files = vec![
        ("go.mod".into(), module(name).into_bytes()),
        (".gitignore".into(), b"/dist\n".into()),
    ];
    let sdk = files::<GoSdk>("").into_iter().filter(|(name, _)| !name.ends_with("_test.go"));
    all.extend(under("sdk/go", sdk.collect()));
    all
}

/// The SDK needs nothing but Go's own library, so that a build asks no proxy.
fn module(name: &PluginName) -> String {
    format!(
        "module {name}\n\ngo 1.25\n\nrequire slipway.dev/slipway v{version}\n\nreplace slipway.dev/slipway => ./sdk/go\n",
        version = env!("CARGO_PKG_VERSION"),
    )
}
