//! Lists: selectors, pages, and deleting what is selected.

use anyhow::{Result, ensure};
use kube::api::{DeleteParams, ListParams};
use serde_json::json;

use crate::room::{Room, eventually, same};
use crate::semantics;

semantics![
    labels_select,
    fields_select,
    pages_are_complete_and_do_not_overlap,
    a_collection_is_deleted_by_selector,
    metadata_can_be_listed_alone,
];

async fn names(room: &Room, options: &ListParams) -> Result<Vec<String>> {
    let list = room.maps().api.list(options).await?;
    // A real cluster puts its own certificate into every namespace.
    let own = list.items.into_iter().filter_map(|it| it.metadata.name);
    Ok(own.filter(|it| it != "kube-root-ca.crt").collect())
}

async fn fill(room: &Room) -> Result<()> {
    for (name, tier, env) in [("a", "web", "live"), ("b", "web", "test"), ("c", "db", "live")] {
        let mut object = room.map(name, json!({}));
        object["metadata"]["labels"] = json!({"tier": tier, "env": env});
        room.maps().create(object).await?;
    }
    room.maps().create(room.map("d", json!({}))).await?;
    Ok(())
}

async fn labels_select(room: Room) -> Result<()> {
    fill(&room).await?;
    for (selector, wanted) in [
        ("tier=web", vec!["a", "b"]),
        ("tier==web,env=live", vec!["a"]),
        ("tier!=web", vec!["c", "d"]),
        ("tier", vec!["a", "b", "c"]),
        ("!tier", vec!["d"]),
        ("env in (live, test),tier notin (db)", vec!["a", "b"]),
    ] {
        let found = names(&room, &ListParams::default().labels(selector)).await?;
        same(selector, &json!(found), &json!(wanted))?;
    }
    Ok(())
}

async fn fields_select(room: Room) -> Result<()> {
    fill(&room).await?;
    let found = names(&room, &ListParams::default().fields("metadata.name=b")).await?;
    same("by name", &json!(found), &json!(["b"]))?;
    let wrong = room.maps().api.list(&ListParams::default().fields("data.x=1")).await;
    crate::room::refused(wrong, 400, "BadRequest")?;
    Ok(())
}

async fn pages_are_complete_and_do_not_overlap(room: Room) -> Result<()> {
    for number in 0..7 {
        room.maps().create(room.map(&format!("m{number}"), json!({}))).await?;
    }
    let mut options = ListParams::default().limit(3);
    let (mut found, mut pages) = (Vec::new(), 0);
    loop {
        let page = room.maps().api.list(&options).await?;
        ensure!(page.items.len() <= 3, "a page has {} items", page.items.len());
        pages += 1;
        found.extend(page.items.into_iter().filter_map(|it| it.metadata.name));
        match page.metadata.continue_.filter(|it| !it.is_empty()) {
            Some(token) => options = options.continue_token(&token),
            None => break,
        }
    }
    found.retain(|it| it.starts_with('m'));
    ensure!(pages >= 3, "{pages} pages");
    same("names", &json!(found), &json!(["m0", "m1", "m2", "m3", "m4", "m5", "m6"]))
}

async fn a_collection_is_deleted_by_selector(room: Room) -> Result<()> {
    fill(&room).await?;
    let selected = ListParams::default().labels("tier=web");
    room.maps().api.delete_collection(&DeleteParams::default(), &selected).await?;
    eventually("the others are left", || async {
        Ok(names(&room, &ListParams::default()).await? == ["c", "d"])
    })
    .await
}

async fn metadata_can_be_listed_alone(room: Room) -> Result<()> {
    room.maps().create(room.map("a", json!({"x": "1"}))).await?;
    let options = ListParams::default().fields("metadata.name=a");
    let list = room.maps().api.list_metadata(&options).await?;
    ensure!(list.items.len() == 1, "{} items", list.items.len());
    ensure!(list.items[0].metadata.uid.is_some(), "no identity");
    Ok(())
}
