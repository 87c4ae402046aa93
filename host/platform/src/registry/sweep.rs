//! The sweep of the registry, now and then.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use slipway_registry::local::{Ages, Swept};
use slipway_store::Reads;
use slipway_store::record::PROJECTS;

use crate::{Error, Platform};

/// Between two sweeps, and before the first.
const EVERY: Duration = Duration::from_secs(3600);
/// Longer than any push takes from its first content to its manifest.
const UNNAMED: Duration = Duration::from_secs(24 * 3600);
/// An upload whose client has not come back.
const UPLOAD: Duration = Duration::from_secs(24 * 3600);

impl Platform {
    /// Sweeps each hour until the host stops.
    pub fn keep_registry_swept(self: &Arc<Self>) {
        let platform = Arc::clone(self);
        tokio::spawn(async move {
            let cancel = platform.cancel.clone();
            while cancel.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
                match platform.sweep_registry().await {
                    Ok(swept) if swept == Swept::default() => {}
                    Ok(swept) => tracing::info!(
                        uploads = swept.uploads,
                        links = swept.links,
                        blobs = swept.blobs,
                        bytes = swept.bytes,
                        "swept the registry"
                    ),
                    Err(error) => {
                        tracing::error!(error = %error, "the registry cannot be swept");
                    }
                }
            }
        });
    }

    async fn sweep_registry(&self) -> Result<Swept, Error> {
        for project in self.registry.projects().await? {
            if self.store.read()?.get(&PROJECTS, project.as_str())?.is_none() {
                self.registry.remove_project(&project).await?;
            }
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(self.now());
        Ok(self.registry.sweep(Ages { now, unnamed: UNNAMED, upload: UPLOAD }).await?)
    }
}
