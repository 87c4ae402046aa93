//! Apply: server-side, in parallel, and only what is not so already; prune by inventory.

use std::collections::HashMap;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt, TryStreamExt};
use kube::api::{Api, DeleteParams, DynamicObject, Patch, PatchParams};
use serde_json::Value;
use slipway_model::object::{Object, ObjectRef};
use slipway_model::vet::VettedRemovals;

use super::fetch::Seen;
use super::{Context, Error};
use crate::resource::Rollout;
use crate::{kinds, labels};

/// How many requests of one rollout are under way at once.
const AT_ONCE: usize = 16;

/// What applying did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Objects that had to be written.
    pub written: usize,
}

pub async fn apply(ctx: &Context, seen: &Seen, wanted: &[Object]) -> Result<Applied, Error> {
    let live: HashMap<ObjectRef, &Object> =
        seen.observed.iter().map(|it| (it.object.reference(), &it.object)).collect();
    let is_missing = |object: &&Object| {
        live.get(&object.reference()).is_none_or(|live| !is_so_already(object, live))
    };
    let requests: Vec<BoxFuture<'_, Result<(), Error>>> =
        wanted.iter().filter(is_missing).map(|object| apply_one(ctx, object).boxed()).collect();
    let written = requests.len();
    stream::iter(requests).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    Ok(Applied { written })
}

async fn apply_one(ctx: &Context, object: &Object) -> Result<(), Error> {
    let failed = |source| Error::Apply { what: object.reference().to_string(), source };
    let (version, kind) = (object.api_version(), object.kind());
    ctx.cache.also_watch(version, kind).await.map_err(failed)?;
    let api =
        api(ctx, version, kind, object.namespace().unwrap_or_default()).await.map_err(failed)?;
    // Our fields are ours: whoever else claims one of them gives way.
    let parameters = PatchParams::apply(labels::FIELD_MANAGER).force();
    api.patch(object.name(), &parameters, &Patch::Apply(object.json())).await.map_err(failed)?;
    Ok(())
}

/// What the plugin asked to remove.
pub async fn remove(
    ctx: &Context,
    rollout: &Rollout,
    removals: &VettedRemovals,
) -> Result<(), Error> {
    for reference in removals.references() {
        delete(ctx, &rollout.key.namespace, reference).await?;
    }
    Ok(())
}

/// What an earlier revision applied and this one does not want. Claims of volumes stay until `cleanup`.
pub async fn prune(ctx: &Context, seen: &Seen, wanted: &[Object]) -> Result<(), Error> {
    let kept: Vec<ObjectRef> = wanted.iter().map(Object::reference).collect();
    let here: Vec<ObjectRef> = seen.observed.iter().map(|it| it.object.reference()).collect();
    let rollout = &seen.rollout;
    for reference in &rollout.status.inventory {
        let is_claim = reference.kind == "PersistentVolumeClaim";
        if !is_claim && !kept.contains(reference) && here.contains(reference) {
            delete(ctx, &rollout.key.namespace, reference).await?;
        }
    }
    Ok(())
}

async fn delete(ctx: &Context, namespace: &str, reference: &ObjectRef) -> Result<(), Error> {
    let failed = |source| Error::Apply { what: reference.to_string(), source };
    let api = api(ctx, &reference.api_version, &reference.kind, namespace).await.map_err(failed)?;
    match api.delete(&reference.name, &DeleteParams::background()).await {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

async fn api(
    ctx: &Context,
    api_version: &str,
    kind: &str,
    namespace: &str,
) -> kube::Result<Api<DynamicObject>> {
    let resource = kinds::resource(&ctx.client, api_version, kind).await?;
    Ok(Api::namespaced_with(ctx.client.clone(), namespace, &resource))
}

/// The object was applied in exactly this form, and nobody has changed any of its fields since.
fn is_so_already(wanted: &Object, live: &Object) -> bool {
    let mark = |object: &Object| {
        let annotations = object.at("/metadata/annotations")?;
        annotations.get(labels::APPLIED)?.as_str().map(str::to_owned)
    };
    live.at("/metadata/deletionTimestamp").is_none()
        && mark(wanted) == mark(live)
        && (holds_secret(wanted) || is_within(wanted.json(), live.json()))
}

/// The cache has no content of secrets, so only the digest tells.
fn holds_secret(object: &Object) -> bool {
    object.kind() == "Secret" && object.group().is_empty()
}

/// Every field of `wanted` is in `live` with the same value; `live` may have more. What the API server
/// rewrites (quantities, say) counts as a difference: applying it again changes nothing there.
fn is_within(wanted: &Value, live: &Value) -> bool {
    match (wanted, live) {
        (Value::Object(wanted), Value::Object(live)) => wanted
            .iter()
            .all(|(key, value)| live.get(key).is_some_and(|found| is_within(value, found))),
        (Value::Array(wanted), Value::Array(live)) => {
            wanted.len() == live.len() && wanted.iter().zip(live).all(|(a, b)| is_within(a, b))
        }
        (wanted, live) => wanted == live,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_server_added_is_no_difference_and_what_somebody_changed_is() {
        let wanted = json!({"spec": {"replicas": 1, "containers": [{"name": "a"}]}});
        let mut live = json!({"spec": {"replicas": 1, "paused": false, "containers": [{"name": "a", "image": "x"}]}, "status": {}});
        assert!(is_within(&wanted, &live));
        live["spec"]["replicas"] = json!(2);
        assert!(!is_within(&wanted, &live));
    }
}
