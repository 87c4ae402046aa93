//! What the controllers look at, and how soon they try again.

use std::time::Duration;

use slipway_queue::Retry;

use super::Name;

/// An object to look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Key {
    Deployment(Name),
    ReplicaSet(Name),
    Job(Name),
    /// Its endpoint slices.
    Service(Name),
    /// Whether it has a node.
    Pod(Name),
    /// Whether it is alive.
    Node(String),
    /// The namespaces that every cluster has.
    Namespaces,
}

pub(crate) type Queue = slipway_queue::Queue<Key>;

/// Everything here is on one machine, so what failed may well work in a moment.
pub(crate) const RETRY: Retry =
    Retry { first: Duration::from_millis(10), last: Duration::from_secs(30) };
