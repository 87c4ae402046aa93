//! One kind of object: watched once, read from memory, written through it.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use futures::StreamExt as _;
use kube::api::{Api, DeleteParams, Patch, PatchParams, PostParams};
use kube::core::NamespaceResourceScope;
use kube::runtime::WatchStreamExt as _;
use kube::runtime::utils::Backoff;
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Client, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

/// A namespace and a name in it; the namespace is empty for kinds that have none.
pub(crate) type Name = (String, String);

/// What a kind must be to be watched.
pub(crate) trait Kind:
    Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Serialize + Send + Sync + 'static
{
}

impl<K> Kind for K where
    K: Resource<DynamicType = ()>
        + Clone
        + Debug
        + DeserializeOwned
        + Serialize
        + Send
        + Sync
        + 'static
{
}

/// The name of an object.
pub(crate) fn name_of<K: Kind>(object: &K) -> Name {
    (object.namespace().unwrap_or_default(), object.name_any())
}

pub(crate) struct Watched<K> {
    client: Client,
    objects: RwLock<BTreeMap<Name, Arc<K>>>,
    gone: Mutex<Gone>,
    seen: watch::Sender<bool>,
}

/// Objects that were deleted lately: an event that is older than the deletion must not bring them back.
#[derive(Default)]
struct Gone {
    uids: HashSet<String>,
    order: VecDeque<String>,
}

const GONE_REMEMBERED: usize = 4096;

/// The API is on the same machine and back at once after a restart: a wait that grows, as is kind to a far API
/// server, would only leave requests with endpoints of yesterday.
struct SameMachine;

impl Iterator for SameMachine {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        Some(Duration::from_millis(100))
    }
}

impl Backoff for SameMachine {
    fn reset(&mut self) {}
}

impl<K: Kind> Watched<K> {
    pub fn new(client: Client) -> Self {
        Self {
            client,
            objects: RwLock::default(),
            gone: Mutex::default(),
            seen: watch::Sender::new(false),
        }
    }

    pub fn get(&self, name: &Name) -> Option<Arc<K>> {
        self.objects.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    pub fn in_namespace(&self, namespace: &str) -> Vec<Arc<K>> {
        let objects = self.objects.read().unwrap_or_else(PoisonError::into_inner);
        let first = (namespace.to_owned(), String::new());
        let inside = objects.range(first..).take_while(|((it, _), _)| it == namespace);
        inside.map(|(_, object)| object.clone()).collect()
    }

    pub fn all(&self) -> Vec<Arc<K>> {
        let objects = self.objects.read().unwrap_or_else(PoisonError::into_inner);
        objects.values().cloned().collect()
    }

    /// Waits until the first list has come in.
    pub async fn wait_until_seen(&self) {
        // The sender lives in `self`, so the wait cannot be cut off.
        drop(self.seen.subscribe().wait_for(|seen| *seen).await);
    }

    /// Follows the kind for ever. `changed` is called with each object that came, changed or went.
    pub async fn follow(
        &self,
        api: Api<K>,
        config: watcher::Config,
        changed: impl Fn(&K) + Send + Sync,
    ) {
        let mut events = std::pin::pin!(watcher(api, config).backoff(SameMachine));
        let mut listed: Option<BTreeMap<Name, Arc<K>>> = None;
        while let Some(event) = events.next().await {
            match event {
                Ok(Event::Init) => listed = Some(BTreeMap::new()),
                Ok(Event::InitApply(object)) => {
                    if let Some(listed) = &mut listed {
                        listed.insert(name_of(&object), slim(object));
                    }
                }
                Ok(Event::InitDone) => {
                    self.relist(listed.take().unwrap_or_default(), &changed);
                    self.seen.send_replace(true);
                }
                Ok(Event::Apply(object)) => {
                    if let Some(object) = self.remember(object) {
                        changed(&object);
                    }
                }
                Ok(Event::Delete(object)) => {
                    self.forget(&object);
                    changed(&object);
                }
                Err(error) => {
                    let kind = K::kind(&()).into_owned();
                    tracing::debug!(kind, %error, "a watch broke off and starts again");
                }
            }
        }
    }

    fn relist(&self, listed: BTreeMap<Name, Arc<K>>, changed: &impl Fn(&K)) {
        let before = {
            let mut objects = self.objects.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *objects, listed)
        };
        for object in self.all() {
            if before.get(&name_of(&*object)).is_none_or(|it| version(&**it) != version(&*object)) {
                changed(&object);
            }
        }
        for (name, object) in before {
            if self.get(&name).is_none_or(|it| it.uid() != object.uid()) {
                changed(&object);
            }
        }
    }

    /// Takes an object into memory, unless memory knows better. Answers with it if it is news.
    pub fn remember(&self, object: K) -> Option<Arc<K>> {
        let gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        if object.uid().is_some_and(|uid| gone.uids.contains(&uid)) {
            return None;
        }
        let mut objects = self.objects.write().unwrap_or_else(PoisonError::into_inner);
        let name = name_of(&object);
        if let Some(known) = objects.get(&name)
            && known.uid() == object.uid()
            && version(&**known) > version(&object)
        {
            return None;
        }
        let object = slim(object);
        objects.insert(name, object.clone());
        Some(object)
    }

    fn forget(&self, object: &K) {
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(uid) = object.uid()
            && gone.uids.insert(uid.clone())
        {
            gone.order.push_back(uid);
            if gone.order.len() > GONE_REMEMBERED
                && let Some(oldest) = gone.order.pop_front()
            {
                gone.uids.remove(&oldest);
            }
        }
        let mut objects = self.objects.write().unwrap_or_else(PoisonError::into_inner);
        let name = name_of(object);
        if objects.get(&name).is_some_and(|it| it.uid() == object.uid()) {
            objects.remove(&name);
        }
    }
}

impl<K: Kind + Resource<Scope = NamespaceResourceScope>> Watched<K> {
    pub fn api(&self, namespace: &str) -> Api<K> {
        Api::namespaced(self.client.clone(), namespace)
    }

    pub async fn create(&self, object: &K) -> Result<Arc<K>, kube::Error> {
        let namespace = object.namespace().unwrap_or_default();
        let made = self.api(&namespace).create(&PostParams::default(), object).await?;
        Ok(self.taken(made))
    }

    /// Merges a change in.
    pub async fn change(
        &self,
        (namespace, name): &Name,
        change: &serde_json::Value,
    ) -> Result<Arc<K>, kube::Error> {
        let params = PatchParams::default();
        let made = self.api(namespace).patch(name, &params, &Patch::Merge(change)).await?;
        Ok(self.taken(made))
    }

    /// Merges a change into the status.
    pub async fn change_status(
        &self,
        (namespace, name): &Name,
        status: &impl Serialize,
    ) -> Result<Arc<K>, kube::Error> {
        let change = serde_json::json!({ "status": status });
        let params = PatchParams::default();
        let made = self.api(namespace).patch_status(name, &params, &Patch::Merge(&change)).await?;
        Ok(self.taken(made))
    }

    /// Deletes this very object, and no later one of the same name. That it is gone already is fine.
    pub async fn delete(&self, object: &K, params: DeleteParams) -> Result<(), kube::Error> {
        let (namespace, name) = name_of(object);
        let preconditions = kube::api::Preconditions { uid: object.uid(), resource_version: None };
        let params = DeleteParams { preconditions: Some(preconditions), ..params };
        match self.api(&namespace).delete(&name, &params).await {
            Ok(answer) => {
                match answer.left().filter(|it| it.meta().deletion_timestamp.is_some()) {
                    Some(leaving) => drop(self.taken(leaving)),
                    None => self.forget(object),
                }
                Ok(())
            }
            Err(kube::Error::Api(status)) if status.is_not_found() || status.is_conflict() => {
                self.forget(object);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn taken(&self, object: K) -> Arc<K> {
        self.remember(object.clone()).unwrap_or_else(|| slim(object))
    }
}

/// Resource versions of one kind are numbers that grow (Kubernetes 1.35 promises that they compare).
fn version<K: Kind>(object: &K) -> u64 {
    object.resource_version().and_then(|it| it.parse().ok()).unwrap_or_default()
}

/// Nobody here reads who owns which field, and it is a third of an object.
fn slim<K: Kind>(mut object: K) -> Arc<K> {
    object.meta_mut().managed_fields = None;
    Arc::new(object)
}
