//! Recordings: what control plugins were asked and answered, kept for the newest operations of each deployment.
//!
//! The reconciler must not wait for the disk, so calls are taken in at once and written in batches. What was not written
//! when the host is killed is missing in a replay, and nowhere else.

use slipway_model::recording::{Recorded, Recorder};
use slipway_store::record::{OPERATIONS, RECORDINGS, Recording};
use slipway_store::{Changes, Reads, Store};
use tokio::sync::mpsc;

use crate::{Caller, Error, Platform};

/// Of so many operations of a deployment the calls are kept.
const OPERATIONS_KEPT: usize = 10;
/// Of one operation.
const CALLS_KEPT: u32 = 200;
/// Calls that may wait for the disk; more are left out.
const WAITING: usize = 1024;
/// Calls in one transaction.
const AT_ONCE: usize = 64;

/// Takes calls in.
pub struct Recordings(mpsc::Sender<Recorded>);

impl Recordings {
    /// Begins to write what is taken in; ends when it is dropped.
    pub fn begin(store: Store) -> Self {
        let (sender, calls) = mpsc::channel(WAITING);
        tokio::spawn(write(store, calls));
        Self(sender)
    }
}

impl Recorder for Recordings {
    fn record(&self, call: Recorded) {
        if call.input.attempt < CALLS_KEPT && self.0.try_send(call).is_err() {
            tracing::warn!("a call of a plugin is not recorded: the disk is too slow");
        }
    }
}

async fn write(store: Store, mut calls: mpsc::Receiver<Recorded>) {
    let mut batch = Vec::new();
    while calls.recv_many(&mut batch, AT_ONCE).await > 0 {
        let taken = std::mem::take(&mut batch);
        let written = store.note(move |changes| keep(changes, &taken)).await;
        if let Err(error) = written {
            tracing::warn!(error = %error, "calls of plugins could not be recorded");
        }
    }
}

fn keep(changes: &Changes, calls: &[Recorded]) -> Result<(), Error> {
    for call in calls {
        let (deployment, input) = (&call.deployment, &call.input);
        let operation = format!("{deployment}/{}", input.operation_id);
        // It may have been deleted since.
        if changes.get(&OPERATIONS, &operation)?.is_none() {
            continue;
        }
        changes.put(&RECORDINGS, &key(&operation, input.attempt), &Recording::pack(call)?)?;
        if input.attempt == 0 {
            forget_old(changes, deployment)?;
        }
    }
    Ok(())
}

/// Each operation pushes one out, so a look at a few behind the newest is enough.
fn forget_old(changes: &Changes, deployment: &str) -> Result<(), Error> {
    let prefix = format!("{deployment}/");
    let newest = changes.scan_back(&OPERATIONS, &prefix, None, OPERATIONS_KEPT + 5)?;
    for (operation, _) in newest.iter().skip(OPERATIONS_KEPT) {
        changes.remove_all(&RECORDINGS, &format!("{operation}/"))?;
    }
    Ok(())
}

fn key(operation: &str, attempt: u32) -> String {
    format!("{operation}/{attempt:05}")
}

impl Platform {
    /// The calls of one operation, oldest first.
    pub fn operation_recording(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        id: &str,
    ) -> Result<Vec<Recorded>, Error> {
        let operation = self.operation_get(caller, project, name, id)?;
        let prefix = format!("{}/{}/", operation.deployment, operation.id);
        let kept = self.store.read()?.all(&RECORDINGS, &prefix)?;
        if kept.is_empty() {
            return Err(Error::Conflict(format!(
                "nothing is recorded of operation {id}: either no plugin was asked yet, or it is older than the {OPERATIONS_KEPT} operations of a deployment whose calls are kept"
            )));
        }
        kept.iter().map(|(_, it)| it.unpack().map_err(Error::from)).collect()
    }
}
