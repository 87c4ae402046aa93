//! Fetch: the rollout and its objects, from the watch cache.

use std::collections::BTreeSet;
use std::sync::Arc;

use slipway_model::object::ObjectRef;
use slipway_model::plan::Observed;

use super::{Context, Error};
use crate::cache::{Cache, Child};
use crate::resource::{Key, Rollout};
use crate::{kinds, look, ownership};

/// What there is.
#[derive(Debug)]
pub struct Seen {
    pub rollout: Rollout,
    /// Every object with the rollout's label, each with its verdict.
    pub observed: Vec<Observed>,
    /// The same objects, with what the cache knows of each beside.
    pub children: Vec<Child>,
    /// What was applied and may still be there: what the status names, and what an apply has brought that no report
    /// came to tell of.
    pub inventory: Vec<ObjectRef>,
}

impl Seen {
    /// The object that the rollout has in the cluster.
    pub fn child(&self, reference: &ObjectRef) -> Option<&Child> {
        self.children.iter().find(|it| it.object.reference() == *reference)
    }
}

/// None where there is nothing to do: no such rollout, one that is being deleted (its owner references
/// take its objects along), or one that cannot be read.
pub async fn fetch(ctx: &Context, key: &Key) -> Result<Option<Seen>, Error> {
    let cache = &ctx.cache;
    let Some(object) = cache.rollout(key) else { return Ok(None) };
    let rollout = match Rollout::read(&object) {
        Ok(rollout) => rollout,
        Err(error) => {
            tracing::warn!(error = %error, "a rollout is left alone");
            return Ok(None);
        }
    };
    if rollout.is_deleting {
        return Ok(None);
    }
    if !ctx.own_writes.are_in(&rollout) {
        return Err(Error::Outdated);
    }
    watch_what_it_has(cache, &rollout).await?;
    let children = cache.children(key);
    let rules = look::rules(ctx, &rollout).await;
    let observed = look::observed(&children, &rules, (ctx.clock)());
    let inventory = inventory(&rollout, &children);
    Ok(Some(Seen { rollout, observed, children, inventory }))
}

fn inventory(rollout: &Rollout, children: &[Child]) -> Vec<ObjectRef> {
    let named = &rollout.status.inventory;
    let ours = children.iter().filter(|it| ownership::is_applied_for(&it.object, rollout));
    let ours = ours.map(|it| it.object.reference());
    let untold = ours.filter(|it| !named.iter().any(|known| known.is_same(it)));
    named.iter().cloned().chain(untold).collect()
}

/// Without the kinds that an earlier life of ours has applied, its objects would look as if they were gone.
async fn watch_what_it_has(cache: &Arc<Cache>, rollout: &Rollout) -> Result<(), Error> {
    let kinds: BTreeSet<(&str, &str)> = rollout
        .status
        .inventory
        .iter()
        .map(|it| (it.api_version.as_str(), it.kind.as_str()))
        .collect();
    for (version, kind) in kinds {
        match cache.also_watch(version, kind).await {
            // The cluster no longer knows the kind, so there are none.
            Err(error) if kinds::is_unknown(&error) => {}
            watched => watched.map_err(|source| Error::Fetch {
                what: format!("objects of the kind {kind}"),
                source,
            })?,
        }
    }
    Ok(())
}
