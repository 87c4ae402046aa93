//! Pods, and the templates that they are made from.

use serde_json::{Value, json};
use slipway_model::quantity::{Quantity, canonicalise};

use super::{Rules, empty, fill, items, items_mut, one_of};
use crate::admission::{invalid, required};
use crate::names;
use crate::refusal::Cause;

/// The rules for pods.
pub(crate) const POD: Rules = Rules { defaults, first, check };

fn defaults(pod: &mut Value) {
    canonicalise(pod);
    let Some(spec) = pod.get_mut("spec").filter(|it| it.is_object()) else { return };
    spec_defaults(spec);
    fill(spec, "enableServiceLinks", json!(true));
    for list in ["containers", "initContainers"] {
        for container in items_mut(spec, list) {
            requests(&mut container["resources"]);
        }
    }
}

/// What is limited and not requested is requested as far as it is limited.
fn requests(resources: &mut Value) {
    let limits = resources["limits"].as_object().cloned().unwrap_or_default();
    for (name, amount) in limits {
        fill(resources, "requests", json!({}));
        fill(&mut resources["requests"], &name, amount);
    }
}

/// The defaults of a pod's spec, in a template too.
pub(super) fn spec_defaults(spec: &mut Value) {
    fill(spec, "restartPolicy", json!("Always"));
    fill(spec, "terminationGracePeriodSeconds", json!(30));
    fill(spec, "dnsPolicy", json!("ClusterFirst"));
    fill(spec, "securityContext", json!({}));
    fill(spec, "schedulerName", json!("default-scheduler"));
    for list in ["initContainers", "containers"] {
        items_mut(spec, list).for_each(container_defaults);
    }
    for volume in items_mut(spec, "volumes") {
        for source in ["configMap", "secret", "projected", "downwardAPI"] {
            if volume[source].is_object() {
                fill(&mut volume[source], "defaultMode", json!(0o644));
            }
        }
        if volume.as_object().is_some_and(|it| it.len() == 1) {
            fill(volume, "emptyDir", json!({}));
        }
    }
}

fn container_defaults(container: &mut Value) {
    if !container.is_object() {
        return;
    }
    let image = container["image"].as_str().unwrap_or_default();
    let (name, digest) = image.split_once('@').map_or((image, false), |it| (it.0, true));
    let tag = name.rsplit('/').next().unwrap_or_default().split_once(':').map(|it| it.1);
    let always = !digest && tag.is_none_or(|it| it == "latest");
    fill(container, "imagePullPolicy", json!(if always { "Always" } else { "IfNotPresent" }));
    fill(container, "terminationMessagePath", json!("/dev/termination-log"));
    fill(container, "terminationMessagePolicy", json!("File"));
    fill(container, "resources", json!({}));
    for port in items_mut(container, "ports") {
        fill(port, "protocol", json!("TCP"));
    }
    for variable in items_mut(container, "env") {
        if let Some(reference) = variable.pointer_mut("/valueFrom/fieldRef") {
            fill(reference, "apiVersion", json!("v1"));
        }
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = container.get_mut(probe).filter(|it| it.is_object()) {
            fill(probe, "timeoutSeconds", json!(1));
            fill(probe, "periodSeconds", json!(10));
            fill(probe, "successThreshold", json!(1));
            fill(probe, "failureThreshold", json!(3));
            if let Some(get) = probe.get_mut("httpGet").filter(|it| it.is_object()) {
                fill(get, "path", json!("/"));
                fill(get, "scheme", json!("HTTP"));
            }
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "other kinds begin without a status")]
fn first(pod: &Value) -> Option<Value> {
    Some(json!({"phase": "Pending", "qosClass": quality(&pod["spec"])}))
}

/// The quality of service that follows from requests and limits.
fn quality(spec: &Value) -> &'static str {
    let mut any = false;
    let mut guaranteed = true;
    for container in items(spec, "containers").chain(items(spec, "initContainers")) {
        let resources = &container["resources"];
        let amount = |kind: &str, name: &str| resources[kind].get(name).cloned();
        for name in ["cpu", "memory"] {
            let (limit, request) = (amount("limits", name), amount("requests", name));
            any |= limit.is_some() || request.is_some();
            guaranteed &= limit.is_some() && limit == request;
        }
    }
    match (any, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}

fn check(pod: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    check_spec(&pod["spec"], "spec", causes);
    if let Some(old) = old
        && frozen(&pod["spec"], &old["spec"]) != frozen(&old["spec"], &old["spec"])
    {
        let message = "Forbidden: pod updates may not change fields other than \
                       `spec.containers[*].image`, `spec.initContainers[*].image`, \
                       `spec.activeDeadlineSeconds`, `spec.tolerations` (only additions to existing \
                       tolerations), `spec.terminationGracePeriodSeconds`";
        let cause =
            Cause { reason: "FieldValueForbidden", field: "spec".into(), message: message.into() };
        causes.push(cause);
    }
}

/// The part of a pod's spec that stays as it is.
fn frozen(spec: &Value, old: &Value) -> Value {
    let mut spec = spec.clone();
    let Some(fields) = spec.as_object_mut() else { return spec };
    for free in
        ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"]
    {
        fields.remove(free);
    }
    if empty(&old["nodeName"]) {
        // A pod is bound to its node once.
        fields.remove("nodeName");
    }
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        for container in items_mut(&mut spec, list) {
            if let Some(fields) = container.as_object_mut() {
                fields.remove("image");
            }
        }
    }
    spec
}

/// What is wrong with a pod's spec, in a template too.
pub(super) fn check_spec(spec: &Value, at: &str, causes: &mut Vec<Cause>) {
    if items(spec, "containers").next().is_none() {
        causes.push(required(&format!("{at}.containers"), ""));
    }
    one_of(
        &format!("{at}.restartPolicy"),
        &spec["restartPolicy"],
        &["Always", "OnFailure", "Never"],
        causes,
    );
    let mut volumes = Vec::new();
    for (index, volume) in items(spec, "volumes").enumerate() {
        let name = volume["name"].as_str().unwrap_or_default();
        name_check(&format!("{at}.volumes[{index}].name"), name, &volumes, causes);
        volumes.push(name);
    }
    let mut taken = Vec::new();
    for list in ["initContainers", "containers"] {
        for (index, container) in items(spec, list).enumerate() {
            let at = format!("{at}.{list}[{index}]");
            let name = container["name"].as_str().unwrap_or_default();
            name_check(&format!("{at}.name"), name, &taken, causes);
            taken.push(name);
            check_container(container, &at, &volumes, causes);
        }
    }
}

fn name_check(field: &str, name: &str, taken: &[&str], causes: &mut Vec<Cause>) {
    if name.is_empty() {
        causes.push(required(field, ""));
    } else if !names::is_label(name) {
        let why = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters \
                   or '-', and must start and end with an alphanumeric character";
        causes.push(invalid(field, &json!(name), why));
    } else if taken.contains(&name) {
        let message = format!("Duplicate value: {name:?}");
        causes.push(Cause { reason: "FieldValueDuplicate", field: field.into(), message });
    }
}

fn check_container(container: &Value, at: &str, volumes: &[&str], causes: &mut Vec<Cause>) {
    if empty(&container["image"]) {
        causes.push(required(&format!("{at}.image"), ""));
    }
    let policies = ["Always", "IfNotPresent", "Never"];
    one_of(&format!("{at}.imagePullPolicy"), &container["imagePullPolicy"], &policies, causes);
    for (index, port) in items(container, "ports").enumerate() {
        let number = port["containerPort"].as_i64().unwrap_or(0);
        if !(1..=65_535).contains(&number) {
            let field = format!("{at}.ports[{index}].containerPort");
            causes.push(invalid(&field, &json!(number), "must be between 1 and 65535, inclusive"));
        }
    }
    for (index, variable) in items(container, "env").enumerate() {
        if empty(&variable["name"]) {
            causes.push(required(&format!("{at}.env[{index}].name"), ""));
        }
    }
    for (index, mount) in items(container, "volumeMounts").enumerate() {
        let name = mount["name"].as_str().unwrap_or_default();
        if !volumes.contains(&name) {
            let field = format!("{at}.volumeMounts[{index}].name");
            let message = format!("Not found: {name:?}");
            causes.push(Cause { reason: "FieldValueNotFound", field, message });
        }
        if empty(&mount["mountPath"]) {
            causes.push(required(&format!("{at}.volumeMounts[{index}].mountPath"), ""));
        }
    }
    for kind in ["limits", "requests"] {
        for (name, amount) in container["resources"][kind].as_object().into_iter().flatten() {
            if amount.as_str().is_none_or(|it| it.parse::<Quantity>().is_err()) {
                let field = format!("{at}.resources.{kind}[{name}]");
                causes.push(invalid(&field, amount, "must be a quantity such as 500m, 1 or 64Mi"));
            }
        }
    }
}
