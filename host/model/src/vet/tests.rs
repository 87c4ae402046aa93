//! What is let through, and for each rule one object that breaks it.

use proptest::prelude::*;
use serde_json::{Value, json};

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

/// Changes of a pod that `baseline` refuses.
fn beyond_baseline() -> Vec<(&'static str, Value)> {
    let context = "/containers/0/securityContext";
    vec![
        ("/hostNetwork", json!(true)),
        ("/hostPID", json!(true)),
        ("/hostIPC", json!(true)),
        ("/hostNetwork", json!("true")),
        ("/volumes", json!([{"name": "a", "hostPath": {"path": "/"}}])),
        ("/securityContext/sysctls", json!([{"name": "kernel.msgmax", "value": "1"}])),
        ("/securityContext/windowsOptions", json!({"hostProcess": true})),
        ("/securityContext/seccompProfile", json!({"type": "Unconfined"})),
        ("/securityContext/appArmorProfile", json!({"type": "Unconfined"})),
        ("/securityContext/seLinuxOptions", json!({"type": "spc_t"})),
        ("/securityContext/seLinuxOptions", json!({"user": "root"})),
        ("/containers/0/ports", json!([{"containerPort": 80, "hostPort": 80}])),
        (
            "/containers/0/livenessProbe",
            json!({"httpGet": {"host": "169.254.169.254", "port": 80}}),
        ),
        ("/containers/0/lifecycle", json!({"preStop": {"tcpSocket": {"host": "a", "port": 1}}})),
        (context, json!({"privileged": true})),
        (context, json!({"capabilities": {"add": ["SYS_ADMIN"]}})),
        (context, json!({"procMount": "Unmasked"})),
        ("/initContainers", json!([{"name": "a", "securityContext": {"privileged": true}}])),
        ("/ephemeralContainers", json!([{"name": "a", "securityContext": {"privileged": true}}])),
        ("/serviceAccountName", json!("admin")),
        ("/serviceAccount", json!("admin")),
        ("/automountServiceAccountToken", json!(true)),
        (
            "/volumes",
            json!([{"name": "a", "projected": {"sources": [{"serviceAccountToken": {}}]}}]),
        ),
        (
            "/volumes",
            json!([{"name": "a", "projected": {"sources": [{"secret": {"name": "other"}}]}}]),
        ),
        ("/volumes", json!([{"name": "a", "secret": {"secretName": "other"}}])),
        ("/imagePullSecrets", json!([{"name": "other"}])),
        (
            "/containers/0/env",
            json!([{"name": "A", "valueFrom": {"secretKeyRef": {"name": "other", "key": "k"}}}]),
        ),
        ("/containers/0/envFrom", json!([{"secretRef": {"name": "other"}}])),
        ("/nodeName", json!("control-plane")),
        ("/priorityClassName", json!("system-node-critical")),
    ]
}

/// Changes of a pod that only `restricted` refuses.
fn beyond_restricted() -> Vec<(&'static str, Value)> {
    let context = "/containers/0/securityContext";
    vec![
        ("/securityContext", json!({})),
        ("/securityContext/runAsNonRoot", json!(false)),
        ("/securityContext/runAsUser", json!(0)),
        ("/securityContext/seccompProfile", json!({})),
        ("/volumes", json!([{"name": "a", "nfs": {"server": "s", "path": "/"}}])),
        (context, json!({})),
        (context, json!({"allowPrivilegeEscalation": false})),
        (context, json!({"allowPrivilegeEscalation": true, "capabilities": {"drop": ["ALL"]}})),
        (
            context,
            json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"], "add": ["CHOWN"]}}),
        ),
        (
            context,
            json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": false}),
        ),
        ("/initContainers", json!([{"name": "a"}])),
    ]
}

#[test]
fn each_way_out_of_a_pod_is_closed_at_baseline() {
    for (pointer, value) in beyond_baseline() {
        let answer =
            at_level(PodSecurity::Baseline, &[deployment(pod_with(pointer, value.clone()))]);
        assert!(answer.is_err(), "{pointer} {value}");
    }
}

#[test]
fn restricted_asks_for_more_than_baseline() {
    for (pointer, value) in beyond_restricted() {
        let objects = [deployment(pod_with(pointer, value.clone()))];
        assert!(restricted(&objects).is_err(), "{pointer} {value}");
        assert!(at_level(PodSecurity::Baseline, &objects).is_ok(), "{pointer} {value}");
    }
}

#[test]
fn a_privileged_project_may_have_privileged_pods_and_still_no_foreign_secrets() {
    let privileged = pod_with("/containers/0/securityContext", json!({"privileged": true}));
    assert!(at_level(PodSecurity::Privileged, &[deployment(privileged)]).is_ok());
    let greedy = pod_with("/imagePullSecrets", json!([{"name": "other"}]));
    assert!(at_level(PodSecurity::Privileged, &[deployment(greedy)]).is_err());
}

#[test]
fn a_pod_may_name_exactly_the_secrets_of_its_own_values() {
    let named = |name: &str| {
        let env =
            json!([{"name": "A", "valueFrom": {"secretKeyRef": {"name": name, "key": "a.1"}}}]);
        restricted(&[deployment(pod_with("/containers/0/env", env))])
    };
    assert!(named("web.secrets.slipway.dev").is_ok());
    // Of `db`, and of an app whose name begins like this one's.
    for other in ["db.secrets.slipway.dev", "web-2.secrets.slipway.dev"] {
        assert!(named(other).is_err(), "{other}");
    }
    for name in ["web.secrets.slipway.dev", "db.secrets.slipway.dev"] {
        let made = object("v1", "Secret", json!({"metadata": {"name": name}}));
        assert_eq!(refused(made), "metadata.name");
        let gone = ObjectRef { api_version: "v1".into(), kind: "Secret".into(), name: name.into() };
        assert!(removal(vec![gone]).is_err());
    }
}

#[test]
fn an_app_may_use_its_own_accounts_and_secrets() {
    let mut pod = pod_with("/serviceAccountName", json!("worker"));
    pod["automountServiceAccountToken"] = json!(true);
    pod["imagePullSecrets"] = json!([{"name": "pull"}, {"name": "web-pull"}]);
    let account = object("v1", "ServiceAccount", json!({"metadata": {"name": "worker"}}));
    let secret = object("v1", "Secret", json!({"metadata": {"name": "pull"}}));
    assert!(restricted(&[deployment(pod), account, secret]).is_ok());
}

#[test]
fn a_prefix_of_another_apps_name_is_not_enough() {
    let pod = pod_with("/imagePullSecrets", json!([{"name": "website-secret"}]));
    assert!(restricted(&[deployment(pod)]).is_err());
}

#[test]
fn a_token_is_made_for_own_accounts_only() {
    let token = json!({"type": "kubernetes.io/service-account-token",
        "metadata": {"annotations": {"kubernetes.io/service-account.name": "default"}}});
    assert_eq!(refused(object("v1", "Secret", token)), "type");
}

#[test]
fn services_stay_inside() {
    let outside = json!({"spec": {"type": "ExternalName", "externalName": "a.example"}});
    assert_eq!(refused(object("v1", "Service", outside)), "spec.type");
    let addresses = json!({"spec": {"externalIPs": ["10.0.0.1"]}});
    assert_eq!(refused(object("v1", "Service", addresses)), "spec.externalIPs");
}

#[test]
fn an_ingress_answers_for_its_own_hosts_only() {
    let ingress = |spec: Value| object("networking.k8s.io/v1", "Ingress", json!({"spec": spec}));
    assert_eq!(
        refused(ingress(json!({"rules": [{"host": "bank.example"}]}))),
        "spec.rules[0].host"
    );
    assert_eq!(refused(ingress(json!({"rules": [{}]}))), "spec.rules[0].host");
    assert_eq!(refused(ingress(json!({"defaultBackend": {}}))), "spec.defaultBackend");
    assert_eq!(
        refused(ingress(json!({"tls": [{"hosts": ["bank.example"]}]}))),
        "spec.tls[0].hosts[0]"
    );
    assert_eq!(
        refused(ingress(json!({"tls": [{"secretName": "other"}]}))),
        "spec.tls[0].secretName"
    );
    let snippet =
        json!({"metadata": {"annotations": {"nginx.ingress.kubernetes.io/server-snippet": "x"}}});
    assert!(restricted(&[object("networking.k8s.io/v1", "Ingress", snippet)]).is_err());
}

#[test]
fn rights_are_given_to_own_accounts_and_never_all_of_them() {
    let group = "rbac.authorization.k8s.io/v1";
    let role = |rule: Value| object(group, "Role", json!({"rules": [rule]}));
    let modest = role(json!({"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}));
    assert!(restricted(std::slice::from_ref(&modest)).is_ok());
    assert_eq!(refused(role(json!({"verbs": ["*"]}))), "rules[0].verbs[0]");
    assert_eq!(refused(role(json!({"resources": ["pods", "secrets"]}))), "rules[0].resources[1]");
    let binding = |kind: &str, account: &str| {
        object(
            group,
            "RoleBinding",
            json!({
        "roleRef": {"kind": kind, "name": "web"}, "subjects": [{"kind": "ServiceAccount", "name": account}]}),
        )
    };
    let account = object("v1", "ServiceAccount", json!({}));
    assert!(restricted(&[modest.clone(), account.clone(), binding("Role", "web")]).is_ok());
    assert!(restricted(&[modest.clone(), account.clone(), binding("ClusterRole", "web")]).is_err());
    assert!(restricted(&[modest, account, binding("Role", "default")]).is_err());
}

#[test]
fn only_granted_kinds_are_removed() {
    let reference =
        |kind: &str| ObjectRef { api_version: "v1".into(), kind: kind.into(), name: "web".into() };
    assert!(removal(vec![reference("Secret")]).is_ok());
    assert!(removal(vec![reference("Node")]).is_err());
    assert!(removal(vec![reference("PersistentVolumeClaim")]).is_err());
}

proptest! {
    /// However deep a pod is hidden, and in whatever kind, its way out is closed.
    #[test]
    fn a_way_out_is_found_wherever_the_pod_is(
        which in 0..30_usize,
        path in prop::collection::vec("[a-z]{1,8}", 0..6),
        in_list in any::<bool>(),
    ) {
        let (pointer, value) = beyond_baseline().swap_remove(which);
        let mut inner = pod_with(pointer, value);
        for name in &path {
            inner = if in_list { json!({(name): [inner]}) } else { json!({(name): inner}) };
        }
        let machine = object("example.org/v1", "Machine", json!({"spec": inner.clone()}));
        prop_assert!(restricted(&[machine]).is_err());
        let cron = json!({"spec": {"jobTemplate": {"spec": {"template": {"spec": inner}}}}});
        prop_assert!(restricted(&[object("batch/v1", "CronJob", cron)]).is_err());
    }

    /// Vetting never panics, whatever the JSON is.
    #[test]
    fn any_json_is_answered(text in "[\\[\\]{}\":,a-z0-9]{0,60}") {
        if let Ok(json) = serde_json::from_str::<Value>(&text) {
            let _ = restricted(&[object("v1", "Pod", json!({"spec": json}))]);
        }
    }
}
