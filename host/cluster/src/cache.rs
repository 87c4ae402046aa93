//! What the cluster holds of ours, kept in memory by one watch per kind.

mod noted;
mod slim;
mod watching;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use kube::Client;
use kube::api::ApiResource;
use slipway_model::object::{Object, ObjectRef};
use tokio::sync::{Mutex, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::as_sent::AsSent;
use crate::kinds::Name;
use crate::resource::Key;
use crate::{kinds, labels, ownership, resource};

use slim::slim;

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The rollout itself. `wanted`: its spec or its deletion, not only its status.
    Rollout {
        key: Key,
        wanted: bool,
    },
    RolloutGone(Key),
    /// An object that belongs to the rollout.
    Child(Key),
    /// All rollouts were read anew.
    Relisted,
}

/// How long the first list of a kind may take before whoever needs it goes on to something else.
const LIST_PATIENCE: Duration = Duration::from_secs(10);

/// Rollouts and their objects.
pub struct Cache {
    client: Client,
    shelf: RwLock<Shelf>,
    seen: mpsc::UnboundedSender<Seen>,
    /// Which Slipway we are, for the case that somebody deletes the definition of our resource.
    instance: String,
    /// Kinds whose first list has not come yet.
    unsynced: watch::Sender<HashSet<Name>>,
    /// Kinds of which it is noted in the cluster that we make objects of them.
    noted: Mutex<BTreeSet<Name>>,
    cancel: CancellationToken,
}

/// An object that belongs to a rollout.
#[derive(Clone, Debug)]
pub struct Child {
    pub object: Object,
    /// See [`ownership::created_entry`].
    pub created_entry: Option<usize>,
    /// See [`Cache::remember_taken`].
    pub taken: Option<Object>,
}

#[derive(Debug, Default)]
struct Shelf {
    rollouts: HashMap<Key, Object>,
    children: BTreeMap<Key, BTreeMap<ObjectRef, Live>>,
    /// Under whose key each child is, by namespace: a label that is changed moves it.
    owners: HashMap<(String, ObjectRef), String>,
    taken: HashMap<Key, HashMap<ObjectRef, Object>>,
    watched: HashSet<Name>,
}

#[derive(Debug)]
struct Live {
    object: Object,
    created_entry: Option<usize>,
}

impl Cache {
    /// Begins to watch; what is seen arrives at the receiver.
    pub fn start(
        client: Client,
        instance: String,
        cancel: CancellationToken,
    ) -> (Arc<Self>, mpsc::UnboundedReceiver<Seen>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let cache = Arc::new(Self {
            client,
            shelf: RwLock::default(),
            seen: sender,
            instance,
            unsynced: watch::Sender::default(),
            noted: Mutex::default(),
            cancel,
        });
        cache.watch(kinds::builtin(resource::API_VERSION, resource::KIND), None);
        for (version, kind) in kinds::WATCHED {
            cache.watch(kinds::builtin(version, kind), Some(labels::ROLLOUT));
        }
        (cache, receiver)
    }

    /// Waits until the rollouts and the kinds that are watched from the start have been listed.
    pub async fn synced(&self) {
        let from_start = kinds::WATCHED.iter().copied();
        for (version, kind) in from_start.chain([(resource::API_VERSION, resource::KIND)]) {
            self.listed(&(version.to_owned(), kind.to_owned())).await;
        }
        // A kind of an earlier life that cannot be listed holds up nobody: whoever has objects of it waits for it.
        let all_others = async {
            let watched: Vec<Name> = self.read().watched.iter().cloned().collect();
            for name in &watched {
                self.listed(name).await;
            }
        };
        let _ = tokio::time::timeout(LIST_PATIENCE, all_others).await;
    }

    /// Watches one more kind, unless it is watched, and waits for its first list.
    pub async fn also_watch(self: &Arc<Self>, api_version: &str, kind: &str) -> kube::Result<()> {
        let name = (api_version.to_owned(), kind.to_owned());
        let is_watched = self.read().watched.contains(&name);
        if !is_watched {
            let resource = kinds::resource(&self.client, api_version, kind).await?;
            self.watch(resource, Some(labels::ROLLOUT));
        }
        // One kind that cannot be listed must hold up nobody but those who need it.
        tokio::time::timeout(LIST_PATIENCE, self.listed(&name)).await.map_err(|_| {
            let words = format!("objects of the kind {kind} cannot be listed; the log says why");
            kube::Error::Service(words.into())
        })
    }

    async fn listed(&self, name: &Name) {
        let mut unsynced = self.unsynced.subscribe();
        // The sender lives as long as `self`.
        let _ = unsynced.wait_for(|it| !it.contains(name)).await;
    }

    /// The rollout.
    pub fn rollout(&self, key: &Key) -> Option<Object> {
        self.read().rollouts.get(key).cloned()
    }

    /// All rollouts.
    pub fn rollouts(&self) -> Vec<Object> {
        self.read().rollouts.values().cloned().collect()
    }

    /// The objects that carry the rollout's label.
    pub fn children(&self, key: &Key) -> Vec<Child> {
        let shelf = self.read();
        let taken = |reference: &ObjectRef| shelf.taken.get(key)?.get(reference).cloned();
        let child = |(reference, live): (&ObjectRef, &Live)| Child {
            object: live.object.clone(),
            created_entry: live.created_entry,
            taken: taken(reference),
        };
        shelf.children.get(key).map(|it| it.iter().map(child).collect()).unwrap_or_default()
    }

    /// The objects of rollouts in the same namespace whose names begin with this one's and a dash.
    pub fn of_namesakes(&self, key: &Key) -> Vec<ObjectRef> {
        let begins = Key { name: format!("{}-", key.name), ..key.clone() };
        let is_one =
            |it: &Key| it.namespace == begins.namespace && it.name.starts_with(&begins.name);
        let shelf = self.read();
        let namesakes = shelf.children.range(&begins..).take_while(|(it, _)| is_one(it));
        namesakes.flat_map(|(_, children)| children.keys().cloned()).collect()
    }

    /// Remembers how the API server wrote down what we applied, where that differs from what we sent
    /// (quantities, defaults inside of lists, what admission adds): seeing it again is no difference.
    pub fn remember_taken(&self, key: &Key, taken: Object) {
        let mut shelf = self.write();
        let of_rollout = shelf.taken.entry(key.clone()).or_default();
        of_rollout.insert(taken.reference(), taken);
    }

    fn put(&self, resource: &ApiResource, object: AsSent) -> Option<(Key, String)> {
        let created_entry = ownership::created_entry(&object.json);
        let is_cut = object.is_cut;
        let object = slim(resource, object)?;
        let name = object.name().to_owned();
        if is_rollouts(resource) {
            let key = own_key(&object);
            if is_cut {
                tracing::warn!(rollout = %key, "a rollout is left alone: it is nested too deep");
                return None;
            }
            let before = self.write().rollouts.insert(key.clone(), object.clone());
            let wanted = before.is_none_or(|before| {
                ["/metadata/generation", "/metadata/deletionTimestamp", "/metadata/uid"]
                    .iter()
                    .any(|it| before.at(it) != object.at(it))
            });
            self.tell(Seen::Rollout { key: key.clone(), wanted });
            return Some((key, name));
        }
        let key = owner_key(&object)?;
        let reference = object.reference();
        let version = object.text("/metadata/resourceVersion").to_owned();
        let live = Live { object, created_entry };
        let mut shelf = self.write();
        let left = shelf.take_from_another(&key, &reference);
        let before = shelf.children.entry(key.clone()).or_default().insert(reference, live);
        drop(shelf);
        left.into_iter().for_each(|it| self.tell(Seen::Child(it)));
        let same = before.is_some_and(|it| it.object.text("/metadata/resourceVersion") == version);
        if !same {
            self.tell(Seen::Child(key.clone()));
        }
        Some((key, name))
    }

    fn remove(&self, resource: &ApiResource, object: &Object) {
        if is_rollouts(resource) {
            let key = own_key(object);
            let mut shelf = self.write();
            shelf.rollouts.remove(&key);
            shelf.taken.remove(&key);
            drop(shelf);
            self.tell(Seen::RolloutGone(key));
        } else if let Some(key) = owner_key(object) {
            let reference = object.reference();
            let mut shelf = self.write();
            shelf.take_child(&key, &reference);
            shelf.owners.remove(&(key.namespace.clone(), reference));
            drop(shelf);
            self.tell(Seen::Child(key));
        }
    }

    /// After a list: what was known of the kind and is not in the list is gone.
    fn forget_unlisted(&self, resource: &ApiResource, listed: &HashSet<(Key, String)>) {
        let mut gone = Vec::new();
        let mut shelf = self.write();
        if is_rollouts(resource) {
            shelf.rollouts.retain(|key, _| {
                let stays = listed.contains(&(key.clone(), key.name.clone()));
                if !stays {
                    gone.push(Seen::RolloutGone(key.clone()));
                }
                stays
            });
        } else {
            let Shelf { children: all, owners, .. } = &mut *shelf;
            for (key, children) in &mut *all {
                let before = children.len();
                children.retain(|reference, _| {
                    let other = reference.kind != resource.kind
                        || reference.api_version != resource.api_version;
                    let stays = other || listed.contains(&(key.clone(), reference.name.clone()));
                    if !stays {
                        owners.remove(&(key.namespace.clone(), reference.clone()));
                    }
                    stays
                });
                if children.len() != before {
                    gone.push(Seen::Child(key.clone()));
                }
            }
            all.retain(|_, children| !children.is_empty());
        }
        drop(shelf);
        gone.into_iter().for_each(|it| self.tell(it));
    }

    fn tell(&self, seen: Seen) {
        // Nobody listens any more only while the cluster is being let go.
        let _ = self.seen.send(seen);
    }

    fn read(&self) -> RwLockReadGuard<'_, Shelf> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Shelf> {
        self.shelf.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// Notes whose a child is; whose it was, where that is another, which loses it.
    fn take_from_another(&mut self, key: &Key, reference: &ObjectRef) -> Option<Key> {
        let place = (key.namespace.clone(), reference.clone());
        let before = self.owners.insert(place, key.name.clone());
        let before = Key { name: before.filter(|it| *it != key.name)?, ..key.clone() };
        self.take_child(&before, reference);
        Some(before)
    }

    fn take_child(&mut self, key: &Key, reference: &ObjectRef) {
        if let Some(taken) = self.taken.get_mut(key) {
            taken.remove(reference);
        }
        if let Some(children) = self.children.get_mut(key) {
            children.remove(reference);
            if children.is_empty() {
                self.children.remove(key);
            }
        }
    }
}

/// Whether a kind is our own: other systems have a Rollout, too.
fn is_rollouts(resource: &ApiResource) -> bool {
    resource.kind == resource::KIND && resource.api_version == resource::API_VERSION
}

fn own_key(object: &Object) -> Key {
    Key {
        namespace: object.namespace().unwrap_or_default().to_owned(),
        name: object.name().to_owned(),
    }
}

fn owner_key(object: &Object) -> Option<Key> {
    let name = object.at("/metadata/labels")?.get(labels::ROLLOUT)?.as_str()?.to_owned();
    Some(Key { namespace: object.namespace().unwrap_or_default().to_owned(), name })
}
