//! Whether all objects are there, asked so that asking is no work for the server that is measured: one count, of one kind
//! after the other, and more often only shortly before the last is due. Watches would bring each object once more.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use crate::kinds::{KINDS, objects};

/// Between two counts; the answer may be late by the first of them.
const SHORTEST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(250);

/// Returns when that many of each kind are in the namespace; answers how many counts that took, each a list of one.
pub async fn arrived(client: &kube::Client, namespace: &str, apps: usize) -> Result<u64> {
    let (began, mut counts) = (Instant::now(), 0);
    for kind in KINDS {
        let objects = objects(client, namespace, kind);
        loop {
            let there = count(client, objects.resource_url()).await?;
            counts += 1;
            let Some(missing) = apps.checked_sub(there).filter(|it| *it > 0) else { break };
            // A quarter of the time in which they will come, as fast as the others came.
            let each = began.elapsed() / u32::try_from(there.max(1))?;
            let due = each * u32::try_from(missing)? / 4;
            tokio::time::sleep(due.clamp(SHORTEST, LONGEST)).await;
        }
    }
    Ok(counts)
}

/// Objects of a kind, by one of them and the number of the others.
async fn count(client: &kube::Client, path: &str) -> Result<usize> {
    const METADATA: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    let request = http::Request::get(format!("{path}?limit=1")).header("accept", METADATA);
    let answer = client.request_text(request.body(Vec::new())?).await?;
    let answer: Value = serde_json::from_str(&answer)?;
    // An empty list is written as null.
    let items = answer["items"].as_array().map_or(0, Vec::len);
    let others = answer["metadata"]["remainingItemCount"].as_u64().unwrap_or_default();
    Ok(items + usize::try_from(others)?)
}
