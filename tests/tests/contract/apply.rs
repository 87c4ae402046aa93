//! Server-side apply: who owns which field, and what becomes of it.

use anyhow::{Result, ensure};
use kube::api::{Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use crate::room::{Room, fields, refused, same, version};
use crate::semantics;

semantics![
    applying_creates_and_changes,
    applying_the_same_again_keeps_the_version,
    applying_a_workload_again_keeps_the_version,
    a_field_that_is_no_longer_applied_goes,
    a_field_of_somebody_else_stays,
    another_value_for_an_owned_field_is_a_conflict,
    force_takes_a_field_over,
    the_same_value_is_owned_together,
    list_items_merge_by_key,
    list_items_that_are_no_longer_applied_go,
    an_update_owns_what_it_changed,
    the_default_comes_back_when_a_field_is_dropped,
    status_has_its_own_owners,
    applying_needs_a_manager,
    a_creation_is_handed_over_to_apply,
];

async fn a_creation_is_handed_over_to_apply(room: Room) -> Result<()> {
    let parameters = PostParams { field_manager: Some("one".into()), ..PostParams::default() };
    let body = serde_json::from_value(room.map("a", json!({"x": "1", "y": "2"})))?;
    let made = room.maps().api.create(&parameters, &body).await?;
    let entry = &made.metadata.managed_fields.as_deref().unwrap_or_default()[0];
    ensure!(entry.operation.as_deref() == Some("Update"), "{entry:?}");
    let patch = serde_json::from_value(json!([
        {"op": "test", "path": "/metadata/managedFields/0/manager", "value": "one"},
        {"op": "replace", "path": "/metadata/managedFields/0/operation", "value": "Apply"},
    ]))?;
    room.maps().api.patch("a", &PatchParams::default(), &Patch::Json::<()>(patch)).await?;
    let changed = room.maps().apply("one", room.map("a", json!({"x": "1"}))).await?;
    same("what is left", &changed["data"], &json!({"x": "1"}))?;
    // Where the entry is another one, the patch does nothing.
    let patch = serde_json::from_value(json!([
        {"op": "test", "path": "/metadata/managedFields/0/manager", "value": "two"},
        {"op": "replace", "path": "/metadata/managedFields/0/operation", "value": "Apply"},
    ]))?;
    let missed =
        room.maps().api.patch("a", &PatchParams::default(), &Patch::Json::<()>(patch)).await;
    refused(missed, 422, "Invalid").map(drop)
}

async fn applying_creates_and_changes(room: Room) -> Result<()> {
    let made = room.maps().apply("one", room.map("a", json!({"x": "1"}))).await?;
    same("made", &made["data"], &json!({"x": "1"}))?;
    let changed = room.maps().apply("one", room.map("a", json!({"x": "2", "y": "3"}))).await?;
    same("changed", &changed["data"], &json!({"x": "2", "y": "3"}))?;
    let entry = &changed["metadata"]["managedFields"][0];
    same("manager", &entry["manager"], &json!("one"))?;
    same("operation", &entry["operation"], &json!("Apply"))?;
    same("fields", &entry["fieldsV1"], &json!({"f:data": {"f:x": {}, "f:y": {}}}))
}

async fn applying_the_same_again_keeps_the_version(room: Room) -> Result<()> {
    let first = room.maps().apply("one", room.map("a", json!({"x": "1"}))).await?;
    let second = room.maps().apply("one", room.map("a", json!({"x": "1"}))).await?;
    same("version", &json!(version(&second)), &json!(version(&first)))
}

async fn applying_a_workload_again_keeps_the_version(room: Room) -> Result<()> {
    let mut object = room.deployment("web");
    object["spec"]["paused"] = json!(true);
    object["spec"]["template"]["spec"]["containers"][0]["ports"] = json!([{"containerPort": 80}]);
    object["spec"]["template"]["spec"]["containers"][0]["resources"] =
        json!({"limits": {"cpu": "500m", "memory": "64Mi"}});
    room.deployments().apply("one", object.clone()).await?;
    // Where a controller runs, it writes the status first.
    let before = crate::room::eventually("the deployment settles", || async {
        let one = room.deployments().get("web").await?;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        Ok(version(&one) == version(&room.deployments().get("web").await?))
    });
    before.await?;
    let first = room.deployments().get("web").await?;
    let second = room.deployments().apply("one", object).await?;
    same("version", &json!(version(&second)), &json!(version(&first)))
}

async fn a_field_that_is_no_longer_applied_goes(room: Room) -> Result<()> {
    let mut object = room.map("a", json!({"x": "1", "y": "2"}));
    object["metadata"]["labels"] = json!({"l": "1"});
    room.maps().apply("one", object).await?;
    let left = room.maps().apply("one", room.map("a", json!({"x": "1"}))).await?;
    same("data", &left["data"], &json!({"x": "1"}))?;
    ensure!(left["metadata"].get("labels").is_none(), "the label stayed: {left}");
    Ok(())
}

async fn a_field_of_somebody_else_stays(room: Room) -> Result<()> {
    room.maps().apply("one", room.map("a", json!({"x": "1"}))).await?;
    room.maps().apply("two", room.map("a", json!({"y": "2"}))).await?;
    let left = room.maps().apply("one", room.map("a", json!({"z": "3"}))).await?;
    same("data", &left["data"], &json!({"y": "2", "z": "3"}))
}

async fn another_value_for_an_owned_field_is_a_conflict(room: Room) -> Result<()> {
    room.maps().apply("one", room.map("a", json!({"x": "1"}))).await?;
    let status =
        refused(room.maps().apply("two", room.map("a", json!({"x": "2"}))).await, 409, "Conflict")?;
    same("fields", &json!(fields(&status)), &json!([".data.x"]))?;
    let causes = status.details.map(|it| it.causes).unwrap_or_default();
    ensure!(causes[0].reason == "FieldManagerConflict", "{causes:?}");
    ensure!(causes[0].message.contains("conflict with \"one\""), "{causes:?}");
    same("data", &room.maps().get("a").await?["data"], &json!({"x": "1"}))
}

async fn force_takes_a_field_over(room: Room) -> Result<()> {
    room.maps().apply("one", room.map("a", json!({"x": "1", "y": "1"}))).await?;
    let options = PatchParams::apply("two").force();
    let taken = room.maps().apply_with(&options, room.map("a", json!({"x": "2"}))).await?;
    same("data", &taken["data"], &json!({"x": "2", "y": "1"}))?;
    same("owner", &owned(&taken, "one"), &json!({"f:data": {"f:y": {}}}))?;
    // What it no longer owns, the first one cannot remove by leaving it out.
    let left = room.maps().apply("one", room.map("a", json!({"y": "1"}))).await?;
    same("data", &left["data"], &json!({"x": "2", "y": "1"}))
}

async fn the_same_value_is_owned_together(room: Room) -> Result<()> {
    room.maps().apply("one", room.map("a", json!({"x": "1"}))).await?;
    room.maps().apply("two", room.map("a", json!({"x": "1"}))).await?;
    let left = room.maps().apply("one", room.map("a", json!({"y": "2"}))).await?;
    same("the other still wants it", &left["data"], &json!({"x": "1", "y": "2"}))?;
    let left = room.maps().apply("two", room.map("a", json!({}))).await?;
    same("nobody wants it", &left["data"], &json!({"y": "2"}))
}

/// A deployment with these variables in its container, and nothing else that changes.
fn with_env(room: &Room, env: Value) -> Value {
    let mut object = room.deployment("web");
    object["spec"]["paused"] = json!(true);
    object["spec"]["template"]["spec"]["containers"][0]["env"] = env;
    object
}

fn container(object: &Value) -> &Value {
    &object["spec"]["template"]["spec"]["containers"][0]
}

async fn list_items_merge_by_key(room: Room) -> Result<()> {
    room.deployments().apply("one", with_env(&room, json!([{"name": "A", "value": "1"}]))).await?;
    let more = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {"template": {"spec": {"containers": [
            {"name": "app", "env": [{"name": "B", "value": "2"}]},
            {"name": "side", "image": "example.invalid/side:1"},
        ]}}},
    });
    let merged = room.deployments().apply("two", more).await?;
    same("image", &container(&merged)["image"], &json!("example.invalid/app:1"))?;
    same(
        "env",
        &container(&merged)["env"],
        &json!([
            {"name": "A", "value": "1"}, {"name": "B", "value": "2"},
        ]),
    )?;
    let names: Vec<_> = merged["spec"]["template"]["spec"]["containers"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| it["name"].clone())
        .collect();
    same("containers", &json!(names), &json!(["app", "side"]))
}

async fn list_items_that_are_no_longer_applied_go(room: Room) -> Result<()> {
    let both = json!([{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]);
    room.deployments().apply("one", with_env(&room, both)).await?;
    let one = json!([{"name": "B", "value": "3"}]);
    let left = room.deployments().apply("one", with_env(&room, one.clone())).await?;
    same("env", &container(&left)["env"], &one)
}

async fn an_update_owns_what_it_changed(room: Room) -> Result<()> {
    room.maps().apply("one", room.map("a", json!({"x": "1", "y": "1"}))).await?;
    let options = PatchParams { field_manager: Some("hand".into()), ..PatchParams::default() };
    let patch = Patch::Merge(json!({"data": {"x": "2"}}));
    room.maps().api.patch("a", &options, &patch).await?;
    let seen = room.maps().get("a").await?;
    same("the hand", &owned(&seen, "hand"), &json!({"f:data": {"f:x": {}}}))?;
    same("the applier", &owned(&seen, "one"), &json!({"f:data": {"f:y": {}}}))?;
    let back = room.maps().apply("one", room.map("a", json!({"x": "1", "y": "1"}))).await;
    refused(back, 409, "Conflict")?;
    Ok(())
}

async fn the_default_comes_back_when_a_field_is_dropped(room: Room) -> Result<()> {
    let mut object = room.deployment("web");
    object["spec"]["paused"] = json!(true);
    object["spec"]["revisionHistoryLimit"] = json!(3);
    room.deployments().apply("one", object.clone()).await?;
    object["spec"].as_object_mut().map(|it| it.remove("revisionHistoryLimit"));
    let back = room.deployments().apply("one", object).await?;
    same("limit", &back["spec"]["revisionHistoryLimit"], &json!(10))
}

async fn status_has_its_own_owners(room: Room) -> Result<()> {
    let budgets = room.things("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets");
    let object = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "nobody"}}},
    });
    budgets.apply("one", object).await?;
    let status = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"},
        "status": {"conditions": [{
            "type": "example.com/Seen", "status": "True", "reason": "Test", "message": "",
            "lastTransitionTime": "2024-01-01T00:00:00Z",
        }], "currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0},
    });
    let options = PatchParams::apply("two").force();
    budgets.api.patch_status("b", &options, &Patch::Apply(status)).await?;
    let seen = budgets.get("b").await?;
    let entries = seen["metadata"]["managedFields"].as_array().cloned().unwrap_or_default();
    let entry = entries.iter().find(|it| it["manager"] == "two");
    ensure!(entry.is_some_and(|it| it["subresource"] == "status"), "{entries:?}");
    same("the wish", &seen["spec"]["minAvailable"], &json!(1))
}

async fn applying_needs_a_manager(room: Room) -> Result<()> {
    let patch = Patch::Apply(room.map("a", json!({})));
    let request = room.maps().api.patch("a", &PatchParams::default(), &patch).await;
    ensure!(request.is_err(), "an apply without a manager was taken");
    Ok(())
}

/// What a manager owns, by an apply or an update.
fn owned(object: &Value, manager: &str) -> Value {
    let entries = object["metadata"]["managedFields"].as_array();
    let entry = entries.into_iter().flatten().find(|it| it["manager"] == manager);
    entry.map_or(Value::Null, |it| it["fieldsV1"].clone())
}
