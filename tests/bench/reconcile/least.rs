//! The least that any operator does: for each app an object of its own besides, and watches of all that it makes. It decides nothing, keeps nothing
//! and is asked by nobody.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};

use crate::bare;
use crate::ours::{KINDS, arrived};

const ROLLOUT: (&str, &str, &str) = ("slipway.dev", "v1alpha1", "Rollout");

/// Creates every object, and is done when its watches have shown them.
pub async fn bring(client: &kube::Client, space: &str, apps: usize) -> Result<Duration> {
    bare::namespace(client, space).await?;
    let began = Instant::now();
    let objects = (0..apps).flat_map(|number| {
        let app = format!("app-{number}");
        std::iter::once(rollout(&app)).chain(bare::objects(&app))
    });
    let watched = KINDS.iter().copied().chain([ROLLOUT]);
    let seen = watched.map(|kind| arrived(client, space, kind, apps, ""));
    tokio::try_join!(
        bare::send(client, space, objects),
        futures::future::try_join_all(seen.collect::<Vec<_>>())
    )?;
    Ok(began.elapsed())
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
