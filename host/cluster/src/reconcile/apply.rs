//! Apply: in parallel, and only what differs; prune by inventory.

use std::borrow::Cow;
use std::collections::HashMap;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt, TryStreamExt};
use kube::api::{Api, Patch, PatchParams};
use kube::core::{ApiResource, Request};
use serde::de::IgnoredAny;
use serde_json::Value;
use slipway_model::object::{Object, ObjectRef};
use slipway_model::operation::OperationKind;
use slipway_model::secret;
use slipway_model::vet::VettedRemovals;

use super::compare::{holds_secret, is_so_already, is_within};
use super::fetch::Seen;
use super::{Context, Error, replicas};
use crate::as_sent::AsSent;
use crate::cache::Child;
use crate::cluster::{exactly, gone};
use crate::ownership::{self, Owner};
use crate::resource::Rollout;
use crate::send::{about, send};
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
        .filter(|(object, live)| live.is_none_or(|it| !is_as_wanted(object, it, wanted)))
        .map(|(wanted, live)| Differing { wanted, live: live.cloned() })
        .collect()
}

fn is_as_wanted(object: &Object, live: &Child, all: &[Object]) -> bool {
    is_so_already(object, live)
        || replicas::are_the_autoscalers(object, &live.object, all)
            && is_so_already(&replicas::left_out(object), live)
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
    // What others go by comes first: where it is somebody else's, nothing has been made that would run with it.
    let (named, naming): (Vec<_>, Vec<_>) = differing.iter().partition(|it| is_named(it.wanted));
    for some in [named, naming] {
        let requests = some.into_iter().map(|it| match &it.live {
            Some(child) => change(ctx, seen, it.wanted, child, wanted).boxed(),
            None => create(ctx, seen, it.wanted, wanted).boxed(),
        });
        let requests: Vec<BoxFuture<'_, Result<(), Error>>> = requests.collect();
        stream::iter(requests).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    }
    Ok(())
}

/// Whether other objects name it and get what it holds or allows. A Secret with the token of an account names one itself.
fn is_named(object: &Object) -> bool {
    match (object.group(), object.kind()) {
        ("", "Secret") => object.json()["type"] != secret::ACCOUNT_TOKEN,
        ("", "ServiceAccount" | "ConfigMap" | "PersistentVolumeClaim")
        | ("rbac.authorization.k8s.io", "Role") => true,
        _ => false,
    }
}

/// Creates an object; where there is one that we had not seen, changes it if it is ours.
async fn create(ctx: &Context, seen: &Seen, object: &Object, all: &[Object]) -> Result<(), Error> {
    let failed = |source| Error::Apply { what: object.reference().to_string(), source };
    let place = place_of(ctx, object).await.map_err(failed)?;
    let body = serde_json::to_vec(object).map_err(kube::Error::SerdeError).map_err(failed)?;
    match send::<AsSent>(&ctx.client, place.request().create(&labels::writing(), body)).await {
        Ok(made) => {
            remember(ctx, &seen.rollout, object, made.json);
            Ok(())
        }
        Err(kube::Error::Api(status)) if status.is_already_exists() => {
            let found = place.api(ctx).get(object.name()).await.map_err(failed)?;
            let owner = ownership::of(&found.json, &seen.rollout);
            if owner != Owner::Us {
                return Err(Error::Taken { what: object.reference().to_string(), owner });
            }
            let created_entry = ownership::created_entry(&found.json);
            let Ok(found) = Object::new(found.json) else { return Err(Error::Outdated) };
            let child = Child { object: found, created_entry, taken: None };
            change(ctx, seen, object, &child, all).await
        }
        Err(error) => Err(failed(error)),
    }
}

/// Applies an object that is there and ours.
async fn change(
    ctx: &Context,
    seen: &Seen,
    object: &Object,
    live: &Child,
    all: &[Object],
) -> Result<(), Error> {
    let failed = |source| Error::Apply { what: object.reference().to_string(), source };
    let place = place_of(ctx, object).await.map_err(failed)?;
    if let Some(entry) = live.created_entry {
        let patch = serde_json::from_value(ownership::handover(entry))
            .map_err(|error| failed(kube::Error::SerdeError(error)))?;
        let patch = Patch::Json::<()>(patch);
        let handed = place.api(ctx).patch(object.name(), &PatchParams::default(), &patch).await;
        unless_outdated(handed.map(drop), failed)?;
    }
    let mut object = Cow::Borrowed(object);
    let live = &live.object;
    if replicas::are_the_autoscalers(&object, live, all) {
        object = Cow::Owned(replicas::left_out(&object));
        if !replicas::are_held(live) {
            let held =
                send::<IgnoredAny>(&ctx.client, replicas::hold(&place.request(), live)).await;
            unless_outdated(held.map(drop), failed)?;
        }
    }
    // Our fields are ours: whoever else claims one of them gives way.
    let parameters = PatchParams::apply(labels::FIELD_MANAGER).force();
    let patch = Patch::Apply(object.json());
    let request = place.request().patch(object.name(), &parameters, &patch);
    let applied = send::<AsSent>(&ctx.client, request).await.map_err(failed)?;
    remember(ctx, &seen.rollout, &object, applied.json);
    Ok(())
}

/// Where somebody else has written to the object meanwhile, the watch will bring it.
fn unless_outdated(
    outcome: kube::Result<()>,
    failed: impl FnOnce(kube::Error) -> Error,
) -> Result<(), Error> {
    match outcome {
        Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409 | 422) => {
            Err(Error::Outdated)
        }
        outcome => outcome.map_err(failed),
    }
}

/// Keeps the API server's way to write what it took, where it differs from ours.
fn remember(ctx: &Context, rollout: &Rollout, object: &Object, mut taken: Value) {
    if holds_secret(object) || is_within(object.json(), &taken) {
        return;
    }
    if let Some(metadata) = taken.pointer_mut("/metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    if let Ok(taken) = Object::new(taken) {
        ctx.cache.remember_taken(&rollout.key, taken);
    }
}

/// Where objects of a kind are in a namespace.
struct Place<'a> {
    resource: ApiResource,
    namespace: &'a str,
}

impl Place<'_> {
    fn request(&self) -> Request {
        about(&self.resource, self.namespace)
    }

    fn api(&self, ctx: &Context) -> Api<AsSent> {
        Api::namespaced_with(ctx.client.clone(), self.namespace, &self.resource)
    }
}

/// Where an object belongs, whose kind is watched from now on.
async fn place_of<'a>(ctx: &Context, object: &'a Object) -> kube::Result<Place<'a>> {
    let (version, kind) = (object.api_version(), object.kind());
    ctx.cache.also_watch(version, kind).await?;
    place(ctx, version, kind, object.namespace().unwrap_or_default()).await
}

async fn place<'a>(
    ctx: &Context,
    api_version: &str,
    kind: &str,
    namespace: &'a str,
) -> kube::Result<Place<'a>> {
    Ok(Place { resource: kinds::resource(&ctx.client, api_version, kind).await?, namespace })
}

/// What the plugin asked to remove, as far as it is the rollout's own. Claims of volumes stay until `cleanup`.
pub async fn remove(ctx: &Context, seen: &Seen, removals: &VettedRemovals) -> Result<(), Error> {
    let is_cleanup = seen.rollout.order().kind == OperationKind::Cleanup;
    for reference in removals.references() {
        let child = seen.child(reference).filter(|_| is_cleanup || !reference.is_claim());
        if let Some(child) = child {
            delete(ctx, seen, child).await?;
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
        let child = seen.child(reference).filter(|_| !reference.is_claim() && !is_kept);
        if let Some(child) = child {
            delete(ctx, seen, child).await?;
        }
    }
    Ok(())
}

/// Deletes an object as it was seen. A claim must not have changed since: it may have been given to another.
async fn delete(ctx: &Context, seen: &Seen, child: &Child) -> Result<(), Error> {
    let object = &child.object;
    let reference = object.reference();
    let failed = |source| Error::Apply { what: reference.to_string(), source };
    let namespace = &seen.rollout.key.namespace;
    let place = place(ctx, &reference.api_version, &reference.kind, namespace).await;
    let api = place.map_err(failed)?.api(ctx);
    let text = |pointer: &str| Some(object.text(pointer).to_owned());
    let version = text("/metadata/resourceVersion").filter(|_| reference.is_claim());
    let parameters = exactly(text("/metadata/uid"), version);
    match gone(api.delete(&reference.name, &parameters).await) {
        Err(kube::Error::Api(status)) if status.code == 409 => Err(Error::Outdated),
        outcome => outcome.map_err(failed),
    }
}
