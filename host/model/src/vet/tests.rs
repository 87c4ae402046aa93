//! What is let through, and for each rule one object that breaks it.

use proptest::prelude::*;
use serde_json::{Value, json};

mod pods;
mod reach;
mod volumes;

use super::*;
use crate::grant::KindRef;

fn grant() -> Grant {
    let kind = |text: &str| {
        let (group, kind) = text.split_once('/').unwrap_or(("", text));
        KindRef { group: group.into(), kind: kind.into() }
    };
    let kinds = [
        "Pod",
        "Secret",
        "Service",
        "ServiceAccount",
        "ConfigMap",
        "Namespace",
        "apps/Deployment",
        "batch/CronJob",
        "networking.k8s.io/Ingress",
        "rbac.authorization.k8s.io/Role",
        "rbac.authorization.k8s.io/RoleBinding",
        "rbac.authorization.k8s.io/ClusterRole",
        "example.org/Machine",
    ];
    Grant { kinds: kinds.map(kind).into(), ..Grant::nothing() }
}

fn at_level(level: PodSecurity, objects: &[Value]) -> Result<Vetted, Refusal> {
    let hosts = ["web.shop.localhost".to_owned()];
    let rules = Rules { namespace: "shop", app: "web", hosts: &hosts, grant: &grant(), level };
    let objects = objects.iter().map(|it| Object::new(it.clone()).unwrap()).collect();
    vet(objects, &rules)
}

fn removal(references: Vec<ObjectRef>) -> Result<VettedRemovals, Refusal> {
    let (grant, level) = (grant(), PodSecurity::Restricted);
    let rules = Rules { namespace: "shop", app: "web", hosts: &[], grant: &grant, level };
    vet_removal(references, &rules)
}

fn restricted(objects: &[Value]) -> Result<Vetted, Refusal> {
    at_level(PodSecurity::Restricted, objects)
}

/// The field that an object is refused for.
fn refused(object: Value) -> String {
    restricted(&[object]).unwrap_err().field
}

fn object(api_version: &str, kind: &str, more: Value) -> Value {
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}});
    merge(&mut object, more);
    object
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

/// A pod that the strictest level lets through.
fn pod() -> Value {
    json!({
        "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{
            "name": "web",
            "image": "web:1",
            "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
        }],
    })
}

/// The same with a change.
fn pod_with(pointer: &str, value: Value) -> Value {
    let mut pod = pod();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    pod.pointer_mut(parent).unwrap()[key] = value;
    pod
}

fn deployment(pod: Value) -> Value {
    object("apps/v1", "Deployment", json!({"spec": {"template": {"spec": pod}}}))
}

#[test]
fn an_ordinary_app_is_let_through() {
    let objects = [
        deployment(pod()),
        object("v1", "Service", json!({"spec": {"type": "ClusterIP"}})),
        object(
            "networking.k8s.io/v1",
            "Ingress",
            json!({"spec": {"rules": [{"host": "web.shop.localhost"}]}}),
        ),
        object(
            "v1",
            "ConfigMap",
            json!({"metadata": {"namespace": "shop"}, "data": {"secretName": "text"}}),
        ),
    ];
    assert_eq!(restricted(&objects).unwrap().into_objects().len(), 4);
}

#[test]
fn a_refusal_says_what_where_why_and_what_to_do() {
    let refusal = restricted(&[deployment(pod_with("/hostNetwork", json!(true)))]).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "Deployment web, spec.template.spec.hostNetwork: pods may not use the node's network (Pod Security baseline, the project's level). Take it out, or have the project's level raised."
    );
}

#[test]
fn a_kind_that_is_not_granted_is_refused() {
    assert_eq!(refused(object("apps/v1", "DaemonSet", json!({}))), "kind");
    assert_eq!(refused(object("apps.example/v1", "Deployment", json!({}))), "kind");
}

#[test]
fn what_reaches_beyond_the_namespace_is_refused_even_when_it_is_granted() {
    assert_eq!(refused(object("v1", "Namespace", json!({}))), "kind");
    assert_eq!(refused(object("rbac.authorization.k8s.io/v1", "ClusterRole", json!({}))), "kind");
}

#[test]
fn names_are_names() {
    for name in ["Web", "../secrets", "a b", "-a", "a..b", &"a".repeat(254)] {
        assert_eq!(
            refused(object("v1", "ConfigMap", json!({"metadata": {"name": name}}))),
            "metadata.name"
        );
    }
    assert_eq!(refused(object("v1/../../x", "ConfigMap", json!({}))), "apiVersion");
    assert_eq!(refused(object("v1", "ConfigMap/x", json!({}))), "kind");
}

#[test]
fn another_namespace_is_refused() {
    let elsewhere = json!({"metadata": {"namespace": "kube-system"}});
    assert_eq!(refused(object("v1", "ConfigMap", elsewhere)), "metadata.namespace");
}

#[test]
fn what_the_cluster_sets_is_refused() {
    for name in ["ownerReferences", "finalizers", "managedFields", "uid", "generateName"] {
        let field = format!("metadata.{name}");
        assert_eq!(refused(object("v1", "ConfigMap", json!({"metadata": {(name): ["x"]}}))), field);
    }
    assert_eq!(refused(object("v1", "ConfigMap", json!({"status": {"phase": "x"}}))), "status");
    let empty = json!({"metadata": {"creationTimestamp": null}, "status": {}});
    assert!(restricted(&[object("v1", "ConfigMap", empty)]).is_ok(), "as Go programs write it");
}

/// A machine with this specification: templates are found in kinds that nobody has heard of, too.
fn machine(spec: Value) -> Value {
    object("example.org/v1", "Machine", json!({"spec": spec}))
}

#[test]
fn what_the_cluster_sets_is_refused_in_templates_too() {
    for name in ["finalizers", "ownerReferences", "namespace", "generateName", "uid"] {
        let metadata = json!({(name): ["x"]});
        let template = json!({"metadata": metadata, "spec": pod()});
        for (at, spec) in [
            ("template", json!({"template": template})),
            ("jobTemplate", json!({"jobTemplate": {"metadata": metadata}})),
            ("jobTemplate.spec.template", json!({"jobTemplate": {"spec": {"template": template}}})),
            ("volumeClaimTemplates[1]", json!({"volumeClaimTemplates": [{}, template]})),
            (
                "a.volumeClaimTemplate",
                json!({"a": {"volumeClaimTemplate": {"metadata": metadata}}}),
            ),
            ("pods[0]", json!({"pods": [template]})),
        ] {
            assert_eq!(refused(machine(spec)), format!("spec.{at}.metadata.{name}"));
        }
    }
    let finalizers =
        json!({"template": {"metadata": {"finalizers": ["a.example/b"]}, "spec": pod()}});
    let deployment = object("apps/v1", "Deployment", json!({"spec": finalizers}));
    assert_eq!(refused(deployment), "spec.template.metadata.finalizers");
    let usual =
        json!({"name": "a", "labels": {"a": "b"}, "annotations": null, "creationTimestamp": null});
    let usual = json!({"template": {"metadata": usual, "spec": pod()}});
    assert!(restricted(&[object("apps/v1", "Deployment", json!({"spec": usual}))]).is_ok());
}

#[test]
fn what_is_called_metadata_and_is_no_templates_is_left_alone() {
    let triggers = json!([{"type": "a", "metadata": {"finalizers": "x", "labels": 1}}]);
    let machine = machine(json!({"triggers": triggers, "metadata": [{"name": "a", "value": "b"}]}));
    assert!(restricted(&[machine]).is_ok());
}

#[test]
fn labels_and_annotations_are_maps_of_texts() {
    for words in ["labels", "annotations"] {
        for (given, at) in [(json!("x"), ""), (json!(["x"]), ""), (json!({"a": 1}), ".a")] {
            let metadata = json!({(words): given});
            let field = format!("metadata.{words}{at}");
            let map = object("v1", "ConfigMap", json!({"metadata": metadata}));
            assert_eq!(refused(map), field);
            let spec = json!({"template": {"metadata": metadata, "spec": pod()}});
            assert_eq!(refused(machine(spec)), format!("spec.template.{field}"));
            let spec = json!({"volumeClaimTemplates": [{"metadata": metadata}]});
            assert_eq!(refused(machine(spec)), format!("spec.volumeClaimTemplates[0].{field}"));
        }
    }
    for given in [json!("x"), json!(["x"]), json!(1)] {
        let spec = json!({"template": {"metadata": given, "spec": pod()}});
        assert_eq!(refused(machine(spec)), "spec.template.metadata");
    }
}

#[test]
fn our_own_labels_are_ours_wherever_they_stand() {
    let ours = json!({"labels": {"slipway.dev/rollout": "other"}});
    let field = "metadata.labels.slipway.dev/rollout";
    assert_eq!(refused(object("v1", "ConfigMap", json!({"metadata": ours.clone()}))), field);
    let template = json!({"spec": {"template": {"metadata": ours, "spec": pod()}}});
    assert_eq!(
        refused(object("apps/v1", "Deployment", template)),
        format!("spec.template.{field}")
    );
    let level =
        json!({"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "privileged"}}});
    assert!(restricted(&[object("v1", "ConfigMap", level)]).is_err());
}

#[test]
fn a_plugin_may_mark_a_restart_on_a_pod_template_only() {
    let mark = json!({"annotations": {"slipway.dev/restarted-at": "1"}});
    let template = json!({"spec": {"template": {"metadata": mark.clone(), "spec": pod()}}});
    assert!(restricted(&[object("apps/v1", "Deployment", template)]).is_ok());
    assert!(restricted(&[object("v1", "ConfigMap", json!({"metadata": mark}))]).is_err());
}

#[test]
fn duplicates_are_refused() {
    let twice = [object("v1", "ConfigMap", json!({})), object("v1", "ConfigMap", json!({}))];
    assert_eq!(restricted(&twice).unwrap_err().field, "metadata.name");
}

#[test]
fn an_object_beyond_measure_is_refused() {
    let large = object("v1", "ConfigMap", json!({"data": {"x": "x".repeat(2 << 20)}}));
    assert_eq!(refused(large), "the whole object");
}
