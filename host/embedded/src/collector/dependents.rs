//! The garbage collection of dependents: deleted with their owners, before them, or let go.

use serde_json::{Value, json};

use super::{delete, release};
use crate::meta;
use crate::refusal::Refusal;
use crate::service::Api;
use crate::store::{Key, View};
use crate::verbs::delete::{FOREGROUND, ORPHAN, Wish};

/// What an owner reference points at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// An object that stays.
    Solid,
    /// An object that waits for its dependents to go.
    Waiting,
    /// Nothing.
    Gone,
}

fn owners(object: &Value) -> Vec<Value> {
    object["metadata"]["ownerReferences"].as_array().cloned().unwrap_or_default()
}

fn look(view: &View, key: &Key, reference: &Value) -> Result<Owner, Refusal> {
    let uid = reference["uid"].as_str().unwrap_or_default();
    let Some(owner) = view.by_uid(uid)? else { return Ok(Owner::Gone) };
    // An owner in another namespace is none: references do not cross them.
    if !owner.namespace.is_empty() && owner.namespace != key.namespace {
        return Ok(Owner::Gone);
    }
    let Some(object) = view.get(&owner)? else { return Ok(Owner::Gone) };
    let waits =
        meta::is_deleting(&object) && meta::finalizers(&object).iter().any(|it| it == FOREGROUND);
    Ok(if waits { Owner::Waiting } else { Owner::Solid })
}

/// Deletes a dependent that has lost all its owners, or drops the references to those that are gone.
pub(super) async fn settle(api: &Api, key: &Key) -> Result<(), Refusal> {
    let view = api.store.view()?;
    let Some(object) = view.get(key)? else { return Ok(()) };
    let mut states = Vec::new();
    for reference in owners(&object) {
        states.push(look(&view, key, &reference)?);
    }
    let uid = meta::uid(&object).to_owned();
    let has_dependents = !view.dependents(&uid)?.is_empty();
    drop(view);
    let any = |state: Owner| states.contains(&state);
    if states.is_empty() {
        return Ok(());
    }
    if any(Owner::Solid) {
        if any(Owner::Gone) || any(Owner::Waiting) {
            let gone = owners(&object)
                .iter()
                .zip(&states)
                .filter(|it| *it.1 != Owner::Solid)
                .filter_map(|it| it.0["uid"].as_str().map(str::to_owned))
                .collect();
            drop_references(api, key, gone).await?;
        }
        return Ok(());
    }
    if meta::is_deleting(&object) {
        return Ok(());
    }
    let waits = any(Owner::Waiting) && has_dependents;
    let wish = if waits { Wish::foreground(&uid) } else { Wish::background(&uid) };
    delete(api, key, wish).await
}

async fn drop_references(api: &Api, key: &Key, gone: Vec<String>) -> Result<(), Refusal> {
    let key = key.clone();
    let change = api.store.change(move |txn| {
        let Some(mut object) = txn.get(&key)? else { return Ok(()) };
        let mut left = owners(&object);
        left.retain(|it| !gone.iter().any(|gone| it["uid"] == gone.as_str()));
        let left = if left.is_empty() { Value::Null } else { json!(left) };
        meta::set(&mut object, "ownerReferences", left);
        txn.put(key, &mut object);
        Ok(())
    });
    change.await
}

/// Deletes the dependents of an object that waits for them; lets the object go when none blocks it.
pub(super) async fn delete_first(api: &Api, key: &Key, object: &Value) -> Result<(), Refusal> {
    let uid = meta::uid(object);
    let view = api.store.view()?;
    let dependents = view.dependents(uid)?;
    let mut blocked = false;
    for dependent in &dependents {
        let Some(found) = view.get(dependent)? else { continue };
        let blocks = |it: &Value| it["uid"] == uid && it["blockOwnerDeletion"] == true;
        blocked |= owners(&found).iter().any(blocks);
    }
    drop(view);
    for dependent in &dependents {
        settle(api, dependent).await?;
    }
    if !blocked {
        release(api, key, FOREGROUND).await?;
    }
    Ok(())
}

/// Takes the owner out of its dependents, then lets it go.
pub(super) async fn let_go(api: &Api, key: &Key, object: &Value) -> Result<(), Refusal> {
    let uid = meta::uid(object).to_owned();
    let dependents = api.store.view()?.dependents(&uid)?;
    for dependent in &dependents {
        drop_references(api, dependent, vec![uid.clone()]).await?;
    }
    release(api, key, ORPHAN).await
}
