//! Null in custom objects: left out of what is written, refused in what is applied; and what becomes of an emptied map.

use anyhow::Result;
use serde_json::{Value, json};

use crate::custom::{define, forget, thing};
use crate::room::{Room, fields, refused, same};
use crate::semantics;

semantics![
    nulls_are_left_out_of_what_is_written,
    nulls_in_what_is_applied_are_refused,
    an_applied_map_that_is_emptied_becomes_null,
    an_applied_list_that_is_emptied_goes,
    a_map_that_was_never_filled_may_be_applied_empty,
];

async fn nulls_are_left_out_of_what_is_written(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let nulls = json!({"image": "a", "most": null, "size": null, "parts": [{"name": "x", "value": null}],
        "free": null, "named": {"k": null}});
    let wanted =
        json!({"image": "a", "most": 10, "named": {}, "parts": [{"name": "x"}], "replicas": 1});
    let made = things.create(thing(&things, nulls.clone())).await?;
    same("created", &made["spec"], &wanted)?;
    let mut full = made.clone();
    full["spec"]["free"] = json!({"any": null});
    let full = things.replace(full).await?;
    same("a null of an unknown field stays", &full["spec"]["free"], &json!({"any": null}))?;
    let mut nulled = full.clone();
    nulled["spec"] = nulls;
    same("replaced", &things.replace(nulled).await?["spec"], &wanted)?;
    let merged = things.merge("one", json!({"spec": {"parts": [{"name": "y", "value": null}]}}));
    same("merged", &merged.await?["spec"]["parts"], &json!([{"name": "y"}]))?;
    let status =
        refused(things.merge("one", json!({"spec": {"image": null}})).await, 422, "Invalid")?;
    same("the field", &json!(fields(&status)[0]), &json!("spec.image"))?;
    forget(&room).await
}

async fn nulls_in_what_is_applied_are_refused(room: Room) -> Result<()> {
    let things = define(&room).await?;
    for (spec, field) in [
        (json!({"image": null}), "spec.image"),
        (json!({"image": "a", "free": null}), "spec.free"),
        (json!({"image": "a", "size": null}), "spec.size"),
        (json!({"image": "a", "named": {"k": null}}), "spec.named.k"),
        (json!({"image": "a", "parts": [{"name": "x", "value": null}]}), "spec.parts[0].value"),
    ] {
        let applied = things.apply("one", thing(&things, spec)).await;
        let status = refused(applied, 422, "Invalid")?;
        same("the field", &json!(fields(&status)[0]), &json!(field))?;
    }
    // Where there is a default, or null is a value, or nothing is known of the field, it is none.
    let spec = json!({"image": "a", "most": null, "loose": null, "free": {"k": null}});
    let applied = things.apply("one", thing(&things, spec)).await?;
    let wanted =
        json!({"free": {"k": null}, "image": "a", "loose": null, "most": 10, "replicas": 1});
    same("applied", &applied["spec"], &wanted)?;
    forget(&room).await
}

async fn an_applied_map_that_is_emptied_becomes_null(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let filled =
        json!({"image": "a", "free": {"x": "1"}, "named": {"k": "1"}, "loose": {"x": "1"}});
    let before = things.apply("one", thing(&things, filled.clone())).await?;
    for name in ["free", "named"] {
        let mut spec = filled.clone();
        spec[name] = json!({});
        let status = refused(things.apply("one", thing(&things, spec)).await, 422, "Invalid")?;
        same("the field", &json!(fields(&status)[0]), &json!(format!("spec.{name}")))?;
        same("nothing is changed", &things.get("one").await?, &before)?;
    }
    let mut spec = filled.clone();
    spec["loose"] = json!({});
    let changed = things.apply("one", thing(&things, spec.clone())).await?;
    same("null may stand there", &changed["spec"]["loose"], &Value::Null)?;
    let again = things.apply("one", thing(&things, spec.clone())).await?;
    same("the next one finds nothing to take out", &again["spec"]["loose"], &json!({}))?;
    spec["free"] = json!({"x": {"y": "1"}});
    things.apply("one", thing(&things, spec.clone())).await?;
    spec["free"] = json!({"x": {}});
    let changed = things.apply("one", thing(&things, spec.clone())).await?;
    same("nothing is known of the field", &changed["spec"]["free"], &json!({"x": null}))?;
    // What is left out goes whole.
    spec.as_object_mut().map(|it| it.remove("free"));
    let changed = things.apply("one", thing(&things, spec)).await?;
    same("left out", &json!(changed["spec"].get("free")), &Value::Null)?;
    forget(&room).await
}

async fn an_applied_list_that_is_emptied_goes(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let parts = |parts: Value| thing(&things, json!({"image": "a", "parts": parts}));
    things.apply("one", parts(json!([{"name": "x"}]))).await?;
    let changed = things.apply("one", parts(json!([]))).await?;
    same("parts", &json!(changed["spec"].get("parts")), &Value::Null)?;
    let owned = &changed["metadata"]["managedFields"][0]["fieldsV1"];
    same("nothing of it is owned", owned, &json!({"f:spec": {"f:image": {}}}))?;
    let again = things.apply("one", parts(json!([]))).await?;
    same("where there is none, it is made", &again["spec"]["parts"], &json!([]))?;
    forget(&room).await
}

async fn a_map_that_was_never_filled_may_be_applied_empty(room: Room) -> Result<()> {
    let things = define(&room).await?;
    let mut object = thing(&things, json!({"image": "a", "free": {}}));
    object["metadata"]["labels"] = json!({"a": "b"});
    for _ in 0..2 {
        let applied = things.apply("one", object.clone()).await?;
        same("empty", &applied["spec"]["free"], &json!({}))?;
    }
    object["metadata"]["labels"] = json!({});
    let applied = things.apply("one", object).await?;
    same("labels", &json!(applied["metadata"].get("labels")), &Value::Null)?;
    forget(&room).await
}
