//! The reconciler ends between an apply and the report of it.

use std::time::Duration;

use kube::api::{Patch, PatchParams, PostParams};
use serde_json::json;

use crate::map;
use crate::room::rooms;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_applied_and_never_reported_is_pruned_by_a_later_revision() {
    for mut room in rooms().await {
        room.good("one", 1, &[map("a", json!({"x": "1"})), map("b", json!({}))]).await;
        room.good("two", 1, &[map("c", json!({}))]).await;
        room.stop().await;
        room.unsay("one").await;
        room.restart_with("one", 2, &[map("a", json!({"x": "1"}))]).await;
        room.eventually("b is pruned", async || {
            room.maps().get_opt("b").await.unwrap().is_none().then_some(())
        })
        .await;
        assert_eq!(room.data("a").await, json!({"x": "1"}));
        assert!(room.maps().get_opt("c").await.unwrap().is_some(), "another's stays");
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_applied_and_never_reported_is_not_written_again() {
    for mut room in rooms().await {
        room.good("one", 1, &[map("a", json!({"x": "1"}))]).await;
        room.rest().await;
        let before = room.maps().get("a").await.unwrap().metadata.resource_version;
        room.stop().await;
        room.unsay("one").await;
        room.restart().await;
        room.eventually("it is reported again", async || {
            room.reported("one").await.filter(|it| it.reason == "Exists").map(drop)
        })
        .await;
        let after = room.maps().get("a").await.unwrap().metadata.resource_version;
        assert_eq!(after, before);
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_alone_has_nothing_pruned() {
    for room in rooms().await {
        room.good("one", 1, &[map("a", json!({}))]).await;
        room.good("two", 1, &[map("b", json!({"x": "1"}))]).await;
        let mut theirs = map("theirs", json!({}));
        theirs["metadata"]["labels"] = json!({"slipway.dev/rollout": "one"});
        let theirs = serde_json::from_value(theirs).unwrap();
        room.maps().create(&PostParams::default(), &theirs).await.unwrap();
        // Handed over before the one who gets it wants it.
        let label = json!({"metadata": {"labels": {"slipway.dev/rollout": "one"}}});
        let handed = Patch::Merge(label);
        room.maps().patch("b", &PatchParams::default(), &handed).await.unwrap();
        room.good("one", 2, &[map("a", json!({"x": "1"}))]).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        for name in ["theirs", "b"] {
            assert!(room.maps().get_opt(name).await.unwrap().is_some(), "{name} stays");
        }
        room.good("one", 3, &[map("a", json!({})), map("b", json!({"x": "2"}))]).await;
        assert_eq!(room.data("b").await, json!({"x": "2"}));
        room.close().await;
    }
}
