//! Claims of volumes: listed and deleted by themselves, because they outlive the rollouts that made them.

use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::Client;
use kube::api::{Api, ListParams};
use slipway_model::cluster::Volume;
use slipway_model::name::ProjectName;

use crate::cluster::{exactly, gone};
use crate::labels;

/// All with our label, by name.
pub async fn list(client: &Client, project: &ProjectName) -> kube::Result<Vec<Volume>> {
    let ours = ListParams::default().labels(labels::ROLLOUT);
    let listed = claims(client, project).list(&ours).await?;
    let mut volumes: Vec<Volume> = listed.items.into_iter().filter_map(volume).collect();
    volumes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(volumes)
}

/// Deletes one of ours; somebody else's is as good as not there.
pub async fn delete(client: &Client, project: &ProjectName, name: &str) -> kube::Result<()> {
    let api = claims(client, project);
    let found = api.get_opt(name).await?;
    let Some(found) = found.filter(|it| {
        it.metadata.labels.as_ref().is_some_and(|it| it.contains_key(labels::ROLLOUT))
    }) else {
        return Ok(());
    };
    gone(api.delete(name, &exactly(found.metadata.uid, None)).await)
}

fn claims(client: &Client, project: &ProjectName) -> Api<PersistentVolumeClaim> {
    Api::namespaced(client.clone(), project.as_str())
}

/// None for one whose label names no deployment, which is not our doing.
fn volume(claim: PersistentVolumeClaim) -> Option<Volume> {
    let metadata = claim.metadata;
    let app = metadata.labels.as_ref()?.get(labels::ROLLOUT)?.parse().ok()?;
    let spec = claim.spec.unwrap_or_default();
    let asked = spec.resources.and_then(|it| it.requests)?.remove("storage");
    let had = claim.status.as_ref().and_then(|it| it.capacity.as_ref()?.get("storage").cloned());
    Some(Volume {
        name: metadata.name?,
        app,
        // What there is, where that is known, which may be more than was asked for.
        size: had.or(asked).map(|it| it.0).unwrap_or_default(),
        storage_class: spec.storage_class_name,
        phase: claim.status.and_then(|it| it.phase).unwrap_or_else(|| "Pending".to_owned()),
        created_at: metadata.creation_timestamp.map(|it| it.0.to_string()).unwrap_or_default(),
    })
}
