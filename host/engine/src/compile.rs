//! Compile: off the async threads, one at a time, and only what is not in the cache.

use slipway_model::digest::Digest;
use wasmtime::component::Component;

use crate::engine::{Engine, Error};
use crate::inspect::Fit;

impl Engine {
    /// The compiled code of a component that was inspected.
    pub(crate) async fn compile(
        &self,
        digest: &Digest,
        fit: &Fit,
        file: Vec<u8>,
    ) -> Result<Component, Error> {
        // Compiling takes a core and much memory: never two at once.
        let _turn = self.compiling.acquire().await.expect("the semaphore is never closed");
        if let Some((component, _)) = self.cached(digest).await? {
            return Ok(component);
        }
        let code = self.compiler.compile(&self.wasmtime, fit.manifest.id.as_str(), file).await?;
        let (cache, digest, section) = (self.cache.clone(), digest.clone(), fit.section.clone());
        let keep = move || cache.store(&digest, &section, &code);
        let kept = tokio::task::spawn_blocking(keep).await;
        kept.unwrap_or_else(|panicked| Err(panicked.into()))
            .map_err(Error::Cache)?
            .map_err(Error::Load)
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
