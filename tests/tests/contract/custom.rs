//! Custom kinds: schemas, defaults, rules, subresources.

use anyhow::{Result, ensure};
use kube::api::{DeleteParams, ListParams, Patch, PatchParams};
use serde_json::{Value, json};

use crate::room::{Room, Things, fields, refused, same, version};
use crate::semantics;

semantics![
    a_custom_kind_is_served_when_it_is_established,
    a_schema_refuses_and_names_the_field,
    defaults_come_from_the_schema,
    unknown_fields_are_pruned,
    rules_in_cel_are_kept,
    rules_compare_old_and_new,
    a_custom_status_is_a_subresource,
    a_custom_scale_is_a_subresource,
    a_custom_generation_counts_wishes_only,
    custom_lists_merge_as_the_schema_says,
    applying_a_custom_object_again_keeps_the_version,
    a_definition_takes_its_objects_along,
    a_wrong_definition_is_refused,
];

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "spec": {
                "type": "object",
                "required": ["image"],
                "x-kubernetes-validations": [
                    {"rule": "self.replicas <= self.most", "message": "more replicas than most"},
                    {"rule": "self.image == oldSelf.image", "message": "image stays as it is"},
                ],
                "properties": {
                    "image": {"type": "string", "minLength": 1},
                    "replicas": {"type": "integer", "minimum": 0, "default": 1},
                    "most": {"type": "integer", "default": 10},
                    "size": {"type": "string", "enum": ["small", "large"]},
                    "port": {"x-kubernetes-int-or-string": true},
                    "note": {"type": "string", "nullable": true},
                    "parts": {
                        "type": "array",
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["name"],
                        "items": {
                            "type": "object",
                            "required": ["name"],
                            "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
                        },
                    },
                    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                    "named": {"type": "object", "additionalProperties": {"type": "string"}},
                    "loose": {
                        "type": "object", "nullable": true,
                        "x-kubernetes-preserve-unknown-fields": true,
                    },
                },
            },
            "status": {
                "type": "object",
                "properties": {
                    "replicas": {"type": "integer"}, "phase": {"type": "string"},
                },
            },
        },
    })
}

/// The names of a custom kind of this room's own: kinds are cluster-wide.
fn plural(room: &Room) -> String {
    format!("things{}", room.namespace.replace('-', ""))
}

fn definition(room: &Room) -> Value {
    let plural = plural(room);
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.contract.slipway.dev")},
        "spec": {
            "group": "contract.slipway.dev", "scope": "Namespaced",
            "names": {"plural": plural, "singular": plural, "kind": "Thing"},
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": schema()},
                "subresources": {
                    "status": {},
                    "scale": {
                        "specReplicasPath": ".spec.replicas",
                        "statusReplicasPath": ".status.replicas",
                    },
                },
            }],
        },
    })
}

fn definitions(room: &Room) -> Things {
    room.cluster_wide(
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
    )
}

pub async fn define(room: &Room) -> Result<Things> {
    let object = definition(room);
    let name = crate::room::text(&object, "/metadata/name");
    let mut object = object;
    // Every room has a kind of its own, or the second one would not get its name.
    object["spec"]["names"]["kind"] = json!(format!("Thing{}", plural(room)));
    definitions(room).create(object).await?;
    let established = |it: &Value| {
        let conditions = it["status"]["conditions"].as_array();
        let said = |it: &Value| it["type"] == "Established" && it["status"] == "True";
        conditions.is_some_and(|it| it.iter().any(said))
    };
    definitions(room).until(&name, established).await?;
    let kind = format!("Thing{}", plural(room));
    let things = room.things("contract.slipway.dev", "v1", &kind, &plural(room));
    // A real API server may take a moment longer to serve what it has established.
    crate::room::eventually("the kind is served", || async {
        Ok(things.api.list(&ListParams::default()).await.is_ok())
    })
    .await?;
    Ok(things)
}

pub async fn forget(room: &Room) -> Result<()> {
    let name = crate::room::text(&definition(room), "/metadata/name");
    definitions(room).delete(&name, &DeleteParams::default()).await
}

#[expect(clippy::needless_pass_by_value, reason = "literals read better without a borrow")]
pub fn thing(things: &Things, spec: Value) -> Value {
    json!({
        "apiVersion": "contract.slipway.dev/v1", "kind": things.resource.kind,
        "metadata": {"name": "one"}, "spec": spec,
    })
}

async fn a_custom_kind_is_served_when_it_is_established(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let made = things.create(thing(&things, json!({"image": "a"}))).await?;
    same("read", &things.get("one").await?, &made)?;
    forget(&room).await
}

async fn a_schema_refuses_and_names_the_field(room: Room) -> Result<()> {
    let things = define(&room).await?;
    for (spec, field) in [
        (json!({}), "spec.image"),
        (json!({"image": "a", "replicas": "two"}), "spec.replicas"),
        (json!({"image": "a", "replicas": -1}), "spec.replicas"),
        (json!({"image": "a", "size": "huge"}), "spec.size"),
        (json!({"image": "a", "parts": [{"value": "1"}]}), "spec.parts[0].name"),
        (json!({"image": "a", "port": true}), "spec.port"),
    ] {
        let status = refused(things.create(thing(&things, spec.clone())).await, 422, "Invalid")?;
        let named = fields(&status);
        ensure!(named.iter().any(|it| it == field), "{spec} was refused for {named:?}");
    }
    forget(&room).await
}

async fn defaults_come_from_the_schema(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let spec = json!({"image": "a", "port": "http", "note": null});
    let made = things.create(thing(&things, spec)).await?;
    let wanted = json!({"image": "a", "most": 10, "note": null, "port": "http", "replicas": 1});
    same("spec", &made["spec"], &wanted)?;
    forget(&room).await
}

async fn unknown_fields_are_pruned(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let spec = json!({"image": "a", "unknown": 1, "free": {"any": {"thing": true}}});
    let made = things.create(thing(&things, spec)).await?;
    ensure!(made["spec"].get("unknown").is_none(), "kept: {made}");
    same("free", &made["spec"]["free"], &json!({"any": {"thing": true}}))?;
    forget(&room).await
}

async fn rules_in_cel_are_kept(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let spec = json!({"image": "a", "replicas": 11});
    let status = refused(things.create(thing(&things, spec)).await, 422, "Invalid")?;
    ensure!(status.message.contains("more replicas than most"), "{}", status.message);
    forget(&room).await
}

async fn rules_compare_old_and_new(room: Room) -> Result<()> {
    let things = define(&room).await?;
    things.create(thing(&things, json!({"image": "a"}))).await?;
    let changed = things.merge("one", json!({"spec": {"image": "b"}})).await;
    let status = refused(changed, 422, "Invalid")?;
    ensure!(status.message.contains("image stays as it is"), "{}", status.message);
    things.merge("one", json!({"spec": {"replicas": 2}})).await?;
    forget(&room).await
}

async fn a_custom_status_is_a_subresource(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let mut object = thing(&things, json!({"image": "a"}));
    object["status"] = json!({"phase": "Invented"});
    let made = things.create(object).await?;
    ensure!(made.get("status").is_none(), "the sender made a status: {made}");
    let patch = Patch::Merge(json!({"status": {"phase": "Seen"}, "spec": {"replicas": 5}}));
    things.api.patch_status("one", &PatchParams::default(), &patch).await?;
    let seen = things.get("one").await?;
    same("status", &seen["status"], &json!({"phase": "Seen"}))?;
    same("replicas", &seen["spec"]["replicas"], &json!(1))?;
    forget(&room).await
}

async fn a_custom_scale_is_a_subresource(room: Room) -> Result<()> {
    let things = define(&room).await?;
    things.create(thing(&things, json!({"image": "a"}))).await?;
    let patch = Patch::Merge(json!({"spec": {"replicas": 4}}));
    things.api.patch_scale("one", &PatchParams::default(), &patch).await?;
    same("replicas", &things.get("one").await?["spec"]["replicas"], &json!(4))?;
    forget(&room).await
}

async fn a_custom_generation_counts_wishes_only(room: Room) -> Result<()> {
    let things = define(&room).await?;
    things.create(thing(&things, json!({"image": "a"}))).await?;
    let patch = Patch::Merge(json!({"status": {"phase": "Seen"}}));
    things.api.patch_status("one", &PatchParams::default(), &patch).await?;
    let seen = things.merge("one", json!({"metadata": {"labels": {"a": "b"}}})).await?;
    same("generation", &seen["metadata"]["generation"], &json!(1))?;
    let seen = things.merge("one", json!({"spec": {"replicas": 2}})).await?;
    same("generation", &seen["metadata"]["generation"], &json!(2))?;
    forget(&room).await
}

async fn custom_lists_merge_as_the_schema_says(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let parts = |parts: Value| thing(&things, json!({"image": "a", "parts": parts}));
    things.apply("one", parts(json!([{"name": "x", "value": "1"}]))).await?;
    let merged = things.apply("two", parts(json!([{"name": "y", "value": "2"}]))).await?;
    let wanted = json!([{"name": "x", "value": "1"}, {"name": "y", "value": "2"}]);
    same("parts", &merged["spec"]["parts"], &wanted)?;
    let left = things.apply("one", parts(json!([]))).await?;
    same("parts", &left["spec"]["parts"], &json!([{"name": "y", "value": "2"}]))?;
    forget(&room).await
}

async fn applying_a_custom_object_again_keeps_the_version(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let object = thing(&things, json!({"image": "a", "parts": [{"name": "x"}], "port": 80}));
    let first = things.apply("one", object.clone()).await?;
    let second = things.apply("one", object).await?;
    same("version", &json!(version(&second)), &json!(version(&first)))?;
    forget(&room).await
}

async fn a_definition_takes_its_objects_along(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let mut object = thing(&things, json!({"image": "a"}));
    object["metadata"]["finalizers"] = json!(["example.com/hold"]);
    things.create(object).await?;
    forget(&room).await?;
    let going = |it: &Value| !crate::room::text(it, "/metadata/deletionTimestamp").is_empty();
    things.until("one", going).await?;
    things.merge("one", json!({"metadata": {"finalizers": null}})).await?;
    definitions(&room).gone(&crate::room::text(&definition(&room), "/metadata/name")).await
}

async fn a_wrong_definition_is_refused(room: Room) -> Result<()> {
    let mut object = definition(&room);
    object["metadata"]["name"] = json!("another.contract.slipway.dev");
    refused(definitions(&room).create(object).await, 422, "Invalid")?;
    let mut object = definition(&room);
    object["spec"]["versions"][0]["storage"] = json!(false);
    refused(definitions(&room).create(object).await, 422, "Invalid")?;
    Ok(())
}
