//! Bringing a wish into the cluster: a rollout is created where there is none, and replaced where there is one.
//!
//! Its spec is ours as a whole, so it is written as a whole: what a wish leaves out is gone, without the record of
//! who set which field that an apply keeps and pays for. What others have put into its metadata stays.

use kube::Client;
use kube::api::Api;
use serde::de::IgnoredAny;
use serde_json::Value;
use slipway_model::object::Object;
use slipway_model::rollout::Wish;

use crate::as_sent::AsSent;
use crate::resource::{self, API_VERSION, KIND};
use crate::send::{about, send};
use crate::{kinds, labels};

/// How often somebody may be quicker than us before the delivery is put off.
const TRIES: usize = 5;

/// `known`: the rollout as the watch has shown it, which saves reading it.
pub async fn put(client: &Client, known: Option<Object>, wish: &Wish) -> kube::Result<()> {
    let (namespace, name) = (wish.project.as_str(), wish.app.as_str());
    let wanted = resource::from_wish(wish);
    let mut live = known.map(Object::into_json);
    let mut tries = 1;
    loop {
        let was_there = live.is_some();
        let outcome = write(client, namespace, name, live.take(), &wanted).await;
        match outcome {
            Err(kube::Error::Api(status))
                if is_outdated(status.code, was_there) && tries < TRIES =>
            {
                let rollouts = kinds::builtin(API_VERSION, KIND);
                let api: Api<AsSent> = Api::namespaced_with(client.clone(), namespace, &rollouts);
                live = api.get_opt(name).await?.map(|it| it.json);
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

async fn write(
    client: &Client,
    namespace: &str,
    name: &str,
    live: Option<Value>,
    wanted: &Value,
) -> kube::Result<()> {
    let request = about(&kinds::builtin(API_VERSION, KIND), namespace);
    let parameters = labels::writing();
    let request = match live {
        Some(live) => {
            let body = merged(live, wanted).to_string();
            request.replace(name, &parameters, body.into_bytes())
        }
        None => request.create(&parameters, wanted.to_string().into_bytes()),
    };
    send::<IgnoredAny>(client, request).await.map(drop)
}

/// What we went by is not so: there is one already, it has changed, or it is gone.
fn is_outdated(code: u16, was_there: bool) -> bool {
    code == 409 || (code == 404 && was_there)
}

/// The live resource with our spec and labels.
fn merged(mut live: Value, wanted: &Value) -> Value {
    let before = std::mem::replace(&mut live["spec"], wanted["spec"].clone());
    if before["operation"]["id"] == wanted["spec"]["operation"]["id"] {
        // Its time runs since the cluster was first told of it.
        let started = "startedUnixMilliseconds";
        if let Some(since) = before["operation"].get(started) {
            live["spec"]["operation"][started] = since.clone();
        }
    }
    if let Some(metadata) = live["metadata"].as_object_mut() {
        // Left out, the API server keeps its own.
        metadata.remove("managedFields");
    }
    for (name, value) in wanted["metadata"]["labels"].as_object().into_iter().flatten() {
        live["metadata"]["labels"][name] = value.clone();
    }
    live
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_operation_that_is_told_again_has_begun_when_it_was_told_first() {
        let spec = |id: &str, at: u64| json!({"spec": {"operation": {"id": id, "startedUnixMilliseconds": at}}, "metadata": {}});
        let begun = |wanted| {
            merged(spec("a", 1), &wanted)["spec"]["operation"]["startedUnixMilliseconds"].clone()
        };
        assert_eq!(begun(spec("a", 9)), 1);
        assert_eq!(begun(spec("b", 9)), 9);
    }

    #[test]
    fn what_others_put_into_the_metadata_stays_and_the_spec_is_ours() {
        let live = json!({
            "metadata": {"name": "web", "resourceVersion": "7", "managedFields": [{}],
                "labels": {"team": "a", "slipway.dev/project": "old"}, "annotations": {"note": "x"}},
            "spec": {"hosts": ["a.example"], "control": {}},
            "status": {"health": "Healthy"},
        });
        let wanted = json!({
            "metadata": {"name": "web", "labels": {"slipway.dev/project": "shop"}},
            "spec": {"control": {"plugin": "p"}},
        });
        let merged = merged(live, &wanted);
        assert_eq!(merged["spec"], wanted["spec"]);
        assert_eq!(
            merged["metadata"],
            json!({"name": "web", "resourceVersion": "7",
                "labels": {"team": "a", "slipway.dev/project": "shop"}, "annotations": {"note": "x"}})
        );
    }
}
