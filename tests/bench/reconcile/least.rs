//! The least that any operator does: for each app an object of its own, the seven with that as their owner and one label to find them by, and
//! watches of all that it makes. It decides nothing, keeps nothing and is asked by nobody. Whoever measures it watches as well, as whoever
//! measures Slipway does.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::{Value, json};

use crate::bare;
use crate::ours::{KINDS, LABEL, arrived};

const ROLLOUT: (&str, &str, &str) = ("slipway.dev", "v1alpha1", "Rollout");
/// Apps under way at once; about as many requests as of the bare client.
const APPS_AT_ONCE: usize = 8;

/// Creates every object, and is done when all watches have shown them.
pub async fn bring(client: &kube::Client, space: &str, apps: usize) -> Result<Duration> {
    bare::namespace(client, space).await?;
    let began = Instant::now();
    let made = (0..apps).map(|number| app(client, space, format!("app-{number}")));
    let made = stream::iter(made).buffer_unordered(APPS_AT_ONCE).try_collect::<()>();
    let operators = KINDS.iter().copied().chain([ROLLOUT]).map(|kind| (kind, ""));
    let measurers = KINDS.iter().copied().map(|kind| (kind, LABEL));
    let seen = operators
        .chain(measurers)
        .map(|(kind, labels)| arrived(client, space, kind, apps, labels))
        .collect::<Vec<_>>();
    tokio::try_join!(made, futures::future::try_join_all(seen))?;
    Ok(began.elapsed())
}

async fn app(client: &kube::Client, space: &str, name: String) -> Result<()> {
    let owner = bare::made(client, space, rollout(&name)).await?;
    let uid = owner.metadata.uid;
    let owned = bare::objects(&name).into_iter().map(|mut object| {
        object["metadata"]["labels"][LABEL] = name.as_str().into();
        object["metadata"]["ownerReferences"] = json!([
            {"apiVersion": "slipway.dev/v1alpha1", "kind": "Rollout", "name": name, "uid": uid}
        ]);
        bare::made(client, space, object)
    });
    futures::future::try_join_all(owned.collect::<Vec<_>>()).await?;
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
