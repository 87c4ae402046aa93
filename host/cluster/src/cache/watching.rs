//! The watches that fill the cache, one per kind, begun again whenever they break.

use std::collections::HashSet;
use std::sync::Arc;

use futures::{StreamExt, pin_mut};
use kube::api::{Api, ApiResource};
use kube::runtime::{WatchStreamExt, watcher};

use super::{Cache, Seen, is_rollouts, slim};
use crate::as_sent::AsSent;
use crate::crd;
use crate::resource::Key;

impl Cache {
    pub(super) fn watch(self: &Arc<Self>, resource: ApiResource, label: Option<&'static str>) {
        let name = (resource.api_version.clone(), resource.kind.clone());
        let mut shelf = self.write();
        if !shelf.watched.insert(name.clone()) {
            return;
        }
        // Under the lock, so that whoever sees the kind as watched waits for its list.
        self.unsynced.send_if_modified(|it| it.insert(name));
        drop(shelf);
        let cache = Arc::clone(self);
        tokio::spawn(async move {
            let cancel = cache.cancel.clone();
            tokio::select! {
                () = cancel.cancelled() => {}
                () = cache.follow(resource, label) => {}
            }
        });
    }

    async fn follow(self: Arc<Self>, resource: ApiResource, label: Option<&'static str>) {
        let api: Api<AsSent> = Api::all_with(self.client.clone(), &resource);
        let config = label.map_or_else(watcher::Config::default, |label| {
            watcher::Config::default().labels(label)
        });
        let events = watcher(api, config).default_backoff();
        pin_mut!(events);
        let mut listed: HashSet<(Key, String)> = HashSet::new();
        let is_ours = is_rollouts(&resource);
        let name = (resource.api_version.clone(), resource.kind.clone());
        while let Some(event) = events.next().await {
            match event {
                Ok(watcher::Event::Init) => listed.clear(),
                Ok(watcher::Event::InitApply(object)) => {
                    listed.extend(self.put(&resource, object));
                }
                Ok(watcher::Event::InitDone) => {
                    self.forget_unlisted(&resource, &listed);
                    listed = HashSet::new();
                    self.unsynced.send_if_modified(|it| it.remove(&name));
                    if is_ours {
                        self.tell(Seen::Relisted);
                    }
                }
                Ok(watcher::Event::Apply(object)) => {
                    self.put(&resource, object);
                }
                Ok(watcher::Event::Delete(object)) => {
                    if let Some(object) = slim(&resource, object) {
                        self.remove(&resource, &object);
                    }
                }
                Err(error) => {
                    tracing::warn!(kind = resource.kind, error = %error, "a watch broke and is begun again");
                    if is_ours && is_not_found(&error) {
                        self.define_again().await;
                    }
                }
            }
        }
    }

    /// Somebody has deleted the definition of our resource, and every rollout with it.
    async fn define_again(&self) {
        self.forget_noted().await;
        match crd::install(&self.client, &self.instance).await {
            Ok(()) => {
                tracing::warn!("the definition of Rollout was deleted, and is installed again");
            }
            Err(error) => {
                tracing::error!(error = %error, "the definition of Rollout cannot be installed again");
            }
        }
    }
}

fn is_not_found(error: &watcher::Error) -> bool {
    use watcher::Error::{InitialListFailed, WatchFailed, WatchStartFailed};
    match error {
        InitialListFailed(kube::Error::Api(status))
        | WatchStartFailed(kube::Error::Api(status))
        | WatchFailed(kube::Error::Api(status)) => status.code == 404,
        _ => false,
    }
}
