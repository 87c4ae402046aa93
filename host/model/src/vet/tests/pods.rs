//! Pods: what gets out of one, and whose accounts, secrets and tokens it may have.

use super::*;

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
