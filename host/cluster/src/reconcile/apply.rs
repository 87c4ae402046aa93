//! Apply: in parallel, and only what differs; prune by inventory.

use std::collections::HashMap;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt, TryStreamExt};
use kube::api::{Api, DeleteParams, DynamicObject, Patch, PatchParams};
use slipway_model::object::{Object, ObjectRef};
use slipway_model::operation::OperationKind;
use slipway_model::vet::VettedRemovals;

use super::compare::{holds_secret, is_so_already, is_within};
use super::fetch::Seen;
use super::{Context, Error};
use crate::cache::Child;
use crate::cluster::gone;
use crate::ownership::{self, Owner};
use crate::resource::Rollout;
use crate::{kinds, labels};

/// How many requests of one rollout are under way at once.
const AT_ONCE: usize = 16;

/// An object that is not yet as it is wanted, and what there is of it.
#[derive(Debug)]
pub struct Differing<'a> {
    wanted: &'a Object,
    live: Option<Child>,
}

/// What of the wanted has to be written.
pub fn differing<'a>(seen: &Seen, wanted: &'a [Object]) -> Vec<Differing<'a>> {
    let live: HashMap<ObjectRef, &Child> =
        seen.children.iter().map(|it| (it.object.reference(), it)).collect();
    let differing = wanted.iter().map(|wanted| {
        let live = live.get(&wanted.reference()).copied();
        (wanted, live)
    });
    differing
        .filter(|(wanted, live)| live.is_none_or(|it| !is_so_already(wanted, it)))
        .map(|(wanted, live)| Differing { wanted, live: live.cloned() })
        .collect()
}

/// Writes them, once it is noted which kinds they are of: after a crash they are found by that.
pub async fn apply(
    ctx: &Context,
    seen: &Seen,
    wanted: &[Object],
    differing: &[Differing<'_>],
) -> Result<(), Error> {
    let noted = ctx.cache.note(wanted).await;
    noted.map_err(|source| Error::Apply { what: "the list of kinds".to_owned(), source })?;
    let requests = differing.iter().map(|it| match &it.live {
        Some(child) => change(ctx, seen, it.wanted, child.created_entry).boxed(),
        None => create(ctx, seen, it.wanted).boxed(),
    });
    let requests: Vec<BoxFuture<'_, Result<(), Error>>> = requests.collect();
    stream::iter(requests).buffer_unordered(AT_ONCE).try_collect::<()>().await
}

/// Creates an object; where there is one that we had not seen, changes it if it is ours.
async fn create(ctx: &Context, seen: &Seen, object: &Object) -> Result<(), Error> {
    let failed = |source| Error::Apply { what: object.reference().to_string(), source };
    let api = api_of(ctx, object).await.map_err(failed)?;
    let body: DynamicObject = serde_json::from_value(object.json().clone())
        .map_err(|error| failed(kube::Error::SerdeError(error)))?;
    match api.create(&labels::writing(), &body).await {
        Ok(made) => {
            remember(ctx, &seen.rollout, object, made);
            Ok(())
        }
        Err(kube::Error::Api(status)) if status.is_already_exists() => {
            let found = api.get(object.name()).await.map_err(failed)?;
            let owner = ownership::of(&found, &seen.rollout);
            if owner != Owner::Us {
                return Err(Error::Taken { what: object.reference().to_string(), owner });
            }
            change(ctx, seen, object, ownership::created_entry(&found)).await
        }
        Err(error) => Err(failed(error)),
    }
}

/// Applies an object that is there and ours.
async fn change(
    ctx: &Context,
    seen: &Seen,
    object: &Object,
    created_entry: Option<usize>,
) -> Result<(), Error> {
    let failed = |source| Error::Apply { what: object.reference().to_string(), source };
    let api = api_of(ctx, object).await.map_err(failed)?;
    if let Some(entry) = created_entry {
        let patch = serde_json::from_value(ownership::handover(entry))
            .map_err(|error| failed(kube::Error::SerdeError(error)))?;
        let handed = api
            .patch(object.name(), &PatchParams::default(), &Patch::Json::<()>(patch))
            .await
            .map(drop);
        match handed {
            // Somebody else has written to it meanwhile, and the watch will bring it.
            Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409 | 422) => {
                return Err(Error::Outdated);
            }
            handed => handed.map_err(failed)?,
        }
    }
    // Our fields are ours: whoever else claims one of them gives way.
    let parameters = PatchParams::apply(labels::FIELD_MANAGER).force();
    let patch = Patch::Apply(object.json());
    let applied = api.patch(object.name(), &parameters, &patch).await.map_err(failed)?;
    remember(ctx, &seen.rollout, object, applied);
    Ok(())
}

/// Keeps the API server's way to write what it took, where it differs from ours.
fn remember(ctx: &Context, rollout: &Rollout, object: &Object, mut taken: DynamicObject) {
    if holds_secret(object) {
        return;
    }
    taken.metadata.managed_fields = None;
    let taken = serde_json::to_value(taken).ok().and_then(|it| Object::new(it).ok());
    if let Some(taken) = taken.filter(|it| !is_within(object.json(), it.json())) {
        ctx.cache.remember_taken(&rollout.key, taken);
    }
}

async fn api_of(ctx: &Context, object: &Object) -> kube::Result<Api<DynamicObject>> {
    let (version, kind) = (object.api_version(), object.kind());
    ctx.cache.also_watch(version, kind).await?;
    api(ctx, version, kind, object.namespace().unwrap_or_default()).await
}

/// What the plugin asked to remove, as far as it is the rollout's own. Claims of volumes stay until `cleanup`.
pub async fn remove(ctx: &Context, seen: &Seen, removals: &VettedRemovals) -> Result<(), Error> {
    let is_cleanup = seen.rollout.order().kind == OperationKind::Cleanup;
    for reference in removals.references() {
        if seen.has(reference) && (is_cleanup || !reference.is_claim()) {
            delete(ctx, &seen.rollout.key.namespace, reference).await?;
        }
    }
    Ok(())
}

/// What earlier steps applied, and this one neither wants nor keeps. Claims of volumes stay until `cleanup`.
pub async fn prune(
    ctx: &Context,
    seen: &Seen,
    wanted: &[Object],
    keep: &[ObjectRef],
) -> Result<(), Error> {
    let kept: Vec<ObjectRef> =
        wanted.iter().map(Object::reference).chain(keep.iter().cloned()).collect();
    for reference in &seen.inventory {
        let is_kept = kept.iter().any(|it| it.is_same(reference));
        if !reference.is_claim() && !is_kept && seen.has(reference) {
            delete(ctx, &seen.rollout.key.namespace, reference).await?;
        }
    }
    Ok(())
}

async fn delete(ctx: &Context, namespace: &str, reference: &ObjectRef) -> Result<(), Error> {
    let failed = |source| Error::Apply { what: reference.to_string(), source };
    let api = api(ctx, &reference.api_version, &reference.kind, namespace).await.map_err(failed)?;
    gone(api.delete(&reference.name, &DeleteParams::background()).await).map_err(failed)
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
