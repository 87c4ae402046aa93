//! Emptying a namespace, or removing all objects of a custom kind, before it can go itself.

use serde_json::{Value, json};

use super::{delete, release, uid_at};
use crate::meta;
use crate::refusal::Refusal;
use crate::service::Api;
use crate::store::Key;
use crate::verbs::delete::{CUSTOM_OBJECTS, Wish};

fn keys(api: &Api, store: &str, namespace: &str) -> Result<Vec<Key>, Refusal> {
    let mut found = Vec::new();
    api.store.view()?.scan(store, namespace, None, |key, _| {
        found.extend(Key::parse(key));
        Ok(true)
    })?;
    Ok(found)
}

async fn delete_all(api: &Api, keys: &[Key]) -> Result<(), Refusal> {
    for key in keys {
        let view = api.store.view()?;
        let going = view.get(key)?.is_some_and(|it| meta::is_deleting(&it));
        let uid = uid_at(&view, key)?;
        drop(view);
        if let (false, Some(uid)) = (going, uid) {
            delete(api, key, Wish::background(&uid)).await?;
        }
    }
    Ok(())
}

/// Deletes what is in a namespace; the namespace goes when it is empty.
pub(super) async fn namespace(api: &Api, key: &Key) -> Result<(), Refusal> {
    let mut content = Vec::new();
    for kind in api.registry.now().stored().iter().filter(|it| it.namespaced) {
        content.extend(keys(api, &kind.store, &key.name)?);
    }
    if !content.is_empty() {
        return delete_all(api, &content).await;
    }
    let key = key.clone();
    let change = api.store.change(move |txn| {
        let Some(mut namespace) = txn.get(&key)? else { return Ok(()) };
        if let Some(spec) = namespace["spec"].as_object_mut() {
            spec.remove("finalizers");
        }
        if meta::finalizers(&namespace).is_empty() {
            txn.remove(key, &mut namespace);
        }
        Ok(())
    });
    change.await
}

/// Deletes the objects of a custom kind; its definition goes when there are none.
pub(super) async fn definition(api: &Api, key: &Key, object: &Value) -> Result<(), Refusal> {
    let objects = keys(api, &key.name, "")?;
    if objects.is_empty() {
        return release(api, key, CUSTOM_OBJECTS).await;
    }
    let told = object["status"]["conditions"].as_array();
    let told = told.is_some_and(|it| it.iter().any(|one| one["type"] == "Terminating"));
    if !told {
        let key = key.clone();
        let change = api.store.change(move |txn| {
            let Some(mut object) = txn.get(&key)? else { return Ok(()) };
            if let Some(list) = object["status"]["conditions"].as_array_mut() {
                list.push(json!({
                    "type": "Terminating", "status": "True", "reason": "InstanceDeletionInProgress",
                    "message": "the objects of this kind are being deleted",
                    "lastTransitionTime": meta::now(),
                }));
            }
            txn.put(key, &mut object);
            Ok(())
        });
        change.await?;
    }
    delete_all(api, &objects).await
}

/// After an object is gone: what waited for it may go on.
pub(super) async fn after(api: &Api, gone: &Key) -> Result<(), Refusal> {
    let namespaces = "namespaces".into();
    let definitions = crate::custom::DEFINITIONS.into();
    let waiting = [
        (!gone.namespace.is_empty()).then(|| Key::new(&namespaces, "", &gone.namespace)),
        gone.store.contains('.').then(|| Key::new(&definitions, "", &gone.store)),
    ];
    for key in waiting.into_iter().flatten() {
        let deleting = api.store.view()?.get(&key)?.filter(meta::is_deleting);
        // Looking again at each of a thousand objects is wasteful; at the last one it is enough.
        if deleting.is_some() && is_last(api, &key)? {
            Box::pin(super::finish(api, &key)).await?;
        }
    }
    Ok(())
}

fn is_last(api: &Api, key: &Key) -> Result<bool, Refusal> {
    if &*key.store != "namespaces" {
        return Ok(keys(api, &key.name, "")?.is_empty());
    }
    for kind in api.registry.now().stored().iter().filter(|it| it.namespaced) {
        if !keys(api, &kind.store, &key.name)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}
