//! What comes with the host: plugins, blueprints and images in a folder, installed at each start.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use slipway_platform::Platform;
use slipway_preset::Wrappers;

/// Tag of the images that come with the host, by which blueprints name them.
const IMAGE_TAG: &str = "1.0.0";

/// The folder that was named, or `bundle` beside the binary.
pub fn folder(named: Option<&PathBuf>) -> PathBuf {
    named.cloned().unwrap_or_else(|| {
        let binary = std::env::current_exe().unwrap_or_default();
        binary.parent().unwrap_or(Path::new(".")).join("bundle")
    })
}

/// Installs what is there. Doing it again changes nothing.
pub async fn install(platform: &Platform, folder: &Path) -> Result<()> {
    for image in components(&folder.join("images"))? {
        let (name, content) = read(&image)?;
        platform.image_bundled(&name, IMAGE_TAG, &content).await?;
    }
    for kind in ["plugins", "blueprints"] {
        for plugin in components(&folder.join(kind))? {
            let (name, content) = read(&plugin)?;
            let installed = platform.plugin_bundled(content).await;
            installed.with_context(|| format!("{name} of the bundle cannot be installed"))?;
        }
    }
    Ok(())
}

/// What presets are composed with; nothing where the bundle is empty, as in a host that is tried without guests.
pub fn wrappers(folder: &Path) -> Result<Wrappers> {
    let found = components(&folder.join("presets"))?;
    let mut wrappers = Wrappers::default();
    for path in found {
        let (name, content) = read(&path)?;
        match name.as_str() {
            "plain" => wrappers.plain = content,
            "checked" => wrappers.checked = content,
            _ => {}
        }
    }
    Ok(wrappers)
}

fn components(folder: &Path) -> Result<Vec<PathBuf>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "wasm") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<(String, Vec<u8>)> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let content =
        std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok((name, content))
}
