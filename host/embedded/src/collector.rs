//! Follows every change and finishes what deletions leave behind: dependents, namespaces, custom kinds.

mod dependents;
mod emptying;
mod expiry;

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::custom;
use crate::kinds::Kind;
use crate::meta;
use crate::refusal::Refusal;
use crate::service::Api;
use crate::store::{Event, Key, View, What};
use crate::verbs::delete::{CUSTOM_OBJECTS, FOREGROUND, ORPHAN, Wish, remove};

/// How many changes are looked at between two looks at the clock.
const MOST_AT_ONCE: usize = 256;
/// How often old events are swept out.
const SWEEP_EVERY: Duration = Duration::from_mins(5);

/// Works until the cluster is closed.
pub(crate) async fn run(api: Weak<Api>) {
    let Some(strong) = api.upgrade() else { return };
    let mut bell = strong.store.events.bell();
    let mut seen = *bell.borrow_and_update();
    finish_all(&strong).await;
    drop(strong);
    let mut sweep = tokio::time::interval(SWEEP_EVERY);
    loop {
        tokio::select! {
            rung = bell.changed() => if rung.is_err() { return },
            _ = sweep.tick() => {
                let Some(api) = api.upgrade() else { return };
                report("old events could not be swept out", expiry::sweep(&api).await);
            }
        }
        let Some(api) = api.upgrade() else { return };
        loop {
            bell.borrow_and_update();
            let Ok((events, now)) = api.store.events.after(seen, MOST_AT_ONCE, |_| true) else {
                // Too far behind to know what happened: look at everything.
                seen = *bell.borrow_and_update();
                finish_all(&api).await;
                continue;
            };
            seen = now;
            if events.is_empty() {
                break;
            }
            for event in events {
                report("a change could not be followed up", follow(&api, &event).await);
            }
        }
    }
}

fn report(what: &str, outcome: Result<(), Refusal>) {
    if let Err(refusal) = outcome
        && !matches!(refusal.code, 404 | 409)
    {
        tracing::warn!(cause = refusal.message, "embedded cluster: {what}");
    }
}

/// What a change asks for.
async fn follow(api: &Api, event: &Event) -> Result<(), Refusal> {
    let key = Key::new(&event.store, &event.sketch.namespace, &event.sketch.name);
    let deleting = event.text.contains("\"deletionTimestamp\":");
    if &*event.store == custom::DEFINITIONS {
        custom::registration::refresh(api).await?;
    }
    match event.what {
        What::Deleted => {
            for dependent in api.store.view()?.dependents(&event.sketch.uid)? {
                dependents::settle(api, &dependent).await?;
            }
            for owner in &event.sketch.owners {
                let owner = api.store.view()?.by_uid(owner)?;
                if let Some(owner) = owner {
                    finish(api, &owner).await?;
                }
            }
            emptying::after(api, &key).await?;
        }
        What::Added | What::Modified if deleting => finish(api, &key).await?,
        What::Added | What::Modified => {
            let before = event.before.as_ref().map(|it| &it.owners);
            if !event.sketch.owners.is_empty() && before != Some(&event.sketch.owners) {
                dependents::settle(api, &key).await?;
            }
        }
    }
    Ok(())
}

/// Everything that may have been left unfinished, as after a restart.
async fn finish_all(api: &Api) {
    report("custom kinds could not be served", custom::registration::refresh(api).await);
    let found = (|| {
        let view = api.store.view()?;
        let mut keys = Vec::new();
        for kind in api.registry.now().stored() {
            view.scan(&kind.store, "", None, |key, text| {
                if text.contains("\"deletionTimestamp\"") {
                    keys.extend(Key::parse(key));
                }
                Ok(true)
            })?;
        }
        let mut orphans = Vec::new();
        for owner in view.owners()? {
            if view.by_uid(&owner)?.is_none() {
                orphans.extend(view.dependents(&owner)?);
            }
        }
        Ok::<_, Refusal>((keys, orphans))
    })();
    match found {
        Ok((deleting, orphans)) => {
            for key in deleting {
                report("a deletion could not be finished", finish(api, &key).await);
            }
            for key in orphans {
                report("an orphan could not be deleted", dependents::settle(api, &key).await);
            }
        }
        Err(refusal) => report("the state could not be looked through", Err(refusal)),
    }
}

/// Takes the next step of a deletion that waits.
async fn finish(api: &Api, key: &Key) -> Result<(), Refusal> {
    let Some(object) = api.store.view()?.get(key)?.filter(meta::is_deleting) else {
        return Ok(());
    };
    let finalizers = meta::finalizers(&object);
    let has = |name: &str| finalizers.iter().any(|it| it == name);
    if has(ORPHAN) {
        dependents::let_go(api, key, &object).await?;
    } else if has(FOREGROUND) {
        dependents::delete_first(api, key, &object).await?;
    }
    if has(CUSTOM_OBJECTS) {
        emptying::definition(api, key, &object).await?;
    }
    if &*key.store == "namespaces" {
        emptying::namespace(api, key).await?;
    }
    Ok(())
}

/// The kind of a stored object.
fn kind_of(api: &Api, store: &str) -> Option<Arc<Kind>> {
    let kinds = api.registry.now();
    let of_store = || kinds.iter().filter(|it| &*it.store == store);
    of_store().find(|it| !it.converts()).or_else(|| of_store().next()).cloned()
}

/// Deletes an object as the cluster does it on its own.
async fn delete(api: &Api, key: &Key, wish: Wish) -> Result<(), Refusal> {
    let Some(kind) = kind_of(api, &key.store) else { return Ok(()) };
    let key = key.clone();
    let outcome = api.store.change(move |txn| remove(txn, &kind, key, &wish).map(|_| ())).await;
    match outcome {
        // Gone already, or replaced by another of the same name.
        Err(refusal) if matches!(refusal.code, 404 | 409) => Ok(()),
        other => other,
    }
}

/// Takes a finalizer away; an object that nothing holds any more goes with it.
async fn release(api: &Api, key: &Key, finalizer: &'static str) -> Result<(), Refusal> {
    let Some(kind) = kind_of(api, &key.store) else { return Ok(()) };
    let key = key.clone();
    let change = api.store.change(move |txn| {
        let Some(mut object) = txn.get(&key)? else { return Ok(()) };
        let mut finalizers = meta::finalizers(&object);
        finalizers.retain(|it| it != finalizer);
        meta::set_finalizers(&mut object, &finalizers);
        if crate::verbs::modify::is_done(&kind, &object) {
            txn.remove(key, &mut object);
        } else {
            txn.put(key, &mut object);
        }
        Ok(())
    });
    change.await
}

/// The uid of the object at a key.
fn uid_at(view: &View, key: &Key) -> Result<Option<String>, Refusal> {
    Ok(view.get(key)?.map(|it| meta::uid(&it).to_owned()))
}
