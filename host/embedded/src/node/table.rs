//! Who answers at which address of a pod.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;

use super::server::Server;

/// A container that answers.
#[derive(Clone)]
pub(super) struct Entry {
    pub container: String,
    /// The ports that it names; one that names none answers at every port that nobody else of its pod names.
    pub ports: Vec<u16>,
    pub server: Arc<Server>,
}

pub(super) struct Table {
    pods: RwLock<HashMap<Ipv4Addr, Vec<Entry>>>,
    /// Counts changes of who answers and of endpoints, for requests that wait for one.
    changes: watch::Sender<u64>,
}

impl Default for Table {
    fn default() -> Self {
        Self { pods: RwLock::default(), changes: watch::Sender::new(0) }
    }
}

impl Table {
    pub fn put(&self, address: Ipv4Addr, entry: Entry) {
        let mut pods = self.pods.write().unwrap_or_else(PoisonError::into_inner);
        let entries = pods.entry(address).or_default();
        entries.retain(|it| it.container != entry.container);
        entries.push(entry);
        drop(pods);
        self.note_change();
    }

    pub fn remove(&self, address: Ipv4Addr, container: &str) {
        let mut pods = self.pods.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(entries) = pods.get_mut(&address) {
            entries.retain(|it| it.container != container);
            if entries.is_empty() {
                pods.remove(&address);
            }
        }
    }

    /// Who answers at a port of a pod.
    pub fn find(&self, address: Ipv4Addr, port: u16) -> Option<Arc<Server>> {
        let pods = self.pods.read().unwrap_or_else(PoisonError::into_inner);
        let entries = pods.get(&address)?;
        let named = entries.iter().find(|it| it.ports.contains(&port));
        let open = || entries.iter().find(|it| it.ports.is_empty());
        named.or_else(open).map(|it| it.server.clone())
    }

    pub fn note_change(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}
