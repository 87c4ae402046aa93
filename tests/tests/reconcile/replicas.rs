//! How many replicas there are, where an autoscaler has a say.

use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{Patch, PatchParams};
use serde_json::json;

use crate::deployment;
use crate::room::rooms;

#[tokio::test(flavor = "multi_thread")]
async fn replicas_belong_to_the_autoscaler_where_there_is_one() {
    for room in rooms().await {
        let web = |memory: &str, replicas: Option<u32>| {
            let mut web = deployment(memory);
            web["spec"].as_object_mut().unwrap().remove("replicas");
            if let Some(replicas) = replicas {
                web["spec"]["replicas"] = replicas.into();
            }
            web
        };
        let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"});
        let scaler = json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"},
            "spec": {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 5}});
        let api = room.api::<Deployment>();
        let replicas = async || api.get("web").await.unwrap().spec.unwrap().replicas;
        room.good("one", 1, &[web("64Mi", Some(1)), scaler.clone()]).await;
        assert_eq!(replicas().await, Some(1), "it is made with as many as the blueprint says");
        let scale = Patch::Merge(json!({"spec": {"replicas": 3}}));
        api.patch_scale("web", &PatchParams::default(), &scale).await.unwrap();
        room.rest().await;
        assert_eq!(replicas().await, Some(3), "what an autoscaler set is not taken back");
        for (revision, number) in [(2, Some(1)), (3, None), (4, Some(2))] {
            let memory = format!("{}Mi", 64 + revision);
            room.good("one", revision, &[web(&memory, number), scaler.clone()]).await;
            assert_eq!(replicas().await, Some(3), "revision {revision} changes something else");
        }
        room.good("one", 5, &[web("70Mi", Some(2))]).await;
        assert_eq!(replicas().await, Some(2), "without one the blueprint's number holds");
        room.good("one", 6, &[web("71Mi", None), scaler.clone()]).await;
        assert_eq!(replicas().await, Some(2), "one that is new begins where it finds the app");
        room.good("one", 7, &[web("71Mi", Some(0)), scaler.clone()]).await;
        assert_eq!(replicas().await, Some(0), "an app can be stopped");
        room.good("one", 8, &[web("71Mi", Some(2)), scaler]).await;
        assert_eq!(replicas().await, Some(2), "and started");
        room.close().await;
    }
}
