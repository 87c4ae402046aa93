//! Creating, reading and replacing objects.

use anyhow::{Result, ensure};
use kube::api::{DeleteParams, DynamicObject, Patch, PatchParams, PostParams};
use serde_json::json;

use crate::room::{Room, fields, refused, same, text, version};
use crate::semantics;

semantics![
    a_new_object_gets_an_identity,
    names_are_taken_once,
    what_is_not_there_is_not_found,
    generated_names_differ,
    a_bad_name_is_invalid_and_names_its_field,
    a_stale_version_is_a_conflict,
    another_uid_is_a_conflict,
    a_replacement_without_a_change_keeps_the_version,
    the_generation_counts_wishes_only,
    status_and_wish_do_not_touch_each_other,
    scale_reads_and_writes_replicas,
    a_dry_run_writes_nothing,
    nothing_is_created_where_there_is_no_namespace,
    a_wrong_shape_is_refused,
    a_selector_must_match_its_template,
    defaults_are_filled_in,
    text_in_secrets_is_encoded,
    a_service_gets_an_address,
    quantities_are_written_in_one_way,
];

async fn a_new_object_gets_an_identity(room: Room) -> Result<()> {
    let made = room.maps().create(room.map("a", json!({"x": "1"}))).await?;
    for pointer in ["/metadata/uid", "/metadata/resourceVersion", "/metadata/creationTimestamp"] {
        ensure!(!text(&made, pointer).is_empty(), "{pointer} is missing in {made}");
    }
    same("what is read", &room.maps().get("a").await?, &made)
}

async fn names_are_taken_once(room: Room) -> Result<()> {
    room.maps().create(room.map("a", json!({}))).await?;
    let status = refused(room.maps().create(room.map("a", json!({}))).await, 409, "AlreadyExists")?;
    ensure!(status.details.is_some_and(|it| it.name == "a" && it.kind == "configmaps"));
    Ok(())
}

async fn what_is_not_there_is_not_found(room: Room) -> Result<()> {
    let status = refused(room.maps().api.get("nobody").await, 404, "NotFound")?;
    ensure!(status.message == "configmaps \"nobody\" not found", "{}", status.message);
    refused(room.maps().merge("nobody", json!({"data": {}})).await, 404, "NotFound")?;
    let gone = room.maps().api.delete("nobody", &DeleteParams::default()).await;
    refused(gone, 404, "NotFound")?;
    Ok(())
}

async fn generated_names_differ(room: Room) -> Result<()> {
    let object = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"generateName": "run-", "namespace": room.namespace},
    });
    let one = text(&room.maps().create(object.clone()).await?, "/metadata/name");
    let other = text(&room.maps().create(object).await?, "/metadata/name");
    ensure!(one.starts_with("run-") && one.len() == 9 && one != other, "{one} and {other}");
    Ok(())
}

async fn a_bad_name_is_invalid_and_names_its_field(room: Room) -> Result<()> {
    let status =
        refused(room.maps().create(room.map("Not_A_Name", json!({}))).await, 422, "Invalid")?;
    same("fields", &json!(fields(&status)), &json!(["metadata.name"]))
}

async fn a_stale_version_is_a_conflict(room: Room) -> Result<()> {
    let first = room.maps().create(room.map("a", json!({"x": "1"}))).await?;
    let mut second = first.clone();
    second["data"]["x"] = json!("2");
    room.maps().replace(second).await?;
    let mut third = first;
    third["data"]["x"] = json!("3");
    refused(room.maps().replace(third).await, 409, "Conflict")?;
    same("data", &room.maps().get("a").await?["data"], &json!({"x": "2"}))
}

async fn another_uid_is_a_conflict(room: Room) -> Result<()> {
    let mut object = room.maps().create(room.map("a", json!({}))).await?;
    object["metadata"]["uid"] = json!("00000000-0000-0000-0000-000000000000");
    refused(room.maps().replace(object).await, 409, "Conflict")?;
    Ok(())
}

async fn a_replacement_without_a_change_keeps_the_version(room: Room) -> Result<()> {
    let first = room.maps().create(room.map("a", json!({"x": "1"}))).await?;
    let second = room.maps().replace(first.clone()).await?;
    same("version", &json!(version(&second)), &json!(version(&first)))
}

async fn the_generation_counts_wishes_only(room: Room) -> Result<()> {
    let deployments = room.deployments();
    let made = deployments.create(room.deployment("web")).await?;
    same("at first", &made["metadata"]["generation"], &json!(1))?;
    let labels = json!({"metadata": {"labels": {"a": "b"}}});
    let labelled = deployments.merge("web", labels).await?;
    same("after a label", &labelled["metadata"]["generation"], &json!(1))?;
    let scaled = deployments.merge("web", json!({"spec": {"paused": true}})).await?;
    same("after a wish", &scaled["metadata"]["generation"], &json!(2))
}

async fn status_and_wish_do_not_touch_each_other(room: Room) -> Result<()> {
    let deployments = room.deployments();
    deployments.create(room.deployment("web")).await?;
    let both = json!({
        "spec": {"paused": true}, "status": {"observedGeneration": 7, "replicas": 4},
    });
    let patch = Patch::Merge(both.clone());
    deployments.api.patch_status("web", &PatchParams::default(), &patch).await?;
    let seen = deployments.get("web").await?;
    ensure!(seen["spec"]["paused"] != true, "the status changed the wish: {seen}");
    let seen = deployments.merge("web", both).await?;
    ensure!(seen["spec"]["paused"] == true, "the wish was not taken: {seen}");
    Ok(())
}

async fn scale_reads_and_writes_replicas(room: Room) -> Result<()> {
    let deployments = room.deployments();
    let mut object = room.deployment("web");
    object["spec"]["paused"] = json!(true);
    deployments.create(object).await?;
    let scale = deployments.api.get_scale("web").await?;
    ensure!(scale.spec.is_some_and(|it| it.replicas.is_none()), "a wish for 0 is left out");
    ensure!(scale.status.as_ref().is_some_and(|it| it.replicas == 0), "what is there is told");
    ensure!(
        scale.status.and_then(|it| it.selector).as_deref() == Some("app=web"),
        "the scale has the selector"
    );
    let patch = Patch::Merge(json!({"spec": {"replicas": 3}}));
    deployments.api.patch_scale("web", &PatchParams::default(), &patch).await?;
    same("replicas", &deployments.get("web").await?["spec"]["replicas"], &json!(3))?;
    let scale = deployments.api.get_scale("web").await?;
    ensure!(scale.spec.and_then(|it| it.replicas) == Some(3), "a wish is told");
    let none = Patch::Merge(json!({"spec": {"replicas": null}}));
    deployments.api.patch_scale("web", &PatchParams::default(), &none).await?;
    same("no replicas", &deployments.get("web").await?["spec"]["replicas"], &json!(0))
}

async fn quantities_are_written_in_one_way(room: Room) -> Result<()> {
    let mut object = room.deployment("web");
    object["spec"]["template"]["spec"]["containers"][0]["resources"] = json!({"requests": {"memory": "1024Mi", "cpu": "0.5"}, "limits": {"cpu": 1, "ephemeral-storage": "12e5"}});
    room.deployments().create(object).await?;
    let made = room.deployments().get("web").await?;
    same(
        "the quantities",
        &made["spec"]["template"]["spec"]["containers"][0]["resources"],
        &json!({"requests": {"memory": "1Gi", "cpu": "500m"}, "limits": {"cpu": "1", "ephemeral-storage": "1200e3"}}),
    )
}

async fn a_dry_run_writes_nothing(room: Room) -> Result<()> {
    let maps = room.maps();
    let object: DynamicObject = serde_json::from_value(room.map("a", json!({"x": "1"})))?;
    let dry = PostParams { dry_run: true, field_manager: None };
    maps.api.create(&dry, &object).await?;
    ensure!(maps.api.get_opt("a").await?.is_none(), "a dry run created");
    maps.api.create(&PostParams::default(), &object).await?;
    let options = PatchParams { dry_run: true, ..PatchParams::default() };
    let patch = Patch::Merge(json!({"data": {"x": "2"}}));
    let shown = maps.api.patch("a", &options, &patch).await?;
    same("what is shown", &shown.data["data"], &json!({"x": "2"}))?;
    let options = PatchParams { dry_run: true, ..PatchParams::apply("someone").force() };
    maps.apply_with(&options, room.map("a", json!({"x": "3"}))).await?;
    let delete = DeleteParams { dry_run: true, ..DeleteParams::default() };
    maps.api.delete("a", &delete).await?;
    same("what is there", &maps.get("a").await?["data"], &json!({"x": "1"}))
}

async fn nothing_is_created_where_there_is_no_namespace(room: Room) -> Result<()> {
    let nowhere = Room { namespace: "there-is-no-such-namespace".into(), ..room };
    let status =
        refused(nowhere.maps().create(nowhere.map("a", json!({}))).await, 404, "NotFound")?;
    ensure!(status.message.contains("namespaces"), "{}", status.message);
    Ok(())
}

async fn a_wrong_shape_is_refused(room: Room) -> Result<()> {
    let mut object = room.deployment("web");
    object["spec"]["replicas"] = json!("two");
    let status = refused(room.deployments().create(object).await, 400, "BadRequest")?;
    ensure!(status.message.contains("replicas"), "{}", status.message);
    Ok(())
}

async fn a_selector_must_match_its_template(room: Room) -> Result<()> {
    let mut object = room.deployment("web");
    object["spec"]["template"]["metadata"]["labels"] = json!({"app": "other"});
    let status = refused(room.deployments().create(object).await, 422, "Invalid")?;
    same("fields", &json!(fields(&status)), &json!(["spec.template.metadata.labels"]))
}

async fn defaults_are_filled_in(room: Room) -> Result<()> {
    let made = room.deployments().create(room.deployment("web")).await?;
    let spec = &made["spec"];
    same(
        "strategy",
        &spec["strategy"],
        &json!({
            "type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"},
        }),
    )?;
    same("history", &spec["revisionHistoryLimit"], &json!(10))?;
    same("deadline", &spec["progressDeadlineSeconds"], &json!(600))?;
    let template = &spec["template"]["spec"];
    same("restarts", &template["restartPolicy"], &json!("Always"))?;
    same("grace", &template["terminationGracePeriodSeconds"], &json!(30))?;
    let container = &template["containers"][0];
    same("pull", &container["imagePullPolicy"], &json!("IfNotPresent"))?;
    same("message", &container["terminationMessagePath"], &json!("/dev/termination-log"))
}

async fn text_in_secrets_is_encoded(room: Room) -> Result<()> {
    let secrets = room.things("", "v1", "Secret", "secrets");
    let object = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "b"},
    });
    let made = secrets.create(object).await?;
    same("data", &made["data"], &json!({"a": "Yg=="}))?;
    same("type", &made["type"], &json!("Opaque"))?;
    ensure!(made.get("stringData").is_none(), "the plain text was kept: {made}");
    Ok(())
}

async fn a_service_gets_an_address(room: Room) -> Result<()> {
    let services = room.things("", "v1", "Service", "services");
    let object = |name: &str| {
        json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
        })
    };
    let one = services.create(object("one")).await?;
    let two = services.create(object("two")).await?;
    let address = |it: &serde_json::Value| text(it, "/spec/clusterIP");
    ensure!(!address(&one).is_empty() && address(&one) != address(&two), "{one} and {two}");
    same("target", &one["spec"]["ports"][0]["targetPort"], &json!(80))?;
    same("protocol", &one["spec"]["ports"][0]["protocol"], &json!("TCP"))?;
    let mut replaced = one.clone();
    replaced["spec"].as_object_mut().map(|it| it.remove("clusterIP"));
    replaced["spec"].as_object_mut().map(|it| it.remove("clusterIPs"));
    let replaced = services.replace(replaced).await?;
    ensure!(address(&replaced) == address(&one), "the address is kept: {replaced}");
    Ok(())
}
