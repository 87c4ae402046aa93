//! Service, Ingress, and Gateway API.

use super::Health::{Degraded, Healthy, Progressing};
use super::*;

fn address() -> Value {
    json!({"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}})
}

#[test]
fn a_load_balancer_needs_its_address() {
    let service = |kind: &str, status: Value| json!({"spec": {"type": kind}, "status": status});
    check(
        "v1",
        "Service",
        &[
            (json!({}), Healthy, "Exists"),
            (service("ClusterIP", json!({"loadBalancer": {}})), Healthy, "Exists"),
            (service("LoadBalancer", json!({"loadBalancer": {}})), Progressing, "NoAddress"),
            (
                service("LoadBalancer", json!({"loadBalancer": {"ingress": []}})),
                Progressing,
                "NoAddress",
            ),
            (service("LoadBalancer", address()), Healthy, "HasAddress"),
        ],
    );
}

#[test]
fn an_ingress_without_an_address_is_healthy_after_a_grace_unless_its_class_always_has_one() {
    let ingress = |class: &str, created: &str, status: Value| json!({"metadata": {"creationTimestamp": created}, "spec": {"ingressClassName": class}, "status": status});
    let (new, old) = ("2026-03-01T11:59:30Z", "2026-03-01T11:00:00Z");
    let annotated = json!({"metadata": {"annotations": {"kubernetes.io/ingress.class": "gce"}}});
    let lines = [
        (ingress("nginx", new, json!({})), Progressing, "NoAddress"),
        (ingress("nginx", new, address()), Healthy, "HasAddress"),
        (ingress("nginx", old, json!({})), Healthy, "AddressNotReported"),
        (ingress("nginx", "", json!({})), Progressing, "NoAddress"),
        (ingress("", old, json!({})), Healthy, "AddressNotReported"),
        (ingress("alb", old, json!({})), Progressing, "NoAddress"),
        (annotated, Progressing, "NoAddress"),
    ];
    check("networking.k8s.io/v1", "Ingress", &lines);
    check("extensions/v1beta1", "Ingress", &lines);
}

fn about(generation: i64, name: &str, status: &str) -> Value {
    let mut condition = condition(name, status, "", "");
    condition["observedGeneration"] = generation.into();
    condition
}

fn parent(conditions: Value) -> Value {
    json!({"parentRef": {"name": "front"}, "controllerName": "example.org/gateways", "conditions": conditions})
}

#[test]
fn every_kind_of_route_is_judged_by_the_gateways_that_have_seen_it() {
    let route = |parents: Value| json!({"status": {"parents": parents}});
    let accepted = parent(json!([about(2, "Accepted", "True"), about(2, "ResolvedRefs", "True")]));
    let stale = parent(json!([about(1, "Accepted", "False")]));
    let lines = [
        (json!({}), Progressing, "NotObserved"),
        (route(json!([])), Progressing, "NotObserved"),
        (route(json!([stale])), Progressing, "NotObserved"),
        (route(json!([accepted])), Healthy, "Accepted"),
        (route(json!([stale, accepted])), Healthy, "Accepted"),
        (route(json!([parent(json!([about(2, "Accepted", "Unknown")]))])), Progressing, "Waiting"),
        (
            route(json!([accepted, parent(json!([about(2, "Accepted", "False")]))])),
            Degraded,
            "NotAccepted",
        ),
        (
            route(json!([parent(json!([about(2, "ResolvedRefs", "False")]))])),
            Degraded,
            "RefsNotResolved",
        ),
        (
            route(json!([parent(json!([about(2, "PartiallyInvalid", "True")]))])),
            Degraded,
            "PartiallyInvalid",
        ),
        (
            route(json!([parent(json!([about(2, "Programmed", "False")]))])),
            Progressing,
            "NotProgrammed",
        ),
        (route(json!([{"conditions": 7}, null])), Progressing, "NotObserved"),
    ];
    for kind in ["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"] {
        check("gateway.networking.k8s.io/v1", kind, &lines);
    }
    let refused = route(json!([parent(json!([about(2, "Accepted", "False")]))]));
    let message = message("gateway.networking.k8s.io/v1", "HTTPRoute", &refused);
    assert_eq!(
        message,
        "Gateway front: It was refused. The cluster says: what the controller wrote"
    );
}

#[test]
fn a_gateway_is_judged_by_itself_and_its_listeners() {
    let gateway = |own: Value, listener: Value| json!({"status": {"conditions": own, "listeners": [{"name": "https", "conditions": listener}]}});
    let good = json!([about(2, "Accepted", "True"), about(2, "Programmed", "True")]);
    check(
        "gateway.networking.k8s.io/v1",
        "Gateway",
        &[
            (json!({}), Progressing, "NotObserved"),
            (gateway(json!([about(1, "Accepted", "True")]), json!([])), Progressing, "NotObserved"),
            (gateway(good.clone(), good.clone()), Healthy, "Accepted"),
            (
                gateway(json!([about(2, "Programmed", "Unknown")]), good.clone()),
                Progressing,
                "NotProgrammed",
            ),
            (
                gateway(json!([about(2, "Accepted", "False")]), good.clone()),
                Degraded,
                "NotAccepted",
            ),
            (
                gateway(good.clone(), json!([about(2, "ResolvedRefs", "False")])),
                Degraded,
                "RefsNotResolved",
            ),
            // A listener that is broken speaks before a gateway that is being set up.
            (
                gateway(
                    json!([about(2, "Programmed", "False")]),
                    json!([about(2, "ResolvedRefs", "False")]),
                ),
                Degraded,
                "RefsNotResolved",
            ),
        ],
    );
}

#[test]
fn classes_and_policies_are_judged_by_who_took_them() {
    let class = |status: &str| json!({"status": {"conditions": [about(2, "Accepted", status)]}});
    check(
        "gateway.networking.k8s.io/v1",
        "GatewayClass",
        &[
            (json!({}), Progressing, "NotObserved"),
            (class("True"), Healthy, "Accepted"),
            (class("Unknown"), Progressing, "Waiting"),
            (class("False"), Degraded, "NotAccepted"),
        ],
    );
    let policy = |status: &str| json!({"status": {"ancestors": [{"ancestorRef": {"name": "front"}, "conditions": [about(2, "Accepted", status)]}]}});
    check(
        "gateway.networking.k8s.io/v1",
        "BackendTLSPolicy",
        &[
            (json!({}), Progressing, "NotObserved"),
            (policy("True"), Healthy, "Accepted"),
            (
                json!({"status": {"ancestors": [{"conditions": [about(2, "Accepted", "True")]}, {"conditions": [about(1, "Accepted", "True")]}]}}),
                Progressing,
                "NotObserved",
            ),
            (policy("False"), Degraded, "NotAccepted"),
        ],
    );
}
