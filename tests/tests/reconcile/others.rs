//! Objects and rollouts of others: of people, of other apps, of other tools.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Patch, PatchParams, PostParams};
use serde_json::json;
use slipway_model::operation::OperationState;

use crate::room::rooms;
use crate::{deployment, map};

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_others_are_left_as_they_are() {
    for room in rooms().await {
        let theirs: ConfigMap =
            serde_json::from_value(map("shared", json!({"a": "theirs"}))).unwrap();
        room.maps().create(&PostParams::default(), &theirs).await.unwrap();
        let progress = room.bring("one", 1, &[map("shared", json!({"a": "ours"}))]).await;
        assert_eq!(progress.state, OperationState::Failed);
        let failure = progress.failure.unwrap();
        assert_eq!(failure.code, "name-taken");
        assert_eq!(failure.message, "ConfigMap shared is there already, and is not Slipway's.");
        assert_eq!(room.data("shared").await, json!({"a": "theirs"}));

        assert_eq!(room.good("one", 2, &[map("settings", json!({"a": "1"}))]).await, "Done.");
        let progress = room.bring("two", 1, &[map("settings", json!({"a": "2"}))]).await;
        let failure = progress.failure.unwrap();
        let words = "ConfigMap settings is there already, and belongs to the deployment one.";
        assert_eq!(failure.message, words);
        assert_eq!(room.data("settings").await, json!({"a": "1"}));
        room.close().await;
    }
}

/// A plugin that puts what is somebody else's into its own set must get no pod that reads it.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made_that_goes_by_an_object_of_others() {
    for room in rooms().await {
        let theirs: ConfigMap =
            serde_json::from_value(map("theirs", json!({"a": "theirs"}))).unwrap();
        room.maps().create(&PostParams::default(), &theirs).await.unwrap();
        let mut reader = deployment("64Mi");
        reader["spec"]["template"]["spec"]["volumes"] =
            json!([{"name": "c", "configMap": {"name": "theirs"}}]);
        let objects = [reader, map("theirs", json!({"a": "ours"}))];
        let progress = room.bring("web", 1, &objects).await;
        assert_eq!(progress.failure.unwrap().code, "name-taken");
        let made = room.api::<Deployment>().get_opt("web").await.unwrap();
        assert!(made.is_none(), "{made:?}");
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_cannot_have_the_objects_of_others_removed() {
    for room in rooms().await {
        room.good("one", 1, &[map("settings", json!({"a": "1"}))]).await;
        let remove = json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "settings"}]);
        room.good_with("two", 1, &[map("own", json!({}))], &json!({"remove": remove})).await;
        assert_eq!(room.data("settings").await, json!({"a": "1"}));
        room.close().await;
    }
}

/// As the words of `name-taken` advise.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_over_by_its_label_is_no_longer_the_formers_to_delete() {
    for room in rooms().await {
        let both = [map("own", json!({})), map("shared", json!({"a": "1"}))];
        room.good("one", 1, &both).await;
        let refused = room.bring("two", 1, &both[1..]).await.failure.unwrap();
        assert_eq!(refused.code, "name-taken");
        let label = Patch::Merge(json!({"metadata": {"labels": {"slipway.dev/rollout": "two"}}}));
        room.maps().patch("shared", &PatchParams::default(), &label).await.unwrap();
        room.good("two", 2, &both[1..]).await;
        let uid = async || room.maps().get("shared").await.unwrap().metadata.uid;
        let before = uid().await;
        let remove = json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "shared"}]);
        room.good_with("one", 2, &both[..1], &json!({"remove": remove})).await;
        room.good("one", 3, &[map("own", json!({"b": "2"}))]).await;
        room.rest().await;
        assert_eq!(uid().await, before, "neither removed nor pruned, and made again");
        room.close().await;
    }
}

/// In a list of rollouts it would be deeper than JSON can be read.
#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_that_is_nested_too_deep_stops_nobody_else() {
    for mut room in rooms().await {
        room.good("one", 1, &[map("a", json!({"x": "1"}))]).await;
        let levels = 122;
        let values = format!(r#"{{"a": {}1{}}}"#, "[".repeat(levels), "]".repeat(levels));
        room.applied_by_others("deep", &values).await;
        room.good("one", 2, &[map("a", json!({"x": "2"}))]).await;
        room.restart().await;
        room.good("one", 3, &[map("a", json!({"x": "3"}))]).await;
        assert_eq!(room.data("a").await, json!({"x": "3"}));
        room.close().await;
    }
}
