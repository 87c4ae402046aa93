//! Deletion: finalizers, owners, grace, namespaces.

use anyhow::{Result, ensure};
use kube::api::{DeleteParams, Preconditions, PropagationPolicy};
use serde_json::{Value, json};

use crate::room::{Room, refused, same, text};
use crate::semantics;

semantics![
    a_finalizer_holds_an_object,
    no_finalizer_is_added_to_what_is_going,
    dependents_go_after_their_owner,
    dependents_go_before_their_owner_in_the_foreground,
    orphans_stay_and_lose_their_owner,
    an_object_with_another_owner_stays,
    a_precondition_names_the_object_that_is_meant,
    a_pod_without_a_node_goes_at_once,
    a_pod_on_a_node_waits_for_it,
    a_namespace_takes_its_content_along,
];

async fn a_finalizer_holds_an_object(room: Room) -> Result<()> {
    let maps = room.maps();
    let mut object = room.map("a", json!({}));
    object["metadata"]["finalizers"] = json!(["example.com/hold"]);
    maps.create(object).await?;
    maps.delete("a", &DeleteParams::default()).await?;
    let going = maps.get("a").await?;
    ensure!(!text(&going, "/metadata/deletionTimestamp").is_empty(), "not marked: {going}");
    maps.merge("a", json!({"metadata": {"finalizers": null}})).await?;
    maps.gone("a").await
}

async fn no_finalizer_is_added_to_what_is_going(room: Room) -> Result<()> {
    let maps = room.maps();
    let mut object = room.map("a", json!({}));
    object["metadata"]["finalizers"] = json!(["example.com/hold"]);
    maps.create(object).await?;
    maps.delete("a", &DeleteParams::default()).await?;
    let more = json!({"metadata": {"finalizers": ["example.com/hold", "example.com/more"]}});
    refused(maps.merge("a", more).await, 422, "Invalid")?;
    maps.merge("a", json!({"metadata": {"finalizers": []}})).await?;
    maps.gone("a").await
}

fn owned(room: &Room, name: &str, owners: &[&Value], blocks: bool) -> Value {
    let mut object = room.map(name, json!({}));
    let reference = |owner: &&Value| {
        json!({
            "apiVersion": "v1", "kind": "ConfigMap", "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"], "blockOwnerDeletion": blocks,
        })
    };
    object["metadata"]["ownerReferences"] = owners.iter().map(reference).collect();
    object
}

async fn dependents_go_after_their_owner(room: Room) -> Result<()> {
    let maps = room.maps();
    let owner = maps.create(room.map("owner", json!({}))).await?;
    let child = maps.create(owned(&room, "child", &[&owner], false)).await?;
    maps.create(owned(&room, "grandchild", &[&child], false)).await?;
    maps.delete("owner", &DeleteParams::background()).await?;
    maps.gone("owner").await?;
    maps.gone("child").await?;
    maps.gone("grandchild").await
}

async fn dependents_go_before_their_owner_in_the_foreground(room: Room) -> Result<()> {
    let maps = room.maps();
    let owner = maps.create(room.map("owner", json!({}))).await?;
    let mut child = owned(&room, "child", &[&owner], true);
    child["metadata"]["finalizers"] = json!(["example.com/hold"]);
    maps.create(child).await?;
    maps.delete("owner", &DeleteParams::foreground()).await?;
    maps.until("child", |it| !text(it, "/metadata/deletionTimestamp").is_empty()).await?;
    let going = maps.get("owner").await?;
    same("what holds it", &going["metadata"]["finalizers"], &json!(["foregroundDeletion"]))?;
    maps.merge("child", json!({"metadata": {"finalizers": null}})).await?;
    maps.gone("child").await?;
    maps.gone("owner").await
}

async fn orphans_stay_and_lose_their_owner(room: Room) -> Result<()> {
    let maps = room.maps();
    let owner = maps.create(room.map("owner", json!({}))).await?;
    maps.create(owned(&room, "child", &[&owner], false)).await?;
    let options = DeleteParams {
        propagation_policy: Some(PropagationPolicy::Orphan),
        ..DeleteParams::default()
    };
    maps.delete("owner", &options).await?;
    maps.gone("owner").await?;
    let child = maps.get("child").await?;
    ensure!(child["metadata"].get("ownerReferences").is_none(), "still owned: {child}");
    Ok(())
}

async fn an_object_with_another_owner_stays(room: Room) -> Result<()> {
    let maps = room.maps();
    let one = maps.create(room.map("one", json!({}))).await?;
    let two = maps.create(room.map("two", json!({}))).await?;
    maps.create(owned(&room, "child", &[&one, &two], false)).await?;
    maps.delete("one", &DeleteParams::background()).await?;
    let owners = |it: &Value| it["metadata"]["ownerReferences"].as_array().map_or(0, Vec::len);
    let left = maps.until("child", |it| owners(it) == 1).await?;
    same("owner", &left["metadata"]["ownerReferences"][0]["name"], &json!("two"))
}

async fn a_precondition_names_the_object_that_is_meant(room: Room) -> Result<()> {
    room.maps().create(room.map("a", json!({}))).await?;
    let meant = Preconditions { uid: Some("another".into()), resource_version: None };
    let options = DeleteParams { preconditions: Some(meant), ..DeleteParams::default() };
    refused(room.maps().api.delete("a", &options).await, 409, "Conflict")?;
    room.maps().get("a").await?;
    Ok(())
}

fn pod(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
        "spec": {
            "automountServiceAccountToken": false,
            "containers": [{"name": "app", "image": "example.invalid/app:1"}],
            // Nobody schedules it.
            "schedulerName": "nobody",
        },
    })
}

async fn pods(room: &Room) -> Result<crate::room::Things> {
    // A real cluster wants the account first, which its controller makes.
    let accounts = room.things("", "v1", "ServiceAccount", "serviceaccounts");
    let account =
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}});
    match accounts.create(account).await {
        Ok(_) => {}
        Err(kube::Error::Api(status)) if status.reason == "AlreadyExists" => {}
        Err(other) => return Err(other.into()),
    }
    Ok(room.things("", "v1", "Pod", "pods"))
}

async fn a_pod_without_a_node_goes_at_once(room: Room) -> Result<()> {
    let pods = pods(&room).await?;
    let made = pods.create(pod("p")).await?;
    same("phase", &made["status"]["phase"], &json!("Pending"))?;
    pods.delete("p", &DeleteParams::default()).await?;
    ensure!(pods.api.get_opt("p").await?.is_none(), "the pod is still there");
    Ok(())
}

async fn a_pod_on_a_node_waits_for_it(room: Room) -> Result<()> {
    let pods = pods(&room).await?;
    let mut object = pod("p");
    object["spec"]["nodeName"] = json!("a-node-that-does-not-answer");
    pods.create(object).await?;
    pods.delete("p", &DeleteParams::default()).await?;
    let going = pods.get("p").await?;
    same("grace", &going["metadata"]["deletionGracePeriodSeconds"], &json!(30))?;
    let now = DeleteParams { grace_period_seconds: Some(0), ..DeleteParams::default() };
    pods.delete("p", &now).await?;
    ensure!(pods.api.get_opt("p").await?.is_none(), "the pod is still there");
    Ok(())
}

async fn a_namespace_takes_its_content_along(room: Room) -> Result<()> {
    let inner = Room { namespace: format!("{}-inner", room.namespace), ..room };
    let namespaces = inner.cluster_wide("", "v1", "Namespace", "namespaces");
    namespaces
        .create(json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": inner.namespace},
        }))
        .await?;
    let mut held = inner.map("held", json!({}));
    held["metadata"]["finalizers"] = json!(["example.com/hold"]);
    inner.maps().create(held).await?;
    inner.maps().create(inner.map("a", json!({}))).await?;
    namespaces.delete(&inner.namespace, &DeleteParams::default()).await?;
    inner.maps().gone("a").await?;
    let going = namespaces.get(&inner.namespace).await?;
    same("phase", &going["status"]["phase"], &json!("Terminating"))?;
    refused(inner.maps().create(inner.map("b", json!({}))).await, 403, "Forbidden")?;
    inner.maps().merge("held", json!({"metadata": {"finalizers": null}})).await?;
    namespaces.gone(&inner.namespace).await
}
