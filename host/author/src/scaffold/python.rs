//! What stands beside a plugin in Python: the SDK as a package of the folder, where Python looks without being told.

use slipway_model::name::PluginName;

use super::{Files, under};
use crate::sources::{PythonSdk, files};

pub fn beside(name: &PluginName) -> Files {
    let mut all: Files = vec![
        ("pyproject.toml".into(), project(name).into_bytes()),
        (".gitignore".into(), b"/dist\n/.venv\n__pycache__\n".into()),
    ];
    all.extend(under("slipway", files::<PythonSdk>("slipway/")));
    all
}

/// The SDK needs nothing but Python's own library.
fn project(name: &PluginName) -> String {
    format!(
        "[project]\nname = \"{name}\"\nversion = \"0.1.0\"\nrequires-python = \">=3.11\"\ndependencies = []\n"
    )
}
