//! Who is reached from outside, who gets rights, and what is removed.

use super::*;

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
fn rights_over_whatever_there_is_are_refused() {
    for (list, word) in [
        ("resources", "*"),
        ("resources", "*/token"),
        ("resources", "*/exec"),
        ("resources", "*/proxy"),
        ("resources", "pods/*"),
        ("verbs", "*"),
        ("apiGroups", "*"),
        ("apiGroups", "*.k8s.io"),
    ] {
        let rules = json!({"rules": [{(list): ["a", word]}]});
        let role = object("rbac.authorization.k8s.io/v1", "Role", rules);
        assert_eq!(refused(role), format!("rules[0].{list}[1]"), "{word}");
    }
}

#[test]
fn only_granted_kinds_are_removed() {
    let reference =
        |kind: &str| ObjectRef { api_version: "v1".into(), kind: kind.into(), name: "web".into() };
    assert!(removal(vec![reference("Secret")]).is_ok());
    assert!(removal(vec![reference("Node")]).is_err());
    assert!(removal(vec![reference("PersistentVolumeClaim")]).is_err());
}
