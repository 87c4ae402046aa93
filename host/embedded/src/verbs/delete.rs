//! Deleting one object, or all that a selector takes.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::modify::is_done;
use crate::answer::{self, Reply};
use crate::body;
use crate::convert;
use crate::kinds::Kind;
use crate::meta;
use crate::refusal::Refusal;
use crate::selector::Selector;
use crate::service::Call;
use crate::store::{Key, Sketch, Txn};

/// The finalizer that waits for dependents.
pub(crate) const FOREGROUND: &str = "foregroundDeletion";
/// The finalizer that lets dependents go.
pub(crate) const ORPHAN: &str = "orphan";
/// The finalizer that waits for the objects of a custom kind.
pub(crate) const CUSTOM_OBJECTS: &str = "customresourcecleanup.apiextensions.k8s.io";
/// What a pod gets that does not say how long it needs to end.
const GRACE_SECONDS: i64 = 30;

/// Namespaces that every cluster has.
const KEPT: [&str; 2] = ["default", "kube-system"];

/// What becomes of dependents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Propagation {
    Background,
    Foreground,
    Orphan,
}

/// How to delete.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) propagation: Option<Propagation>,
    pub(crate) grace_seconds: Option<i64>,
    uid: Option<String>,
    version: Option<String>,
    dry: bool,
}

impl Wish {
    /// As the garbage collector deletes: this very object, its dependents later.
    pub(crate) fn background(uid: &str) -> Self {
        Self {
            propagation: Some(Propagation::Background),
            grace_seconds: None,
            uid: Some(uid.to_owned()),
            version: None,
            dry: false,
        }
    }

    /// As [`Wish::background`], but the dependents first.
    pub(crate) fn foreground(uid: &str) -> Self {
        Self { propagation: Some(Propagation::Foreground), ..Self::background(uid) }
    }

    fn of(call: &Call) -> Result<Self, Refusal> {
        let body = if call.body.is_empty() {
            json!({})
        } else {
            body::object(&call.content_type, &call.body)?
        };
        let text = |value: &Value| value.as_str().filter(|it| !it.is_empty()).map(str::to_owned);
        let word = text(&body["propagationPolicy"])
            .or_else(|| call.options.text("propagationPolicy").map(str::to_owned));
        let propagation = match word.as_deref() {
            None if body["orphanDependents"] == true => Some(Propagation::Orphan),
            None => None,
            Some("Background") => Some(Propagation::Background),
            Some("Foreground") => Some(Propagation::Foreground),
            Some("Orphan") => Some(Propagation::Orphan),
            Some(other) => {
                return Err(Refusal::bad_request(format!(
                    "propagationPolicy: Unsupported value: {other:?}: supported values: \
                     \"Background\", \"Foreground\", \"Orphan\""
                )));
            }
        };
        let asked = call.options.number("gracePeriodSeconds")?.and_then(|it| it.try_into().ok());
        let in_body = body["dryRun"].as_array().is_some_and(|it| !it.is_empty());
        Ok(Self {
            propagation,
            grace_seconds: body["gracePeriodSeconds"].as_i64().or(asked),
            uid: text(&body["preconditions"]["uid"]),
            version: text(&body["preconditions"]["resourceVersion"]),
            dry: call.options.dry_run()? || in_body,
        })
    }
}

/// What a deletion did.
pub(crate) enum Deleted {
    /// The object is gone.
    Gone(Value),
    /// The object stays until something lets it go.
    Going(Value),
}

/// Deletes one object.
pub(crate) async fn delete(call: Call) -> Result<Reply, Refusal> {
    let wish = Wish::of(&call)?;
    let kind = Arc::clone(&call.kind);
    let key = kind.key(&call.resource.namespace, call.name());
    let deleted = call.api.store.change(move |txn| remove(txn, &kind, key, &wish)).await?;
    let value = match deleted {
        Deleted::Going(object) => object,
        Deleted::Gone(object) => {
            let mut details = json!({
                "name": meta::name(&object), "kind": call.kind.plural, "uid": meta::uid(&object),
            });
            if !call.kind.group.is_empty() {
                details["group"] = json!(call.kind.group);
            }
            json!({
                "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
                "details": details,
            })
        }
    };
    Ok(answer::json(StatusCode::OK, &value))
}

/// Deletes everything that a selector takes.
pub(crate) async fn delete_collection(call: Call) -> Result<Reply, Refusal> {
    let wish = Wish::of(&call)?;
    let selector = Selector::of(&call.options)?;
    let mut keys = Vec::new();
    let view = call.api.store.view()?;
    view.scan(&call.kind.store, &call.resource.namespace, None, |key, text| {
        let sketch = Sketch::of(text)
            .map_err(|it| Refusal::internal("a stored object is unreadable", &it))?;
        if selector.takes(&sketch) {
            keys.extend(Key::parse(key));
        }
        Ok(true)
    })?;
    drop(view);
    let mut items = Vec::new();
    for key in keys {
        let (kind, wish) = (Arc::clone(&call.kind), wish.clone());
        match call.api.store.change(move |txn| remove(txn, &kind, key, &wish)).await {
            Ok(Deleted::Gone(object) | Deleted::Going(object)) => items.push(object),
            // Somebody else was faster.
            Err(refusal) if refusal.code == 404 => {}
            Err(refusal) => return Err(refusal),
        }
    }
    let value = json!({
        "kind": format!("{}List", call.kind.kind), "apiVersion": call.kind.api_version(),
        "metadata": {"resourceVersion": call.api.store.view()?.version.to_string()},
        "items": items,
    });
    Ok(answer::json(StatusCode::OK, &value))
}

/// Deletes an object, or marks it when something must happen first.
pub(crate) fn remove(
    txn: &mut Txn<'_>,
    kind: &Kind,
    key: Key,
    wish: &Wish,
) -> Result<Deleted, Refusal> {
    let not_found = || Refusal::not_found(&kind.group, &kind.plural, &key.name);
    let live = txn.get(&key)?.ok_or_else(not_found)?;
    let conflict = |what: &str, wanted: &str, is: &str| {
        let why = format!(
            "Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {is}"
        );
        Refusal::conflict(&kind.group, &kind.plural, &key.name, &why)
    };
    if let Some(uid) = wish.uid.as_deref().filter(|it| *it != meta::uid(&live)) {
        return Err(conflict("UID", uid, meta::uid(&live)));
    }
    let version = meta::text(&live, "resourceVersion");
    if let Some(wanted) = wish.version.as_deref().filter(|it| *it != version) {
        return Err(conflict("ResourceVersion", wanted, version));
    }
    if KEPT.contains(&key.name.as_str()) && &*key.store == "namespaces" {
        let why = "this namespace may not be deleted";
        return Err(Refusal::forbidden("", "namespaces", &key.name, why));
    }
    let mut next = live.clone();
    mark(kind, &mut next, wish);
    let done = is_done(kind, &next);
    let show = |object| convert::from_stored(kind, object);
    if wish.dry {
        return Ok(if done { Deleted::Gone(show(next)) } else { Deleted::Going(show(next)) });
    }
    if done {
        txn.remove(key, &mut next);
        return Ok(Deleted::Gone(show(next)));
    }
    if next != live {
        txn.put(key, &mut next);
    }
    Ok(Deleted::Going(show(next)))
}

/// Writes the wish to be gone into the object.
fn mark(kind: &Kind, object: &mut Value, wish: &Wish) {
    let mut finalizers = meta::finalizers(object);
    let was_deleting = meta::is_deleting(object);
    if let Some(propagation) = wish.propagation {
        finalizers.retain(|it| it != FOREGROUND && it != ORPHAN);
        match propagation {
            Propagation::Foreground => finalizers.push(FOREGROUND.into()),
            Propagation::Orphan => finalizers.push(ORPHAN.into()),
            Propagation::Background => {}
        }
    }
    if kind.plural == "customresourcedefinitions" && !was_deleting {
        finalizers.push(CUSTOM_OBJECTS.into());
    }
    meta::set_finalizers(object, &finalizers);
    let grace = grace(kind, object, wish);
    let shorter = was_deleting
        && object["metadata"]["deletionGracePeriodSeconds"].as_i64().is_some_and(|it| grace < it);
    if was_deleting && !shorter {
        return;
    }
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(grace);
    meta::set(object, "deletionTimestamp", json!(meta::at(until)));
    meta::set(object, "deletionGracePeriodSeconds", json!(grace));
    if !was_deleting && meta::generation(object) > 0 {
        let next = meta::generation(object) + 1;
        meta::set(object, "generation", json!(next));
    }
    if kind.plural == "namespaces" && kind.group.is_empty() {
        object["status"]["phase"] = json!("Terminating");
    }
}

/// How long the object's node has to end it; only a pod that runs has one.
fn grace(kind: &Kind, object: &Value, wish: &Wish) -> i64 {
    if kind.plural != "pods" || !kind.group.is_empty() {
        return 0;
    }
    let bound = object["spec"]["nodeName"].as_str().is_some_and(|it| !it.is_empty());
    let ended = matches!(object["status"]["phase"].as_str(), Some("Succeeded" | "Failed"));
    if !bound || ended {
        return 0;
    }
    let own = object["spec"]["terminationGracePeriodSeconds"].as_i64();
    wish.grace_seconds.or(own).unwrap_or(GRACE_SECONDS).max(0)
}
