//! The floor: a client that makes the same objects and does nothing else, as many at once as the server likes best.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::stream::{self, StreamExt, TryStreamExt};
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::{Value, json};

use crate::figures::Times;

/// Requests under way at once: more make the API server of this machine no faster.
const AT_ONCE: usize = 32;

/// The seven of an app.
pub fn objects(app: &str) -> Vec<Value> {
    let text = include_str!("../../guests/seven/src/seven.json");
    let text = text.replace("NAME", app).replace("MARK", "").replace("HOST", "a.example");
    serde_json::from_str(&text).expect("the file is JSON")
}

fn api(client: &kube::Client, namespace: &str, object: &Value) -> Api<DynamicObject> {
    let text = |pointer: &str| object[pointer].as_str().unwrap_or_default();
    let (group, version) = text("apiVersion").split_once('/').unwrap_or(("", text("apiVersion")));
    let kind = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, text("kind")));
    Api::namespaced_with(client.clone(), namespace, &kind)
}

pub async fn namespace(client: &kube::Client, name: &str) -> Result<()> {
    let kind = ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", "Namespace"));
    let api: Api<DynamicObject> = Api::all_with(client.clone(), &kind);
    let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    api.create(&PostParams::default(), &serde_json::from_value(body)?).await?;
    Ok(())
}

fn all(apps: usize) -> impl Iterator<Item = Value> {
    (0..apps).flat_map(|number| objects(&format!("app-{number}")))
}

/// Creates every object.
pub async fn create(client: &kube::Client, space: &str, apps: usize) -> Result<Duration> {
    namespace(client, space).await?;
    let began = Instant::now();
    let requests = all(apps).map(|object| async { made(client, space, object).await.map(drop) });
    stream::iter(requests).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    Ok(began.elapsed())
}

/// Creates an object.
pub async fn made(client: &kube::Client, space: &str, object: Value) -> Result<DynamicObject> {
    let api = api(client, space, &object);
    Ok(api.create(&PostParams::default(), &serde_json::from_value(object)?).await?)
}

/// Applies every object server-side.
pub async fn apply(client: &kube::Client, space: &str, apps: usize) -> Result<Duration> {
    namespace(client, space).await?;
    let began = Instant::now();
    let requests = all(apps).map(|object| async move {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let parameters = PatchParams::apply("bare").force();
        api(client, space, &object).patch(name, &parameters, &Patch::Apply(&object)).await?;
        Ok::<_, anyhow::Error>(())
    });
    stream::iter(requests).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    Ok(began.elapsed())
}

/// Deletes the Services. For each new one the API server goes through the addresses of all that there are, to count them: whoever
/// comes later would pay for those that came before.
pub async fn delete_services(client: &kube::Client, space: &str) -> Result<()> {
    let services = api(client, space, &json!({"apiVersion": "v1", "kind": "Service"}));
    services.delete_collection(&DeleteParams::default(), &ListParams::default()).await?;
    Ok(())
}

/// Changes one object of each app, one after the other.
pub async fn patches(client: &kube::Client, space: &str, apps: usize) -> Result<Times> {
    let mut times = Vec::new();
    for number in 0..apps.min(300) {
        let name = format!("app-{number}");
        let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment"});
        let change = json!({"spec": {"template": {"metadata": {"annotations": {"mark": "2"}}}}});
        let began = Instant::now();
        let patch = Patch::Merge(change);
        api(client, space, &deployment).patch(&name, &PatchParams::default(), &patch).await?;
        times.push(began.elapsed());
    }
    Ok(Times::new(times))
}
