//! The embedded cluster alone: what a restart keeps, and what a watcher hears that was away too long.

use std::pin::pin;

use anyhow::{Context, Result, ensure};
use futures::TryStreamExt;
use kube::api::{WatchEvent, WatchParams};
use serde_json::json;
use slipway_embedded::{Config, EmbeddedApi};

use crate::room::{Room, same, version};

#[tokio::test(flavor = "multi_thread")]
async fn state_survives_a_restart_and_an_old_version_is_gone() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let config = Config { dir: dir.path().into() };
    let cluster = EmbeddedApi::open(config.clone()).await?;
    let made = {
        let room = Room::open(cluster.client()).await?;
        let made = room.maps().create(room.map("a", json!({"x": "1"}))).await?;
        room.maps().merge("a", json!({"data": {"x": "2"}})).await?;
        made
    };
    cluster.close().await?;

    let cluster = EmbeddedApi::open(config).await?;
    let namespace = crate::room::text(&made, "/metadata/namespace");
    let room = Room { client: cluster.client(), namespace };
    let kept = room.maps().get("a").await?;
    same("data", &kept["data"], &json!({"x": "2"}))?;
    same("identity", &kept["metadata"]["uid"], &made["metadata"]["uid"])?;

    let api = room.maps().api;
    let mut events = pin!(api.watch(&WatchParams::default(), &version(&made)).await?);
    match events.try_next().await?.context("the watch ended")? {
        WatchEvent::Error(status) => {
            ensure!(status.code == 410 && status.reason == "Expired", "{status:?}");
        }
        other => anyhow::bail!("unexpected: {other:?}"),
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_cluster_on_the_same_directory_is_refused() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let config = Config { dir: dir.path().into() };
    let _first = EmbeddedApi::open(config.clone()).await?;
    ensure!(EmbeddedApi::open(config).await.is_err(), "two clusters share one state");
    Ok(())
}
