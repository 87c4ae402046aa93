//! Swapping plugins under running apps: which version an operation begins with, and taking a bad version back.
//!
//! An operation ends with the version that it began with. The next one begins with what the catalogue offers under the plugin's name by
//! then. A version that fails again and again is withdrawn: the name stands for the version before it once more.

use std::sync::Arc;

use futures::StreamExt;
use slipway_model::digest::Digest;
use slipway_model::operation::OperationKind;
use slipway_model::values;
use slipway_store::record::{CATALOGUE, Current, Deployment, PLUGINS, Plugin, PluginKind};
use slipway_store::{Actor, Reads};

use crate::install::key;
use crate::{Error, Platform};

impl Platform {
    /// The version of its control plugin that an operation begins with: the newest one, where that one can do it.
    pub(crate) fn control_for(
        &self,
        deployment: &Deployment,
        kind: OperationKind,
    ) -> Result<Digest, Error> {
        let own = || Ok(deployment.control.clone());
        if goes_on(kind) {
            return own();
        }
        let Some(now) = self.store.read()?.get(&PLUGINS, deployment.control.as_str())? else {
            return own();
        };
        let newest = match self.offered(PluginKind::Control, &now.name) {
            Ok(newest) => newest,
            Err(Error::NotFound { .. }) => return own(),
            Err(error) => return Err(error),
        };
        if newest.digest == now.digest {
            return own();
        }
        // A version with other options, or without this operation, is taken up by whoever sets it.
        let fits = values::check(&newest.schema, &deployment.control_options)?.is_empty();
        if fits && knows(&newest, kind) { Ok(newest.digest) } else { own() }
    }

    /// Withdraws versions that fail again and again, until the platform is let go.
    pub fn keep_plugins_working(self: &Arc<Self>) {
        let platform = Arc::clone(self);
        let mut failing = self.workshop.failing();
        tokio::spawn(async move {
            let cancel = platform.cancel.clone();
            let watching = async {
                while let Some(digest) = failing.next().await {
                    if let Err(error) = platform.withdraw(digest).await {
                        tracing::error!(error = %error, "a failing plugin could not be withdrawn");
                    }
                }
            };
            cancel.run_until_cancelled(watching).await;
        });
    }

    /// Gives the name back to the version before; does nothing where this one is not offered, or nothing was before it.
    async fn withdraw(&self, digest: Digest) -> Result<(), Error> {
        let reader = self.store.read()?;
        let Some(plugin) = reader.get(&PLUGINS, digest.as_str())? else { return Ok(()) };
        // What a project made for itself is not offered under this name, so it is not withdrawn.
        let key = key(plugin.kind, &plugin.name);
        let offered = reader.get(&CATALOGUE, &key)?;
        if !offered.is_some_and(|it| can_go_back(&it, &digest)) {
            return Ok(());
        }
        let subject = format!("{key}@{digest}");
        let former = self
            .store
            .change(Actor::host(), "plugin.withdraw", subject, move |changes| {
                let current = changes.get(&CATALOGUE, &key)?.filter(|it| can_go_back(it, &digest));
                let Some(current) = current else { return Ok::<_, Error>(None) };
                let before = current.without(digest);
                changes.put(&CATALOGUE, &key, &before)?;
                changes
                    .detail("It failed again and again; the version before it is offered.".into());
                Ok(Some(before.digest))
            })
            .await?;
        if let Some(former) = former {
            tracing::warn!(plugin = %plugin.name, version = plugin.version, offered = %former,
                "a plugin failed again and again and is withdrawn; the version before it is offered");
        }
        Ok(())
    }
}

fn can_go_back(current: &Current, bad: &Digest) -> bool {
    current.digest == *bad && current.former.is_some()
}

/// What is asked of a rollout that is under way is for the version that began it, which keeps the memory of it.
fn goes_on(kind: OperationKind) -> bool {
    match kind {
        OperationKind::Promote
        | OperationKind::Abort
        | OperationKind::Pause
        | OperationKind::Resume => true,
        OperationKind::Create
        | OperationKind::Update
        | OperationKind::Rollback
        | OperationKind::Restart
        | OperationKind::Heal
        | OperationKind::Archive
        | OperationKind::Restore
        | OperationKind::Cleanup
        | OperationKind::Delete => false,
    }
}

/// Older records do not say what a plugin knows.
pub(crate) fn knows(plugin: &Plugin, kind: OperationKind) -> bool {
    plugin.operations.is_empty() || plugin.operations.iter().any(|it| it == kind.as_str())
}
