//! What is ours is changed and deleted under us: objects, the namespace, the definition of Rollout.

use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::Api;
use kube::api::{DeleteParams, Patch, PatchParams};
use serde_json::json;
use slipway_tests::{Stage, eventually};

use super::PATIENCE;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_or_deleted_under_us_comes_back() {
    let Some(stage) = Stage::open("deleted").await else { return };
    for app in ["web", "other"] {
        stage.deploy(app, app);
    }
    for app in ["web", "other"] {
        stage.comes(app, app).await;
    }

    let scaled = Patch::Merge(json!({"spec": {"replicas": 4, "paused": true}}));
    stage.deployments().patch("web", &PatchParams::default(), &scaled).await.unwrap();
    stage.deployments().delete("other", &DeleteParams::default()).await.unwrap();
    stage.comes("other", "other").await;
    eventually("the change by hand is taken back", PATIENCE, async || {
        let live = stage.deployments().get("web").await.ok()?.spec?;
        (live.replicas == Some(1)).then_some(())
    })
    .await;

    let namespaces: Api<Namespace> = Api::all(stage.client.clone());
    let uid = namespaces.get("deleted").await.unwrap().metadata.uid;
    namespaces.delete("deleted", &DeleteParams::default()).await.unwrap();
    eventually("the namespace is made again", PATIENCE, async || {
        let made = namespaces.get_opt("deleted").await.ok()??;
        (made.metadata.uid != uid).then_some(())
    })
    .await;
    stage.comes("web", "web").await;
    stage.comes("other", "other").await;

    let definitions: Api<CustomResourceDefinition> = Api::all(stage.client.clone());
    definitions.delete("rollouts.slipway.dev", &DeleteParams::default()).await.unwrap();
    eventually("the definition is back", PATIENCE, async || {
        let back = definitions.get_opt("rollouts.slipway.dev").await.ok()??;
        back.metadata.deletion_timestamp.is_none().then_some(())
    })
    .await;
    stage.update("web", "anew");
    stage.comes("web", "anew").await;
    stage.comes("other", "other").await;
    stage.close(&["web", "other"]);
}
