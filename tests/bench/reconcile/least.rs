//! The least that any operator does: for each app an object of its own, the seven with that as their owner and one label to find them by, and
//! watches of all that it makes. It decides nothing, keeps nothing and is asked by nobody.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures::stream::{self, StreamExt, TryStreamExt};
use kube::runtime::{WatchStreamExt, watcher};
use serde_json::{Value, json};

use crate::bare;
use crate::kinds::{KINDS, Kind, objects};

/// The label by which the objects of apps are found.
const LABEL: &str = "slipway.dev/rollout";
const ROLLOUT: Kind<'_> = ("slipway.dev", "v1alpha1", "Rollout");
/// Apps under way at once; about as many requests as of the bare client.
const APPS_AT_ONCE: usize = 8;

/// Creates every object, and is done when all watches have shown them.
pub async fn bring(client: &kube::Client, space: &str, apps: usize) -> Result<Duration> {
    bare::namespace(client, space).await?;
    let began = Instant::now();
    let made = (0..apps).map(|number| app(client, space, format!("app-{number}")));
    let made = stream::iter(made).buffer_unordered(APPS_AT_ONCE).try_collect::<()>();
    let kinds = KINDS.iter().copied().chain([ROLLOUT]);
    let seen = kinds.map(|kind| seen(client, space, kind, apps)).collect::<Vec<_>>();
    tokio::try_join!(made, futures::future::try_join_all(seen))?;
    Ok(began.elapsed())
}

async fn app(client: &kube::Client, space: &str, name: String) -> Result<()> {
    let uid = bare::made(client, space, &rollout(&name)).await?;
    let owned = bare::objects(&name).into_iter().map(async |mut object| {
        object["metadata"]["labels"][LABEL] = name.as_str().into();
        object["metadata"]["ownerReferences"] = json!([
            {"apiVersion": "slipway.dev/v1alpha1", "kind": "Rollout", "name": name, "uid": uid}
        ]);
        bare::made(client, space, &object).await
    });
    futures::future::try_join_all(owned.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Watches until that many are there.
async fn seen(client: &kube::Client, space: &str, kind: Kind<'_>, apps: usize) -> Result<()> {
    let objects = objects(client, space, kind);
    let mut seen = watcher(objects, watcher::Config::default()).applied_objects().boxed();
    let mut names = HashSet::new();
    while names.len() < apps {
        let object = seen.next().await.context("the watch goes on")??;
        names.insert(object.metadata.name.unwrap_or_default());
    }
    Ok(())
}

/// As Slipway makes one for the blueprint of this benchmark.
fn rollout(app: &str) -> Value {
    let digest = format!("sha256:{}", "0".repeat(64));
    let id = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000";
    json!({
        "apiVersion": "slipway.dev/v1alpha1",
        "kind": "Rollout",
        "metadata": {"name": app, "labels": {"slipway.dev/project": "least", "app.kubernetes.io/managed-by": "slipway"}},
        "spec": {
            "deployment": id,
            "hosts": [format!("{app}.least.a.example")],
            "revision": {"number": 1, "blueprint": digest, "values": {"mark": "", "replicas": 1}},
            "control": {"plugin": digest, "options": {}},
            "operation": {"id": id, "kind": "create", "startedUnixMilliseconds": 1_764_000_000_000_u64},
        },
    })
}
