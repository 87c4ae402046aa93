//! What presets are composed with: the wrapper and the blueprints that come with the binary.

use std::path::{Path, PathBuf};

use clap::Args;
use slipway_author as workshop;
use slipway_preset::{Document, Wrappers, compose};

use crate::error::Error;
use crate::file;

/// Where the parts are, and where the result goes.
#[derive(Debug, Args)]
pub struct Kit {
    /// Folder of what comes with Slipway; `bundle` beside the binary by default.
    #[arg(long, env = "SLIPWAY_BUNDLE", value_name = "DIR")]
    bundle: Option<PathBuf>,
    /// File for the component.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
}

/// What was written.
#[derive(Debug)]
pub struct Written {
    pub digest: String,
    pub bytes: usize,
}

impl Kit {
    /// A blueprint that comes with Slipway.
    pub fn bundled(&self, name: &str) -> Result<Vec<u8>, Error> {
        self.part(&format!("blueprints/{name}.wasm"))
    }

    fn part(&self, name: &str) -> Result<Vec<u8>, Error> {
        let folder = self.bundle.clone().unwrap_or_else(|| {
            let binary = std::env::current_exe().unwrap_or_default();
            binary.parent().unwrap_or(Path::new(".")).join("bundle")
        });
        file::bytes(&folder.join(name))
    }

    /// Composes the preset, asks it for its form as a server would, and writes it.
    pub async fn write(&self, base: Vec<u8>, document: &Document) -> Result<Written, Error> {
        let wrappers = Wrappers {
            plain: self.part("presets/plain.wasm")?,
            checked: self.part("presets/checked.wasm")?,
        };
        let component = compose(&wrappers, &base, document).map_err(|error| failed(&error))?;
        let form = workshop::form(base).await.map_err(|error| failed(&error))?;
        document.check_against(&form.schema, &form.defaults).map_err(|error| failed(&error))?;
        let report = workshop::inspect(component.clone()).await.map_err(|error| failed(&error))?;
        std::fs::write(&self.out, &component).map_err(file::failed(&self.out))?;
        Ok(Written { digest: report.digest, bytes: component.len() })
    }

    /// The result's place.
    pub fn out(&self) -> &Path {
        &self.out
    }
}

/// A file of the user's as text.
pub fn text(path: &Path) -> Result<String, Error> {
    String::from_utf8(file::bytes(path)?)
        .map_err(|_| Error::Usage(format!("{} is no text", path.display())))
}

/// With what caused it.
fn failed(error: &dyn std::error::Error) -> Error {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    Error::Failed(words)
}
