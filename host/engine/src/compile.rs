//! Compile: off the async threads, one at a time, and only what is not in the cache.

use slipway_model::digest::Digest;
use slipway_model::plan::Error as PlanError;
use wasmtime::component::Component;

use crate::engine::{Engine, Error};
use crate::inspect::{Fit, unfit};

impl Engine {
    /// The compiled code of a component that was inspected.
    pub(crate) async fn compile(
        &self,
        digest: &Digest,
        fit: &Fit,
        file: Vec<u8>,
    ) -> Result<Component, Error> {
        // Compiling takes a core and much memory, and cannot be interrupted: never two at once.
        let _turn = self.compiling.acquire().await.expect("the semaphore is never closed");
        if let Some((component, _)) = self.cached(digest).await? {
            return Ok(component);
        }
        let (wasmtime, cache) = (self.wasmtime.clone(), self.cache.clone());
        let (digest, section) = (digest.clone(), fit.section.clone());
        let id = fit.manifest.id.clone();
        let work = move || {
            let code = wasmtime.precompile_component(&file).map_err(|error| {
                let why = error.root_cause();
                unfit(format!("{id} is no valid component: {why}. Build it again."))
            })?;
            drop(file);
            let stored = cache.store(&digest, &section, &code).map_err(Error::Cache)?;
            stored.map_err(Error::Load)
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| {
            Error::Plugin(PlanError::Unfit(
                "The compiler crashed on this component. Tell its author, and us.".into(),
            ))
        })?
    }

    /// The compiled code and the manifest of what was installed before.
    pub(crate) async fn cached(
        &self,
        digest: &Digest,
    ) -> Result<Option<(Component, Vec<u8>)>, Error> {
        let (cache, digest) = (self.cache.clone(), digest.clone());
        let loaded = tokio::task::spawn_blocking(move || cache.load(&digest)).await;
        loaded.unwrap_or(Ok(None)).map_err(Error::Cache)
    }
}
