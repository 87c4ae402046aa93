//! Whether the API server answers: asked again and again, so that a cluster that is away is seen to be away.
//!
//! A watch tells only of connections that break; an API server that is silent breaks none.

use std::time::Duration;

use kube::Client;
use slipway_model::cluster::{Change, Contact, Error};
use slipway_model::name::ClusterName;
use slipway_queue::Queue;
use tokio::sync::{broadcast, watch};

use crate::crd;
use crate::resource::Key;
use crate::work::chain;

const EVERY: Duration = Duration::from_secs(10);
/// While it is lost it is asked more often: everybody waits for it.
const EVERY_WHILE_LOST: Duration = Duration::from_secs(2);
/// How long its answer may take.
const LINE_PATIENCE: Duration = Duration::from_secs(5);
/// How long somebody who asked is kept waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// The line to one API server.
#[derive(Debug)]
pub struct Line {
    cluster: ClusterName,
    /// Which Slipway we are: the line is ours as long as no other has taken the cluster over.
    instance: String,
    contact: watch::Sender<Contact>,
    clock: fn() -> u64,
}

impl Line {
    /// A line that is taken to hold until it is found not to.
    pub fn new(cluster: ClusterName, instance: String, clock: fn() -> u64) -> Self {
        Self { cluster, instance, contact: watch::Sender::new(Contact::Held), clock }
    }

    pub fn contact(&self) -> Contact {
        self.contact.borrow().clone()
    }

    /// Makes a call that somebody waits for: not at all where the API server is known to be away, and not for ever.
    pub async fn soon<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        self.check()?;
        let answer = tokio::time::timeout(PATIENCE, call).await;
        answer.unwrap_or_else(|_| Err(self.unreachable(silent(PATIENCE))))
    }

    /// An error where the cluster is known to be away, or to be another Slipway's.
    pub fn check(&self) -> Result<(), Error> {
        match self.contact() {
            Contact::Held => Ok(()),
            Contact::Lost { reason, .. } => Err(self.unreachable(reason)),
            Contact::Taken { by, .. } => Err(Error::Held { cluster: self.cluster.clone(), by }),
        }
    }

    /// Waits until it is neither.
    pub async fn held(&self) {
        let mut contact = self.contact.subscribe();
        // The sender lives as long as `self`.
        let _ = contact.wait_for(|it| *it == Contact::Held).await;
    }

    fn unreachable(&self, reason: String) -> Error {
        Error::Unreachable { cluster: self.cluster.clone(), reason }
    }

    /// Asks for ever. What waited for the API server goes on as soon as it is back.
    pub async fn keep(
        &self,
        client: &Client,
        queue: &Queue<Key>,
        changes: &broadcast::Sender<Change>,
    ) {
        loop {
            let lost_since = self.contact().lost_since();
            tokio::time::sleep(if lost_since.is_some() { EVERY_WHILE_LOST } else { EVERY }).await;
            // Since when, stays; why, may be something else by now.
            let contact = self.ask(client, lost_since.unwrap_or_else(self.clock)).await;
            match (lost_since, &contact) {
                (Some(_), Contact::Held) => {
                    tracing::info!(cluster = %self.cluster, "the cluster answers again");
                    self.contact.send_replace(contact);
                    queue.hurry_all();
                    // Nobody may be listening, which is fine: a listener starts with all that is known.
                    let _ = changes.send(Change::Regained);
                    continue;
                }
                (None, Contact::Lost { reason, .. }) => {
                    tracing::warn!(cluster = %self.cluster, reason, "the cluster does not answer");
                }
                (None, Contact::Taken { by, .. }) => {
                    tracing::warn!(cluster = %self.cluster, by, "another Slipway has taken the cluster over");
                }
                (None, Contact::Held) | (Some(_), _) => {}
            }
            self.contact
                .send_if_modified(|known| std::mem::replace(known, contact.clone()) != contact);
        }
    }

    /// Any answer is an answer, a refusal too. Asked is what it says of whose it is: that is in etcd, so an API server
    /// without one is seen to be of no use.
    async fn ask(&self, client: &Client, since_unix_milliseconds: u64) -> Contact {
        let lost = |reason| Contact::Lost { since_unix_milliseconds, reason };
        match tokio::time::timeout(LINE_PATIENCE, crd::claimed_by(client)).await {
            Ok(Ok(Some(by))) if by != self.instance => {
                Contact::Taken { since_unix_milliseconds, by }
            }
            Ok(Ok(_) | Err(kube::Error::Api(_))) => Contact::Held,
            Ok(Err(error)) => lost(chain(&error)),
            Err(_) => lost(silent(LINE_PATIENCE)),
        }
    }
}

fn silent(patience: Duration) -> String {
    format!("no answer within {} s", patience.as_secs())
}
