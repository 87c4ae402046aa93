//! Services.

use serde_json::{Value, json};

use super::{Rules, empty, fill, items, items_mut, one_of};
use crate::admission::{invalid, required};
use crate::names;
use crate::refusal::Cause;

/// The rules for services.
pub(crate) const SERVICE: Rules =
    Rules { defaults, first: |_| Some(json!({"loadBalancer": {}})), check };

fn defaults(service: &mut Value) {
    let Some(spec) = service.get_mut("spec").filter(|it| it.is_object()) else { return };
    fill(spec, "type", json!("ClusterIP"));
    fill(spec, "sessionAffinity", json!("None"));
    for port in items_mut(spec, "ports") {
        fill(port, "protocol", json!("TCP"));
        let number = port["port"].clone();
        let target = &port["targetPort"];
        if target.is_null() || *target == json!(0) || *target == json!("") {
            port["targetPort"] = number;
        }
    }
    if spec["type"] == "ExternalName" {
        return;
    }
    fill(spec, "internalTrafficPolicy", json!("Cluster"));
    fill(spec, "ipFamilies", json!(["IPv4"]));
    fill(spec, "ipFamilyPolicy", json!("SingleStack"));
    if spec["type"] == "NodePort" || spec["type"] == "LoadBalancer" {
        fill(spec, "externalTrafficPolicy", json!("Cluster"));
    }
    if spec["type"] == "LoadBalancer" {
        fill(spec, "allocateLoadBalancerNodePorts", json!(true));
    }
}

fn check(service: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &service["spec"];
    let kinds = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    one_of("spec.type", &spec["type"], &kinds, causes);
    let number = items(spec, "ports").count();
    if number == 0 && spec["type"] != "ExternalName" && spec["clusterIP"] != "None" {
        causes.push(required("spec.ports", ""));
    }
    if spec["type"] == "ExternalName" && empty(&spec["externalName"]) {
        causes.push(required("spec.externalName", ""));
    }
    let mut seen: Vec<(&Value, &Value)> = Vec::new();
    for (index, port) in items(spec, "ports").enumerate() {
        let at = format!("spec.ports[{index}]");
        let name = port["name"].as_str().unwrap_or_default();
        if number > 1 && name.is_empty() {
            causes.push(required(&format!("{at}.name"), ""));
        } else if !name.is_empty() && !names::is_label(name) {
            causes.push(invalid(&format!("{at}.name"), &port["name"], "must be a DNS label"));
        }
        if !port["port"].as_i64().is_some_and(|it| (1..=65_535).contains(&it)) {
            let why = "must be between 1 and 65535, inclusive";
            causes.push(invalid(&format!("{at}.port"), &port["port"], why));
        }
        one_of(&format!("{at}.protocol"), &port["protocol"], &["SCTP", "TCP", "UDP"], causes);
        let pair = (&port["port"], &port["protocol"]);
        if seen.contains(&pair) {
            let message = format!("Duplicate value: {}/{}", pair.0, pair.1);
            causes.push(Cause { reason: "FieldValueDuplicate", field: at, message });
        }
        seen.push(pair);
    }
    if let Some(old) = old {
        let (now, before) = (&spec["clusterIP"], &old["spec"]["clusterIP"]);
        let same_kind = spec["type"] != "ExternalName" && old["spec"]["type"] != "ExternalName";
        if same_kind && !empty(before) && now != before {
            causes.push(invalid("spec.clusterIPs[0]", now, "may not change once set"));
        }
    }
}
