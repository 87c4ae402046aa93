//! Ingresses, their classes and network policies. Nothing here routes: an ingress gets no address.

use serde_json::{Value, json};

use super::{NONE, Rules, empty, fill, items, one_of};
use crate::admission::required;
use crate::refusal::Cause;

/// The rules for ingresses.
pub(crate) const INGRESS: Rules =
    Rules { first: |_| Some(json!({"loadBalancer": {}})), check: check_ingress, ..NONE };
/// The rules for classes of ingresses.
pub(crate) const INGRESS_CLASS: Rules = NONE;
/// The rules for network policies.
pub(crate) const NETWORK_POLICY: Rules = Rules { defaults: policy_defaults, ..NONE };

fn check_ingress(ingress: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &ingress["spec"];
    if items(spec, "rules").next().is_none() && !spec["defaultBackend"].is_object() {
        causes.push(required("spec", "either `defaultBackend` or `rules` must be specified"));
    }
    for (rule_index, rule) in items(spec, "rules").enumerate() {
        for (index, path) in items(&rule["http"], "paths").enumerate() {
            let at = format!("spec.rules[{rule_index}].http.paths[{index}]");
            if empty(&path["pathType"]) {
                causes.push(required(&format!("{at}.pathType"), "pathType must be specified"));
            } else {
                let kinds = ["Exact", "ImplementationSpecific", "Prefix"];
                one_of(&format!("{at}.pathType"), &path["pathType"], &kinds, causes);
            }
            check_backend(&path["backend"], &format!("{at}.backend"), causes);
        }
    }
    if spec["defaultBackend"].is_object() {
        check_backend(&spec["defaultBackend"], "spec.defaultBackend", causes);
    }
}

fn check_backend(backend: &Value, at: &str, causes: &mut Vec<Cause>) {
    if backend["resource"].is_object() {
        return;
    }
    let service = &backend["service"];
    if empty(&service["name"]) {
        causes.push(required(&format!("{at}.service.name"), ""));
    }
    if service["port"]["number"].is_null() && empty(&service["port"]["name"]) {
        causes.push(required(&format!("{at}.service.port"), "port name or number is required"));
    }
}

fn policy_defaults(policy: &mut Value) {
    let Some(spec) = policy.get_mut("spec").filter(|it| it.is_object()) else { return };
    let egress = items(spec, "egress").next().is_some();
    fill(
        spec,
        "policyTypes",
        if egress { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) },
    );
}
