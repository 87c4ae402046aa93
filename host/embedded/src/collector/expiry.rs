//! Events are kept for an hour, as in Kubernetes; without this the state would only grow.

use serde_json::Value;

use super::delete;
use crate::meta;
use crate::refusal::Refusal;
use crate::service::Api;
use crate::store::Key;
use crate::verbs::delete::Wish;

const KEEP: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);
const STORE: &str = "events";

/// Deletes the events that are too old.
pub(super) async fn sweep(api: &Api) -> Result<(), Refusal> {
    let mut old = Vec::new();
    let limit = jiff::Timestamp::now() - KEEP;
    api.store.view()?.scan(STORE, "", None, |key, text| {
        let event: Value = serde_json::from_str(text).unwrap_or_default();
        if last_seen(&event).is_some_and(|it| it < limit)
            && let Some(key) = Key::parse(key)
        {
            old.push((key, meta::uid(&event).to_owned()));
        }
        Ok(true)
    })?;
    for (key, uid) in old {
        delete(api, &key, Wish::background(&uid)).await?;
    }
    Ok(())
}

fn last_seen(event: &Value) -> Option<jiff::Timestamp> {
    let times = [
        &event["series"]["lastObservedTime"],
        &event["lastTimestamp"],
        &event["eventTime"],
        &event["metadata"]["creationTimestamp"],
    ];
    times.into_iter().find_map(|it| it.as_str()?.parse().ok())
}
