//! The floor: a client that makes the same objects and does nothing else, as many at once as the server likes best.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::stream::{self, StreamExt, TryStreamExt};
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind, Request};
use serde_json::{Value, json};

use crate::figures::Times;
use crate::kinds;

/// Requests under way at once: more make the API server of this machine no faster.
const AT_ONCE: usize = 32;

/// The seven of an app.
pub fn objects(app: &str) -> Vec<Value> {
    let text = include_str!("../../guests/seven/src/seven.json");
    let text = text.replace("NAME", app).replace("MARK", "").replace("HOST", "a.example");
    serde_json::from_str(&text).expect("the file is JSON")
}

fn api(client: &kube::Client, namespace: &str, object: &Value) -> Api<DynamicObject> {
    let text = |field: &str| object[field].as_str().unwrap_or_default();
    let (group, version) = text("apiVersion").split_once('/').unwrap_or(("", text("apiVersion")));
    kinds::objects(client, namespace, (group, version, text("kind")))
}

/// Builds requests about objects of the same kind.
fn place(client: &kube::Client, namespace: &str, object: &Value) -> Request {
    Request::new(api(client, namespace, object).resource_url())
}

pub async fn namespace(client: &kube::Client, name: &str) -> Result<()> {
    let kind = ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", "Namespace"));
    let api: Api<DynamicObject> = Api::all_with(client.clone(), &kind);
    let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    api.create(&PostParams::default(), &serde_json::from_value(body)?).await?;
    Ok(())
}

/// The requests of all apps, written before the time begins: the floor is what the API server takes, and the way to it.
fn requests(
    client: &kube::Client,
    space: &str,
    apps: usize,
    request: impl Fn(&Value, &Request) -> Result<Built>,
) -> Result<Vec<Built>> {
    let all = (0..apps).flat_map(|number| objects(&format!("app-{number}")));
    all.map(|object| request(&object, &place(client, space, &object))).collect()
}

type Built = http::Request<Vec<u8>>;

/// Sends them all; of the answers only whether they are good ones is read.
async fn send(client: &kube::Client, requests: Vec<Built>) -> Result<Duration> {
    let began = Instant::now();
    let answers = requests.into_iter().map(|it| client.request_text(it));
    let answers = stream::iter(answers).buffer_unordered(AT_ONCE);
    answers.try_for_each(|_| std::future::ready(Ok(()))).await?;
    Ok(began.elapsed())
}

/// Creates every object.
pub async fn create(client: &kube::Client, space: &str, apps: usize) -> Result<Duration> {
    namespace(client, space).await?;
    let creating = |object: &Value, place: &Request| {
        Ok(place.create(&PostParams::default(), serde_json::to_vec(object)?)?)
    };
    send(client, requests(client, space, apps, creating)?).await
}

/// Applies every object server-side.
pub async fn apply(client: &kube::Client, space: &str, apps: usize) -> Result<Duration> {
    namespace(client, space).await?;
    let parameters = PatchParams::apply("bare").force();
    let applying = |object: &Value, place: &Request| {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        Ok(place.patch(name, &parameters, &Patch::Apply(object))?)
    };
    send(client, requests(client, space, apps, applying)?).await
}

/// Creates an object, and answers with its `uid`.
pub async fn made(client: &kube::Client, space: &str, object: &Value) -> Result<String> {
    let request =
        place(client, space, object).create(&PostParams::default(), serde_json::to_vec(object)?);
    let made: Value = serde_json::from_str(&client.request_text(request?).await?)?;
    Ok(made["metadata"]["uid"].as_str().unwrap_or_default().to_owned())
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
