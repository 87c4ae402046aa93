//! No object that a cluster may serve makes an assessment panic, and every verdict can be shown.

use proptest::prelude::*;

use crate::health::condition::is_camel_case;
use crate::health::rules::Rules;

use super::*;

const KINDS: &[(&str, &str)] = &[
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "ReplicaSet"),
    ("v1", "Pod"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Service"),
    ("networking.k8s.io/v1", "Ingress"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("policy/v1", "PodDisruptionBudget"),
    ("apiregistration.k8s.io/v1", "APIService"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ("gateway.networking.k8s.io/v1", "GatewayClass"),
    ("gateway.networking.k8s.io/v1", "Gateway"),
    ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    ("gateway.networking.k8s.io/v1", "BackendTLSPolicy"),
    ("cert-manager.io/v1", "Certificate"),
    ("cert-manager.io/v1", "Issuer"),
    ("argoproj.io/v1alpha1", "Rollout"),
    ("argoproj.io/v1alpha1", "AnalysisRun"),
    ("slipway.dev/v1alpha1", "Rollout"),
    ("example.org/v1", "Thing"),
];

/// Names and values that the rules look at, so that chance gets past their first lines.
const KEYS: &[&str] = &[
    "type",
    "status",
    "reason",
    "message",
    "observedGeneration",
    "lastTransitionTime",
    "phase",
    "replicas",
    "readyReplicas",
    "updatedReplicas",
    "availableReplicas",
    "desiredNumberScheduled",
    "numberAvailable",
    "paused",
    "suspend",
    "updateStrategy",
    "rollingUpdate",
    "partition",
    "restartPolicy",
    "conditions",
    "health",
    "containerStatuses",
    "initContainerStatuses",
    "state",
    "lastState",
    "waiting",
    "terminated",
    "exitCode",
    "name",
    "loadBalancer",
    "ingress",
    "parents",
    "parentRef",
    "listeners",
    "ancestors",
    "active",
    "lastScheduleTime",
    "lastSuccessfulTime",
    "notAfter",
    "succeeded",
    "failed",
    "completions",
    "stableRS",
    "currentPodHash",
];
const TEXTS: &[&str] = &[
    "",
    "True",
    "False",
    "Unknown",
    "Ready",
    "Progressing",
    "Failed",
    "Stalled",
    "Accepted",
    "ScalingActive",
    "AbleToScale",
    "FailedGetScale",
    "PodScheduled",
    "Unschedulable",
    "CrashLoopBackOff",
    "Running",
    "Pending",
    "Bound",
    "Always",
    "OnDelete",
    "LoadBalancer",
    "Healthy",
    "2026-03-01T11:00:00Z",
    "-9999-01-01T00:00:00Z",
    "é {",
    "2",
];

/// What is counted may be anything too: sums and differences must not overflow.
const NUMBERS: &[i64] = &[0, 2, -1, i64::MIN, i64::MAX];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0i64..4).prop_map(Value::from),
        prop_oneof![Just(i64::MIN), Just(-1), Just(i64::MAX)].prop_map(Value::from),
        Just(json!(1.5)),
        Just(json!(u64::MAX)),
        proptest::sample::select(TEXTS).prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        let keys = proptest::sample::select(KEYS).prop_map(str::to_owned);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((keys, inner), 0..8)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

/// Every field that any rule looks at.
fn everything() -> Value {
    let container = json!({"name": "app", "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "m"},
        "terminated": {"exitCode": 1, "reason": "OOMKilled", "message": "m"}},
        "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "message": "m"}}});
    let conditions = json!([{"type": "Ready", "status": "True", "reason": "R", "message": "m",
        "observedGeneration": 2, "lastTransitionTime": "2026-03-01T11:00:00Z"}, {"type": "Accepted", "status": "False"}]);
    json!({
        "metadata": {"generation": 2, "creationTimestamp": "2026-03-01T11:00:00Z", "finalizers": ["f"],
            "annotations": {"autoscaling.alpha.kubernetes.io/conditions": "[{}]",
                "health.slipway.dev/progress-deadline-seconds": "9", "rollout.argoproj.io/workload-generation": "2"},
            "managedFields": [{"manager": "m", "time": "2026-03-01T11:00:00Z"}]},
        "spec": {"replicas": 2, "paused": false, "suspend": false, "restartPolicy": "Always", "type": "LoadBalancer",
            "completions": 2, "maxReplicas": 3, "ingressClassName": "alb", "workloadRef": {},
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}},
        "status": {"observedGeneration": 2, "phase": "Running", "health": "Healthy", "reason": "R", "message": "m",
            "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, "readyReplicas": 2, "succeeded": 1, "failed": 1,
            "desiredNumberScheduled": 2, "updatedNumberScheduled": 2, "numberAvailable": 2, "active": [{}],
            "currentRevision": "a", "updateRevision": "b", "currentPodHash": "a", "stableRS": "a",
            "lastScheduleTime": "2026-03-01T11:00:00Z", "lastSuccessfulTime": "2026-03-01T11:00:00Z",
            "lastFailureTime": "2026-03-01T11:00:00Z", "notAfter": "2026-03-01T11:00:00Z",
            "workloadObservedGeneration": "2", "loadBalancer": {"ingress": [{}]}, "conditions": conditions,
            "containerStatuses": [container], "initContainerStatuses": [container],
            "listeners": [{"name": "a", "conditions": conditions}],
            "parents": [{"parentRef": {"name": "a"}, "conditions": conditions}],
            "ancestors": [{"ancestorRef": {"name": "a"}, "conditions": conditions}]},
    })
}

/// The pointers to everything inside.
fn pointers(json: &Value, here: &str, all: &mut Vec<String>) {
    let mut visit = |key: &str, inside: &Value| {
        let pointer = format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
        pointers(inside, &pointer, all);
        all.push(pointer);
    };
    match json {
        Value::Object(fields) => fields.iter().for_each(|(key, it)| visit(key, it)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(key, it)| visit(&key.to_string(), it));
        }
        _ => {}
    }
}

/// An object of some kind with all fields, some of them replaced by chance.
fn any_object() -> impl Strategy<Value = Object> {
    let changes = proptest::collection::vec((any::<proptest::sample::Index>(), any_json()), 0..8);
    let numbers = proptest::collection::vec(proptest::sample::select(NUMBERS), 64);
    let parts = (proptest::sample::select(KINDS), numbers, changes);
    parts.prop_map(|((api, kind), numbers, changes)| {
        let mut object = everything();
        let mut all = Vec::new();
        pointers(&object, "", &mut all);
        for (pointer, number) in all.iter().zip(numbers.iter().cycle()) {
            if let Some(place) = object.pointer_mut(pointer).filter(|it| it.is_number()) {
                *place = (*number).into();
            }
        }
        for (index, json) in changes {
            // It may lie in a part that an earlier change has replaced.
            if let Some(place) = object.pointer_mut(index.get::<String>(&all)) {
                *place = json;
            }
        }
        if !object["metadata"].is_object() {
            object["metadata"] = json!({});
        }
        object["metadata"]["name"] = "a".into();
        object["apiVersion"] = api.into();
        object["kind"] = kind.into();
        Object::new(object).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn any_json_gets_a_verdict_that_can_be_shown(object in any_object(), now in any::<u64>()) {
        for at in [0, NOON, now] {
            let verdict = assess_at(&object, at);
            prop_assert!(is_camel_case(&verdict.reason), "{verdict:?}");
            prop_assert!(!verdict.message.trim().is_empty(), "{verdict:?}");
        }
    }

    #[test]
    fn any_json_is_a_set_of_rules_or_a_named_mistake(json in any_json()) {
        match Rules::read(&json) {
            Ok(rules) => drop(assess_with(&object("example.org/v1", "Thing", &json!({})), &rules, NOON)),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
