//! The three kinds of patches that are not server-side apply.

use anyhow::Result;
use kube::api::{Patch, PatchParams};
use serde_json::json;

use crate::room::{Room, refused, same, version};
use crate::semantics;

semantics![
    a_merge_patch_sets_and_removes,
    a_json_patch_goes_step_by_step,
    a_strategic_patch_finds_items_by_key,
    a_patch_without_a_change_keeps_the_version,
    a_patch_with_a_stale_version_is_a_conflict,
];

async fn a_merge_patch_sets_and_removes(room: Room) -> Result<()> {
    room.maps().create(room.map("a", json!({"x": "1", "y": "2"}))).await?;
    let patched = room.maps().merge("a", json!({"data": {"x": null, "z": "3"}})).await?;
    same("data", &patched["data"], &json!({"y": "2", "z": "3"}))
}

async fn a_json_patch_goes_step_by_step(room: Room) -> Result<()> {
    let maps = room.maps();
    maps.create(room.map("a", json!({"x": "1"}))).await?;
    let steps = |tested: &str| {
        serde_json::from_value(json!([
            {"op": "test", "path": "/data/x", "value": tested},
            {"op": "add", "path": "/data/y", "value": "2"},
            {"op": "remove", "path": "/data/x"},
        ]))
        .map(Patch::<()>::Json)
    };
    let wrong = maps.api.patch("a", &PatchParams::default(), &steps("9")?).await;
    refused(wrong, 422, "Invalid")?;
    same("untouched", &maps.get("a").await?["data"], &json!({"x": "1"}))?;
    maps.api.patch("a", &PatchParams::default(), &steps("1")?).await?;
    same("patched", &maps.get("a").await?["data"], &json!({"y": "2"}))
}

async fn a_strategic_patch_finds_items_by_key(room: Room) -> Result<()> {
    let deployments = room.deployments();
    let mut object = room.deployment("web");
    object["spec"]["template"]["spec"]["containers"][0]["env"] =
        json!([{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]);
    deployments.create(object).await?;
    let patch = json!({"spec": {"template": {"spec": {"containers": [{
        "name": "app",
        "env": [{"name": "A", "$patch": "delete"}, {"name": "C", "value": "3"}],
    }]}}}});
    let patch = Patch::Strategic(patch);
    deployments.api.patch("web", &PatchParams::default(), &patch).await?;
    let container = &deployments.get("web").await?["spec"]["template"]["spec"]["containers"][0];
    same("the image stays", &container["image"], &json!("example.invalid/app:1"))?;
    let mut env = container["env"].as_array().cloned().unwrap_or_default();
    env.sort_by_key(|it| it["name"].to_string());
    let wanted = json!([{"name": "B", "value": "2"}, {"name": "C", "value": "3"}]);
    same("variables", &json!(env), &wanted)
}

async fn a_patch_without_a_change_keeps_the_version(room: Room) -> Result<()> {
    let made = room.maps().create(room.map("a", json!({"x": "1"}))).await?;
    let patched = room.maps().merge("a", json!({"data": {"x": "1"}})).await?;
    same("version", &json!(version(&patched)), &json!(version(&made)))
}

async fn a_patch_with_a_stale_version_is_a_conflict(room: Room) -> Result<()> {
    let made = room.maps().create(room.map("a", json!({"x": "1"}))).await?;
    room.maps().merge("a", json!({"data": {"x": "2"}})).await?;
    let stale = json!({"metadata": {"resourceVersion": version(&made)}, "data": {"x": "3"}});
    refused(room.maps().merge("a", stale).await, 409, "Conflict")?;
    Ok(())
}
