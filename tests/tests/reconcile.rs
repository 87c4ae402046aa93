//! The reconciler at work on an API server, the plans answered by hand: the embedded one, and a real one where
//! `SLIPWAY_CONTRACT_KUBECONFIG` names it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

#[path = "reconcile/by_hand.rs"]
mod by_hand;
#[path = "reconcile/clock.rs"]
mod clock;
#[path = "reconcile/crash.rs"]
mod crash;
#[path = "reconcile/others.rs"]
mod others;
#[path = "reconcile/replicas.rs"]
mod replicas;
#[path = "reconcile/room.rs"]
mod room;

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, ResourceQuota, Secret};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use slipway_model::cluster::{Contact, Tie};
use slipway_model::health::{Health, Verdict};

use crate::room::rooms;

fn map(name: &str, data: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data})
}

fn claim(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1024Mi"}}}})
}

fn deployment(memory: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
        "replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
                "containers": [{"name": "app", "image": "example.invalid/app:1",
                "resources": {"limits": {"memory": memory, "cpu": "0.5"}},
                "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}]}}}})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_mounts_no_volume_of_one_whose_name_begins_like_its_own() {
    for room in rooms().await {
        let mut reader = deployment("64Mi");
        reader["spec"]["template"]["spec"]["volumes"] =
            json!([{"name": "d", "persistentVolumeClaim": {"claimName": "web-db-data"}}]);
        room.good("web-db", 1, &[claim("web-db-data")]).await;
        let failure = room.bring("web", 1, &[reader]).await.failure.unwrap();
        assert_eq!(failure.code, "not-granted");
        assert!(failure.message.contains("the volume belongs to something else"), "{failure:?}");
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_judged_by_the_rules_that_their_blueprint_brings() {
    for room in rooms().await {
        room.good("one", 1, &[map("machine", json!({"state": "broken"}))]).await;
        let ill = Verdict::new(Health::Degraded, "SaysSo", "It says that it is broken.");
        room.eventually("it is Degraded, and so is the app", async || {
            let verdict = room.verdict("one", "machine").await?;
            (verdict == ill && room.reported("one").await? == ill).then_some(())
        })
        .await;
        room.good("one", 2, &[map("machine", json!({"state": "fine"}))]).await;
        room.eventually("it is well again, and so is the app", async || {
            let verdict = room.verdict("one", "machine").await?;
            (verdict.health == Health::Healthy
                && room.reported("one").await?.health == Health::Healthy)
                .then_some(())
        })
        .await;
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secrets_of_an_app_are_there_before_its_rollout_and_go_with_it() {
    for room in rooms().await {
        let secrets = room.api::<Secret>();
        let held = async || {
            let found = secrets.get_opt("one.secrets.slipway.dev").await.unwrap()?;
            Some(found.data.unwrap_or_default().into_keys().collect::<Vec<_>>())
        };
        let both = [("a.1", "first"), ("a.2", "second")];
        assert_eq!(room.secrets_put("one", &both).await, Ok(Tie::Loose));
        assert_eq!(held().await.unwrap(), ["a.1", "a.2"]);
        room.good("one", 1, &[map("settings", json!({}))]).await;
        assert_eq!(room.secrets_put("one", &both[1..]).await, Ok(Tie::Tied));
        assert_eq!(held().await.unwrap(), ["a.2"], "what nothing names any more goes");
        room.good("one", 2, &[]).await;
        assert_eq!(held().await.unwrap(), ["a.2"], "pruning leaves it alone");
        room.delete("one").await;
        room.eventually("it goes with the rollout", async || held().await.is_none().then_some(()))
            .await;

        let theirs = json!({"metadata": {"name": "two.secrets.slipway.dev"}, "stringData": {"a.1": "theirs"}});
        let theirs: Secret = serde_json::from_value(theirs).unwrap();
        secrets.create(&PostParams::default(), &theirs).await.unwrap();
        let refused = room.secrets_put("two", &[("a.1", "ours")]).await.unwrap_err();
        assert!(refused.contains("the Secret two.secrets.slipway.dev"), "{refused}");
        assert!(!refused.contains("ours"), "{refused}");
        assert!(room.secrets_put("two", &[]).await.is_err(), "it is not deleted either");
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_later_revision_leaves_out_goes_and_volumes_stay() {
    for room in rooms().await {
        let first = [map("a", json!({"x": "1", "y": "2"})), map("b", json!({})), claim("data")];
        room.good("one", 1, &first).await;
        room.good("one", 2, &[map("a", json!({"x": "1"}))]).await;
        assert_eq!(room.data("a").await, json!({"x": "1"}), "a field that is left out goes");
        room.eventually("b is pruned", async || {
            room.maps().get_opt("b").await.unwrap().is_none().then_some(())
        })
        .await;
        let claims = room.api::<PersistentVolumeClaim>().get("data").await;
        assert!(claims.is_ok(), "the claim stays: {claims:?}");
        room.close().await;
    }
}

/// A kind has many versions, and an object is the same in each. The embedded cluster has one version of each kind.
#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_a_later_revision_writes_in_another_version_is_not_pruned() {
    for room in rooms().await {
        if room.is_embedded() {
            room.close().await;
            continue;
        }
        let scaler = |version: &str, most: u32| {
            let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"});
            json!({"apiVersion": version, "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"},
                "spec": {"scaleTargetRef": target, "maxReplicas": most}})
        };
        room.good("one", 1, &[map("a", json!({})), scaler("autoscaling/v1", 2)]).await;
        let scalers = room.api::<HorizontalPodAutoscaler>();
        let before = scalers.get("web").await.unwrap().metadata.uid;
        room.good("one", 2, &[map("a", json!({})), scaler("autoscaling/v2", 3)]).await;
        room.rest().await;
        let after = scalers.get("web").await.unwrap();
        assert_eq!(after.metadata.uid, before);
        assert_eq!(after.spec.max_replicas, 3);
        room.good("one", 3, &[map("a", json!({}))]).await;
        room.eventually("it is pruned when it is left out", async || {
            scalers.get_opt("web").await.unwrap().is_none().then_some(())
        })
        .await;
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_step_keeps_stays_until_a_step_no_longer_does() {
    for room in rooms().await {
        let (a, b) = (map("a", json!({})), map("b", json!({"x": "1"})));
        room.good("one", 1, &[a.clone(), b]).await;
        let keep = json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "b"}]);
        room.good_with("one", 2, std::slice::from_ref(&a), &json!({"keep": keep})).await;
        room.rest().await;
        assert_eq!(room.data("b").await, json!({"x": "1"}), "it is neither applied nor pruned");
        room.good("one", 3, &[a]).await;
        room.eventually("b is pruned", async || {
            room.maps().get_opt("b").await.unwrap().is_none().then_some(())
        })
        .await;
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_the_reconciler_is_told_and_the_next_revision_goes_on() {
    for room in rooms().await {
        let objects = [map("a", json!({}))];
        room.good("one", 1, &objects).await;
        let panics = json!({"panics": true});
        let failed = room.bring_with("one", 2, &objects, &panics).await.failure.unwrap();
        assert_eq!(failed.code, "bug");
        assert!(failed.hint.is_some_and(|it| it.contains("log")));
        room.good("two", 1, &[map("b", json!({}))]).await;
        room.good("one", 3, &objects).await;
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_hand_is_taken_back() {
    for room in rooms().await {
        room.good("one", 1, &[map("a", json!({"x": "1"}))]).await;
        let change = Patch::Merge(json!({"data": {"x": "2", "theirs": "stays"}}));
        room.maps().patch("a", &PatchParams::default(), &change).await.unwrap();
        let wanted = json!({"x": "1", "theirs": "stays"});
        room.eventually("our field is back", async || {
            (room.data("a").await == wanted).then_some(())
        })
        .await;
        room.maps().delete("a", &DeleteParams::default()).await.unwrap();
        room.eventually("it is made again", async || {
            room.maps().get_opt("a").await.unwrap().map(drop)
        })
        .await;
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_that_asks_for_no_token_gets_none_and_quantities_end() {
    for room in rooms().await {
        let words = room.good("one", 1, &[deployment("1024Mi")]).await;
        assert_eq!(words, "Done.");
        let live = room.api::<Deployment>().get("web").await.unwrap();
        let pod = live.spec.unwrap().template.spec.unwrap();
        assert_eq!(pod.automount_service_account_token, Some(false));
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_with_nothing_to_do_writes_nothing() {
    for mut room in rooms().await {
        room.good("one", 1, &[map("a", json!({"x": "1"})), deployment("1024Mi")]).await;
        room.good("one", 2, &[map("a", json!({"x": "2"})), deployment("1.5Gi")]).await;
        room.rest().await;
        let before = room.versions().await;
        room.restart().await;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(room.versions().await, before);
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_costs_three_writes_beside_its_objects_and_its_words_come_after_them() {
    for room in rooms().await {
        let before = room.version().await;
        room.good("one", 1, &[map("a", json!({"x": "1"})), map("b", json!({"x": "1"}))]).await;
        let states = room.rollouts_since(&before).await;
        let [made, applied, done] = states.as_slice() else {
            panic!("made, applied, done: {states:#?}");
        };
        assert_eq!(made.data.get("status"), None);
        let inventory = applied.data["status"]["inventory"].as_array().unwrap();
        assert_eq!(inventory.len(), 2);
        assert_eq!(applied.data["status"]["health"], "Progressing");
        let version = |it: Option<&String>| it.unwrap().parse::<u64>().unwrap();
        for name in ["a", "b"] {
            let object = room.maps().get(name).await.unwrap().metadata.resource_version;
            let said = version(applied.metadata.resource_version.as_ref());
            assert!(version(object.as_ref()) < said, "{name} is there before a word of it");
        }
        assert_eq!(done.data["status"]["progress"]["state"], "succeeded");
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fence_of_a_project_is_mended_and_what_others_put_beside_it_stays() {
    for room in rooms().await {
        let (quotas, policies) = (room.api::<ResourceQuota>(), room.api::<NetworkPolicy>());
        let theirs = json!({"metadata": {"name": "theirs"}, "spec": {"hard": {"services": "9"}}});
        let theirs = serde_json::from_value(theirs).unwrap();
        quotas.create(&PostParams::default(), &theirs).await.unwrap();
        let wider = json!({"spec": {"hard": {"pods": "100k", "services": "1"}}});
        quotas.patch("slipway", &PatchParams::default(), &Patch::Merge(wider)).await.unwrap();
        room.eventually("the quota is as it was", async || {
            let hard = quotas.get("slipway").await.unwrap().spec.unwrap().hard.unwrap();
            (json!(hard) == json!({"pods": "500", "persistentvolumeclaims": "100"})).then_some(())
        })
        .await;
        policies.delete("slipway-projects-apart", &DeleteParams::default()).await.unwrap();
        room.eventually("the policy is back", async || {
            policies.get_opt("slipway-projects-apart").await.unwrap().map(drop)
        })
        .await;
        assert!(quotas.get("theirs").await.is_ok());
        room.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_slipway_works_with_a_cluster_at_a_time() {
    for room in rooms().await {
        let refused = room.other().await.expect_err("the cluster is held").to_string();
        assert_eq!(refused, "cluster here is worked with by another Slipway (tests)");
        room.good("one", 1, &[map("settings", json!({"a": "ours"}))]).await;
        room.give("other").await;
        assert!(room.other().await.is_ok());
        room.eventually("who lost the cluster knows it", async || {
            matches!(room.contact(), Contact::Taken { by, .. } if by == "other").then_some(())
        })
        .await;
        let by_hand = Patch::Merge(json!({"data": {"a": "by hand"}}));
        room.maps().patch("settings", &PatchParams::default(), &by_hand).await.unwrap();
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(room.data("settings").await, json!({"a": "by hand"}), "it is let alone");
        room.give("tests").await;
        room.eventually("who has the cluster again works with it", async || {
            let is_mended = room.data("settings").await == json!({"a": "ours"});
            (is_mended && room.contact() == Contact::Held).then_some(())
        })
        .await;
        room.close().await;
    }
}
