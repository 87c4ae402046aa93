//! The kinds that we have ever made objects of in a cluster, noted at the definition of our resource.
//!
//! An object of ours is known by its marks ([`crate::ownership::is_applied_for`]), but seen only where its kind is
//! watched. So a kind is noted before the first object of it is made, once in the life of a cluster: whoever works
//! with the cluster next watches it from the start, and no rollout has to announce what it is about to apply.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use slipway_model::object::Object;

use super::Cache;
use crate::kinds::Name;
use crate::{crd, kinds, labels};

/// When a kind is tried again that the API server could not tell of.
const AGAIN: Duration = Duration::from_secs(30);

impl Cache {
    /// Watches what earlier lives have noted.
    pub async fn watch_noted(self: &Arc<Self>) -> kube::Result<()> {
        let noted = crd::noted_kinds(&self.client).await?;
        self.noted.lock().await.clone_from(&noted);
        let left = self.begin(noted).await;
        if !left.is_empty() {
            let (cache, cancel) = (Arc::clone(self), self.cancel.clone());
            tokio::spawn(async move { cancel.run_until_cancelled(cache.begin_later(left)).await });
        }
        Ok(())
    }

    /// Notes and watches the kinds of these objects, unless that was done before.
    pub async fn note(self: &Arc<Self>, wanted: &[Object]) -> kube::Result<()> {
        let kinds = wanted.iter().map(|it| (it.api_version(), it.kind()));
        let kinds = kinds.filter(|it| !kinds::WATCHED.contains(it));
        let names = kinds.map(|(version, kind)| (version.to_owned(), kind.to_owned()));
        let names: BTreeSet<Name> = names.collect();
        let new: Vec<Name> = names.difference(&*self.noted.lock().await).cloned().collect();
        if new.is_empty() {
            return Ok(());
        }
        // Nobody waits while the API server is asked of a kind: whoever serves that one may be down.
        for (version, kind) in &new {
            self.begin_one(version, kind).await?;
        }
        let mut noted = self.noted.lock().await;
        crd::note_kinds(&self.client, &names).await?;
        noted.extend(names);
        Ok(())
    }

    /// With the definition of our resource its notes are gone.
    pub(super) async fn forget_noted(&self) {
        self.noted.lock().await.clear();
    }

    async fn begin_later(self: Arc<Self>, mut left: BTreeSet<Name>) {
        while !left.is_empty() {
            tokio::time::sleep(AGAIN).await;
            left = self.begin(left).await;
        }
    }

    /// Begins to watch kinds; answers which the API server could not tell of.
    async fn begin(self: &Arc<Self>, names: BTreeSet<Name>) -> BTreeSet<Name> {
        let mut left = BTreeSet::new();
        for name in names {
            match self.begin_one(&name.0, &name.1).await {
                Ok(()) => {}
                // The cluster no longer knows the kind, so there are no objects of it.
                Err(error) if kinds::is_unknown(&error) => {}
                Err(error) => {
                    tracing::warn!(kind = name.1, error = %error, "a kind cannot be watched yet");
                    left.insert(name);
                }
            }
        }
        left
    }

    async fn begin_one(self: &Arc<Self>, api_version: &str, kind: &str) -> kube::Result<()> {
        let resource = kinds::resource(&self.client, api_version, kind).await?;
        self.watch(resource, Some(labels::ROLLOUT));
        Ok(())
    }
}
