//! What is doubled and what is not, and what scaling and other plugins leave behind.

use slipway_sdk::prelude::*;

use super::cluster::{Cluster, app};
use crate::parts::Parts;

fn claim(mode: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "files"}, "spec": {"accessModes": [mode]}})
}

fn scaler(least: u32) -> Value {
    json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"}, "spec": {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "minReplicas": least, "maxReplicas": 10}})
}

fn autoscaled(version: &str) -> Vec<Value> {
    let mut objects = app(version);
    objects[1]["spec"].as_object_mut().unwrap().remove("replicas");
    objects.push(scaler(2));
    objects
}

#[test]
fn scaling_makes_no_stack() {
    let mut cluster = Cluster::new();
    cluster.begin("create", app("1")).go();
    let mut more = app("1");
    more[1]["spec"]["replicas"] = 5.into();
    cluster.begin("update", more).go();
    assert!(cluster.get("Deployment", "web-green").is_none());
    assert_eq!(cluster.get("Deployment", "web-blue").unwrap()["spec"]["replicas"], 5);
}

#[test]
fn the_digest_of_a_stack_does_not_hang_on_the_order_of_fields() {
    let one = [json!({"kind": "Deployment", "spec": {"a": 1, "b": 2}})];
    let other = [json!({"spec": {"b": 2, "a": 1}, "kind": "Deployment"})];
    assert_eq!(Parts::of(&one).content(), Parts::of(&other).content());
}

#[test]
fn a_new_stack_has_as_many_replicas_as_the_autoscaler_gave_the_old_one() {
    let mut cluster = Cluster::new();
    cluster.begin("create", autoscaled("1")).go();
    let blue = cluster.objects.iter_mut().find(|it| {
        it.object["metadata"]["name"] == "web-blue" && it.object["kind"] == "Deployment"
    });
    let blue = &mut blue.unwrap().object;
    blue["spec"]["replicas"] = 7.into();
    cluster.is_well = false;
    cluster.begin("update", autoscaled("2")).go();
    assert_eq!(
        cluster.get("HorizontalPodAutoscaler", "web-green").unwrap()["spec"]["minReplicas"],
        7
    );
    assert_eq!(
        cluster.get("HorizontalPodAutoscaler", "web-blue").unwrap()["spec"]["minReplicas"],
        2
    );
    let green = cluster.objects.iter_mut().find(|it| {
        it.object["metadata"]["name"] == "web-green" && it.object["kind"] == "Deployment"
    });
    let green = green.unwrap();
    green.health = Health::Healthy;
    green.object["status"]["availableReplicas"] = 6.into();
    cluster.go();
    assert_eq!(cluster.answering(), "blue", "six cannot take what seven do");
    let green = cluster.objects.iter_mut().find(|it| {
        it.object["metadata"]["name"] == "web-green" && it.object["kind"] == "Deployment"
    });
    green.unwrap().object["status"]["availableReplicas"] = 7.into();
    cluster.is_well = true;
    cluster.once();
    assert_eq!(cluster.answering(), "green");
}

#[test]
fn a_small_preview_grows_before_it_answers() {
    let mut cluster = Cluster::new().with(|it| {
        it.preview_replica_count = Some(1);
        it.auto_promotion_enabled = false;
    });
    cluster.begin("create", app("1")).go();
    cluster.begin("update", app("2")).go();
    assert_eq!(cluster.get("Deployment", "web-green").unwrap()["spec"]["replicas"], 1);
    cluster.is_well = false;
    cluster.begin("promote", app("2")).go();
    assert_eq!(cluster.get("Deployment", "web-green").unwrap()["spec"]["replicas"], 2);
    assert_eq!(cluster.answering(), "blue", "it grows first");
}

#[test]
fn a_claim_of_one_node_is_not_mounted_by_two_stacks() {
    for (mode, doubled) in [("ReadWriteOnce", false), ("ReadWriteMany", true)] {
        let mut objects = app("1");
        objects[1]["spec"]["template"]["spec"]["volumes"] =
            json!([{"name": "files", "persistentVolumeClaim": {"claimName": "files"}}]);
        objects.push(claim(mode));
        assert_eq!(Parts::of(&objects).workloads.len(), usize::from(doubled), "{mode}");
        let mut cluster = Cluster::new();
        cluster.begin("create", objects).go();
        assert!(cluster.is_done());
        assert_eq!(cluster.get("Deployment", "web").is_none(), doubled, "{mode}");
    }
}

#[test]
fn what_holds_state_changes_with_the_promotion_and_before_the_switch() {
    let database = |version: &str| {
        json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"},
            "spec": {"template": {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"image": version}]}}}})
    };
    let with_database = |version: &str| [app(version), vec![database(version)]].concat();
    let mut cluster = Cluster::new().with(|it| it.auto_promotion_enabled = false);
    cluster.begin("create", with_database("1")).go();
    cluster.begin("update", with_database("2")).go();
    let image = |cluster: &Cluster| {
        cluster.get("StatefulSet", "db").unwrap()["spec"]["template"]["spec"]["containers"][0]["image"].clone()
    };
    assert_eq!(image(&cluster), "1");
    cluster.begin("promote", with_database("2"));
    while image(&cluster) == "1" {
        cluster.once();
    }
    assert_eq!(cluster.answering(), "blue", "the database is first");
    cluster.go();
    assert_eq!(cluster.answering(), "green");
}

#[test]
fn configuration_that_others_use_too_is_there_once() {
    let mut objects = app("1");
    objects.push(json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "seed"}, "spec": {"template": {"spec":
        {"containers": [{"env": [{"name": "V", "valueFrom": {"configMapKeyRef": {"name": "web", "key": "version"}}}]}]}}}}));
    let parts = Parts::of(&objects);
    assert!(parts.companions.is_empty());
}

#[test]
fn an_app_of_another_plugin_is_taken_over_without_a_gap() {
    let mut cluster = Cluster::new().with(|it| it.auto_promotion_enabled = false);
    for object in app("1") {
        cluster.objects.push(slipway_sdk::testing::observed(&object, Health::Healthy, "Available"));
    }
    cluster.begin("update", app("1"));
    let mut seen_both = false;
    loop {
        let changed = cluster.once();
        let old = cluster.get("Deployment", "web").is_some();
        let new = cluster.get("Deployment", "web-blue").is_some();
        assert!(old || (new && cluster.answering() == "blue"), "somebody always answers");
        seen_both |= old && new;
        if !changed {
            break;
        }
    }
    assert!(seen_both && cluster.is_done(), "{}", cluster.words());
    cluster.pass(30).go();
    assert!(cluster.get("Deployment", "web").is_none());
    assert!(cluster.get("ConfigMap", "web").is_none());
}

#[test]
fn a_preview_has_addresses_of_its_own() {
    let mut cluster = Cluster::new().with(|it| it.auto_promotion_enabled = false);
    cluster.begin("create", app("1")).go();
    cluster.begin("update", app("2")).go();
    let service = &cluster.get("Service", "web-preview").unwrap()["spec"];
    assert_eq!(service["type"], "ClusterIP");
    assert!(service["ports"][0]["nodePort"].is_null(), "{service}");
    let ingress = &cluster.get("Ingress", "web-preview").unwrap()["spec"];
    assert_eq!(ingress["rules"][0]["host"], "web--preview.shop.test");
    assert_eq!(
        ingress["rules"][0]["http"]["paths"][0]["backend"]["service"]["name"],
        "web-preview"
    );
    assert_eq!(
        ingress["tls"][0],
        json!({"hosts": ["web--preview.shop.test"], "secretName": "web-tls-preview"})
    );
    let outside = service.as_object().unwrap().keys().filter(|it| {
        it.starts_with("external") || it.contains("LoadBalancer") || it.starts_with("loadBalancer")
    });
    assert_eq!(outside.count(), 0, "the API server would refuse {service}");
    let links: Vec<_> = cluster.last.links.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(links, ["web.shop.test", "Preview web--preview.shop.test"]);
}
