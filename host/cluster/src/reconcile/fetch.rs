//! Fetch: the rollout and its objects, from the watch cache.

use slipway_model::health;
use slipway_model::plan::Observed;

use crate::cache::Cache;
use crate::resource::{Key, Rollout};

/// What there is.
#[derive(Debug)]
pub struct Seen {
    pub rollout: Rollout,
    /// Every object with the rollout's label, each with its verdict.
    pub observed: Vec<Observed>,
}

/// None where there is nothing to do: no such rollout, one that is being deleted (its owner references
/// take its objects along), or one that cannot be read.
pub fn fetch(cache: &Cache, key: &Key) -> Option<Seen> {
    let object = cache.rollout(key)?;
    let rollout = match Rollout::read(&object) {
        Ok(rollout) => rollout,
        Err(error) => {
            tracing::warn!(error = %error, "a rollout is left alone");
            return None;
        }
    };
    if rollout.is_deleting {
        return None;
    }
    let observed = cache
        .children(key)
        .into_iter()
        .map(|it| Observed { verdict: health::assess(&it), object: (*it).clone() })
        .collect();
    Some(Seen { rollout, observed })
}
