//! Watches: what is told, in which order, and from where.

use std::pin::pin;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::{Stream, StreamExt, TryStreamExt};
use kube::api::{DeleteParams, DynamicObject, ListParams, WatchEvent, WatchParams};
use serde_json::json;

use crate::room::{Room, version};
use crate::semantics;

semantics![
    a_watch_tells_what_came_after_its_version,
    an_object_that_leaves_the_selector_is_told_as_deleted,
    a_watch_can_begin_with_what_is_there,
    a_watch_without_a_version_begins_with_what_is_there,
    a_watch_ends_when_its_time_is_over,
];

const PATIENCE: Duration = Duration::from_secs(10);
/// The config map that a real cluster puts into each namespace, at a moment of its own.
const ROOT_CERTIFICATES: &str = "kube-root-ca.crt";

/// The next event as a word and a name; bookmarks are skipped.
async fn next(
    events: &mut (impl Stream<Item = kube::Result<WatchEvent<DynamicObject>>> + Unpin),
) -> Result<(String, String)> {
    loop {
        let event = tokio::time::timeout(PATIENCE, events.try_next()).await;
        let event = event.context("no event came")??.context("the watch ended")?;
        let (word, object) = match event {
            WatchEvent::Added(object) => ("ADDED", object),
            WatchEvent::Modified(object) => ("MODIFIED", object),
            WatchEvent::Deleted(object) => ("DELETED", object),
            WatchEvent::Bookmark(_) => continue,
            WatchEvent::Error(status) => anyhow::bail!("the watch broke: {status:?}"),
        };
        let name = object.metadata.name.unwrap_or_default();
        if name == ROOT_CERTIFICATES {
            continue;
        }
        return Ok((word.into(), name));
    }
}

fn told(found: &(String, String), word: &str, name: &str) -> Result<()> {
    ensure!(found.0 == word && found.1 == name, "told {found:?}, wanted {word} {name}");
    Ok(())
}

async fn a_watch_tells_what_came_after_its_version(room: Room) -> Result<()> {
    let maps = room.maps();
    let first = maps.create(room.map("a", json!({}))).await?;
    maps.create(room.map("b", json!({}))).await?;
    let options = WatchParams::default().labels("!kubernetes.io/none").timeout(20);
    let mut events = pin!(maps.api.watch(&options, &version(&first)).await?);
    maps.merge("a", json!({"data": {"x": "1"}})).await?;
    maps.delete("b", &DeleteParams::default()).await?;
    let mut seen = Vec::new();
    while seen.len() < 3 {
        seen.push(next(&mut events).await?);
    }
    told(&seen[0], "ADDED", "b")?;
    told(&seen[1], "MODIFIED", "a")?;
    told(&seen[2], "DELETED", "b")
}

async fn an_object_that_leaves_the_selector_is_told_as_deleted(room: Room) -> Result<()> {
    let maps = room.maps();
    let mut object = room.map("a", json!({}));
    object["metadata"]["labels"] = json!({"on": "yes"});
    let made = maps.create(object).await?;
    let options = WatchParams::default().labels("on=yes").timeout(20);
    let mut events = pin!(maps.api.watch(&options, &version(&made)).await?);
    maps.merge("a", json!({"metadata": {"labels": {"on": "no"}}})).await?;
    told(&next(&mut events).await?, "DELETED", "a")?;
    maps.merge("a", json!({"data": {"x": "1"}})).await?;
    maps.merge("a", json!({"metadata": {"labels": {"on": "yes"}}})).await?;
    told(&next(&mut events).await?, "ADDED", "a")
}

async fn a_watch_can_begin_with_what_is_there(room: Room) -> Result<()> {
    let maps = room.maps();
    maps.create(room.map("a", json!({}))).await?;
    maps.create(room.map("b", json!({}))).await?;
    let mut options = WatchParams::default().timeout(20);
    options.send_initial_events = true;
    let mut events = pin!(maps.api.watch(&options, "").await?);
    let mut names = Vec::new();
    loop {
        let event = tokio::time::timeout(PATIENCE, events.next()).await.context("no event came")?;
        match event.context("the watch ended")?? {
            WatchEvent::Added(object) => names.extend(object.metadata.name),
            WatchEvent::Bookmark(mark) => {
                let ends = mark.metadata.annotations.get("k8s.io/initial-events-end");
                ensure!(ends.is_some_and(|it| it == "true"), "the bookmark ends nothing");
                ensure!(!mark.metadata.resource_version.is_empty(), "the bookmark has no version");
                break;
            }
            other => anyhow::bail!("unexpected: {other:?}"),
        }
    }
    names.retain(|it| it != ROOT_CERTIFICATES);
    names.sort();
    ensure!(names == ["a", "b"], "{names:?}");
    maps.create(room.map("c", json!({}))).await?;
    told(&next(&mut events).await?, "ADDED", "c")
}

async fn a_watch_without_a_version_begins_with_what_is_there(room: Room) -> Result<()> {
    let maps = room.maps();
    maps.create(room.map("a", json!({}))).await?;
    let options = WatchParams::default().fields("metadata.name=a").timeout(20);
    let mut events = pin!(maps.api.watch(&options, "0").await?);
    told(&next(&mut events).await?, "ADDED", "a")
}

async fn a_watch_ends_when_its_time_is_over(room: Room) -> Result<()> {
    let options = WatchParams::default().timeout(1).fields("metadata.name=nobody");
    let list = room.maps().api.list(&ListParams::default()).await?;
    let version = list.metadata.resource_version.unwrap_or_default();
    let events = pin!(room.maps().api.watch(&options, &version).await?);
    let all = tokio::time::timeout(PATIENCE, events.try_collect::<Vec<_>>()).await;
    all.context("the watch did not end")??;
    Ok(())
}
