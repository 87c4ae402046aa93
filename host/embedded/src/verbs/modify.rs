//! Changing an object, or its status or scale: by replacing it or by a patch.

mod settle;

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use self::settle::{count_generation, preconditions, settle};
use super::create;
use super::read::shaped;
use crate::admission;
use crate::answer::{self, Reply};
use crate::body;
use crate::convert;
use crate::kinds::Kind;
use crate::managers::{self, Operation, Writer};
use crate::meta;
use crate::patch::{self, Patch};
use crate::refusal::Refusal;
use crate::scale;
use crate::service::Call;
use crate::store::Txn;

/// The wish of a request.
enum Wish {
    Replace(Value),
    Patch(Patch),
}

/// `PUT`.
pub(crate) async fn replace(call: Call) -> Result<Reply, Refusal> {
    let sent = body::object(&call.content_type, &call.body)?;
    modify(call, Wish::Replace(sent)).await
}

/// `PATCH`.
pub(crate) async fn patch(call: Call) -> Result<Reply, Refusal> {
    let patch = Patch::read(&call.content_type, &call.body)?;
    if matches!(patch, Patch::Apply(_)) && call.options.text("fieldManager").is_none() {
        let message = "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is \
                       required for apply patch";
        return Err(Refusal::bad_request(message));
    }
    modify(call, Wish::Patch(patch)).await
}

/// The outcome of a change.
struct Changed {
    object: Value,
    created: bool,
}

async fn modify(call: Call, wish: Wish) -> Result<Reply, Refusal> {
    let call = Arc::new(call);
    let inner = Arc::clone(&call);
    let dry = call.options.dry_run()?;
    let changed = call.api.store.change(move |txn| change(txn, &inner, wish, dry)).await?;
    let code = if changed.created { StatusCode::CREATED } else { StatusCode::OK };
    match (&call.kind.scale, call.resource.sub.as_deref()) {
        (Some(paths), Some("scale")) => Ok(answer::json(code, &scale::of(paths, &changed.object))),
        _ => Ok(shaped(&call, code, changed.object)),
    }
}

fn change(txn: &mut Txn<'_>, call: &Call, wish: Wish, dry: bool) -> Result<Changed, Refusal> {
    let kind = &*call.kind;
    let key = kind.key(&call.resource.namespace, call.name());
    let Some(live) = txn.get(&key)? else {
        return match wish {
            Wish::Patch(Patch::Apply(applied)) if call.resource.sub.is_none() => {
                apply_new(txn, call, applied, dry)
            }
            _ => Err(call.not_found()),
        };
    };
    let live = convert::from_stored(kind, live);
    let applied = matches!(wish, Wish::Patch(Patch::Apply(_)));
    let operation = if applied { Operation::Apply } else { Operation::Update };
    let subresource = call.resource.sub.clone();
    let writer = Writer { manager: call.manager.clone(), operation, subresource };
    let mut next = wanted(call, &live, wish, &writer)?;
    preconditions(call, &live, &next)?;
    settle(call, &live, &mut next)?;
    let mut next = admission::incoming(kind, next, &call.options, operation)?;
    admission::allocate(txn, kind, &mut next, Some(&live))?;
    admission::check(kind, &next, Some(&live))?;
    count_generation(kind, &live, &mut next);
    if !applied {
        managers::updated(kind, Some(&live), &mut next, &writer);
    }
    if live == next {
        // Nothing changed: nothing is written, and the version stays.
        return Ok(Changed { object: live, created: false });
    }
    if dry {
        return Ok(Changed { object: next, created: false });
    }
    let mut stored = convert::to_stored(kind, next);
    if is_done(kind, &stored) {
        txn.remove(key, &mut stored);
    } else {
        txn.put(key, &mut stored);
    }
    Ok(Changed { object: convert::from_stored(kind, stored), created: false })
}

/// A server-side apply of something that is not there yet.
fn apply_new(
    txn: &mut Txn<'_>,
    call: &Call,
    applied: Value,
    dry: bool,
) -> Result<Changed, Refusal> {
    let mut applied = applied;
    create::place(call, &mut applied)?;
    named(call, &mut applied)?;
    let fields = managers::config_set(&call.kind, &applied, None);
    if !meta::text(&applied, "resourceVersion").is_empty() || !meta::uid(&applied).is_empty() {
        let (group, plural) = (&call.kind.group, &call.kind.plural);
        let why = "Precondition failed: the object to apply to does not exist";
        return Err(Refusal::conflict(group, plural, call.name(), why));
    }
    let mut object = create::fresh(call, applied, Operation::Apply)?;
    managers::first_applied(&call.kind, &mut object, &call.manager, fields);
    let object = create::insert(txn, &call.kind, object, dry)?;
    Ok(Changed { object, created: true })
}

/// The object as the request would have it.
fn wanted(call: &Call, live: &Value, wish: Wish, writer: &Writer) -> Result<Value, Refusal> {
    let kind = &*call.kind;
    if let (Some(paths), Some("scale")) = (&kind.scale, call.resource.sub.as_deref()) {
        return rescaled(call, paths, live, wish);
    }
    match wish {
        Wish::Replace(mut sent) => {
            create::place(call, &mut sent)?;
            named(call, &mut sent)?;
            Ok(sent)
        }
        Wish::Patch(Patch::Apply(mut applied)) => {
            create::place(call, &mut applied)?;
            named(call, &mut applied)?;
            preconditions(call, live, &applied)?;
            let force = call.options.on("force");
            managers::applied(kind, live, &applied, writer, force)
        }
        Wish::Patch(patch) => {
            let patched = patch::patched(kind, live.clone(), patch)?;
            let mut patched = patched;
            create::place(call, &mut patched)?;
            named(call, &mut patched)?;
            Ok(patched)
        }
    }
}

fn rescaled(
    call: &Call,
    paths: &crate::kinds::Scale,
    live: &Value,
    wish: Wish,
) -> Result<Value, Refusal> {
    let old = scale::of(paths, live);
    let new = match wish {
        Wish::Replace(sent) => sent,
        Wish::Patch(Patch::Apply(sent)) => {
            // The scale has one field that can be applied.
            let mut new = old.clone();
            patch::merge::merge(&mut new, &sent);
            new
        }
        Wish::Patch(patch) => patch::patched(&call.kind, old, patch)?,
    };
    let wanted = match &new["spec"]["replicas"] {
        Value::Null => Some(0),
        wanted => wanted.as_i64(),
    };
    let Some(replicas) = wanted.filter(|it| *it >= 0) else {
        let why = "must be a whole number greater than or equal to 0";
        let cause = admission::invalid("spec.replicas", &new["spec"]["replicas"], why);
        return Err(Refusal::invalid("autoscaling", "Scale", call.name(), vec![cause]));
    };
    let mut next = live.clone();
    for field in ["resourceVersion", "uid"] {
        if let Some(value) = new["metadata"].get(field) {
            meta::set(&mut next, field, value.clone());
        }
    }
    scale::set(paths, &mut next, replicas);
    Ok(next)
}

/// The name in the body is the name in the path.
fn named(call: &Call, object: &mut Value) -> Result<(), Refusal> {
    let said = meta::name(object);
    if said.is_empty() {
        meta::set(object, "name", json!(call.name()));
    } else if said != call.name() {
        return Err(Refusal::bad_request(format!(
            "the name of the object ({said}) does not match the name on the URL ({})",
            call.name()
        )));
    }
    Ok(())
}

/// Whether nothing holds an object any more that is on its way out.
pub(crate) fn is_done(kind: &Kind, object: &Value) -> bool {
    let waits = object["metadata"]["deletionGracePeriodSeconds"].as_i64().unwrap_or(0) > 0;
    let holds_content = kind.plural == "namespaces"
        && object["spec"]["finalizers"].as_array().is_some_and(|it| !it.is_empty());
    meta::is_deleting(object) && meta::finalizers(object).is_empty() && !waits && !holds_content
}
