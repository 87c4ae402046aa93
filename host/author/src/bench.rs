//! The bench on which a component is tried: the host's engine, with compiled code cached for the user.

use std::path::PathBuf;

use slipway_engine::{Config, Engine, Installed};
use slipway_model::grant::Grant;

use crate::error::Error;

/// Authors' machines are busy, and a golden test is no measurement.
const PATIENCE_MILLISECONDS: u32 = 20_000;

/// An engine with one plugin in it, granted what it asks for.
#[derive(Debug)]
pub struct Bench {
    pub(crate) engine: Engine,
    pub(crate) installed: Installed,
    pub(crate) grant: Grant,
}

impl Bench {
    /// Compiles the component, unless that was done before.
    pub async fn with(component: Vec<u8>) -> Result<Self, Error> {
        let engine = Engine::new(&Config::new(cache()))?;
        let installed = engine.install(component).await?;
        let wants = installed.manifest.wants.clone();
        let grant = Grant { time_milliseconds: PATIENCE_MILLISECONDS, ..wants };
        engine.set_grant(&installed.digest, grant.clone())?;
        Ok(Self { engine, installed, grant })
    }
}

/// Compiled code is the user's: nobody else may write what is run here.
fn cache() -> PathBuf {
    let own = directories::ProjectDirs::from("dev", "slipway", "slipway");
    own.map_or_else(|| PathBuf::from(".slipway-cache"), |it| it.cache_dir().join("compiled"))
}
