//! Whether the API server answers: asked again and again, so that a cluster that is away is seen to be away.
//!
//! A watch tells only of connections that break; an API server that is silent breaks none.

use std::time::Duration;

use kube::Client;
use slipway_model::cluster::{Change, Contact, Error};
use slipway_model::name::ClusterName;
use slipway_queue::Queue;
use tokio::sync::{broadcast, watch};

use crate::resource::Key;
use crate::work::chain;

const EVERY: Duration = Duration::from_secs(10);
/// While it is lost it is asked more often: everybody waits for it.
const EVERY_WHILE_LOST: Duration = Duration::from_secs(2);
/// How long one line about its version may take.
const LINE_PATIENCE: Duration = Duration::from_secs(5);
/// How long somebody who asked is kept waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// The line to one API server.
#[derive(Debug)]
pub struct Line {
    cluster: ClusterName,
    contact: watch::Sender<Contact>,
    clock: fn() -> u64,
}

impl Line {
    /// A line that is taken to hold until it is found not to.
    pub fn new(cluster: ClusterName, clock: fn() -> u64) -> Self {
        Self { cluster, contact: watch::Sender::new(Contact::Held), clock }
    }

    pub fn contact(&self) -> Contact {
        self.contact.borrow().clone()
    }

    /// Makes a call that somebody waits for: not at all where the API server is known to be away, and not for ever.
    pub async fn soon<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let unreachable = |reason| Error::Unreachable { cluster: self.cluster.clone(), reason };
        if let Contact::Lost { reason, .. } = self.contact() {
            return Err(unreachable(reason));
        }
        let answer = tokio::time::timeout(PATIENCE, call).await;
        answer.unwrap_or_else(|_| Err(unreachable(silent(PATIENCE))))
    }

    /// Asks for ever. What waited for the API server goes on as soon as it is back.
    pub async fn keep(
        &self,
        client: &Client,
        queue: &Queue<Key>,
        changes: &broadcast::Sender<Change>,
    ) {
        loop {
            let is_lost = matches!(self.contact(), Contact::Lost { .. });
            tokio::time::sleep(if is_lost { EVERY_WHILE_LOST } else { EVERY }).await;
            match (is_lost, ask(client).await) {
                (false, Ok(())) => {}
                (true, Ok(())) => {
                    tracing::info!(cluster = %self.cluster, "the cluster answers again");
                    self.contact.send_replace(Contact::Held);
                    queue.hurry_all();
                    // Nobody may be listening, which is fine: a listener starts with all that is known.
                    let _ = changes.send(Change::Regained);
                }
                (false, Err(reason)) => {
                    tracing::warn!(cluster = %self.cluster, reason, "the cluster does not answer");
                    let since_unix_milliseconds = (self.clock)();
                    self.contact.send_replace(Contact::Lost { since_unix_milliseconds, reason });
                }
                // Since when, stays; why, may be something else by now.
                (true, Err(now)) => self.contact.send_modify(|contact| {
                    if let Contact::Lost { reason, .. } = contact {
                        *reason = now;
                    }
                }),
            }
        }
    }
}

/// Any answer is an answer, a refusal too.
async fn ask(client: &Client) -> Result<(), String> {
    match tokio::time::timeout(LINE_PATIENCE, client.apiserver_version()).await {
        Ok(Ok(_) | Err(kube::Error::Api(_))) => Ok(()),
        Ok(Err(error)) => Err(chain(&error)),
        Err(_) => Err(silent(LINE_PATIENCE)),
    }
}

fn silent(patience: Duration) -> String {
    format!("no answer within {} s", patience.as_secs())
}
