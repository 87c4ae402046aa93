//! The columns of the built-in kinds, as data.

use serde_json::{Map, Value, json};

use super::workloads::{deployment, job, replica_set};
use super::{age, age_of, items, name, number, or, pods};

/// The columns of one kind; a trailing `+` marks those of wide tables.
pub(super) struct Row {
    pub(super) store: &'static str,
    pub(super) columns: &'static [&'static str],
    pub(super) cells: fn(&Value) -> Vec<Value>,
}

/// What a kind without columns of its own gets.
pub(super) const PLAIN: &[&str] = &["Name", "Age"];

pub(super) fn plain(object: &Value) -> Vec<Value> {
    vec![name(object), age_of(object)]
}

const DEPLOYMENT: &[&str] =
    &["Name", "Ready", "Up-to-date", "Available", "Age", "Containers+", "Images+", "Selector+"];
const REPLICA_SET: &[&str] =
    &["Name", "Desired", "Current", "Ready", "Age", "Containers+", "Images+", "Selector+"];
const JOB: &[&str] =
    &["Name", "Status", "Completions", "Duration", "Age", "Containers+", "Images+", "Selector+"];
const SERVICE: &[&str] =
    &["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector+"];
const EVENT: &[&str] = &[
    "Last Seen",
    "Type",
    "Reason",
    "Object",
    "Subobject+",
    "Source+",
    "Message",
    "First Seen+",
    "Count+",
    "Name+",
];
const CLAIM: &[&str] =
    &["Name", "Status", "Volume", "Capacity", "Access Modes", "StorageClass", "Age", "VolumeMode+"];
const NODE: &[&str] = &[
    "Name",
    "Status",
    "Roles",
    "Age",
    "Version",
    "Internal-IP+",
    "OS-Image+",
    "Container-Runtime+",
];
const INGRESS: &[&str] = &["Name", "Class", "Hosts", "Address", "Ports", "Age"];
const SCALER: &[&str] = &["Name", "Reference", "MinPods", "MaxPods", "Replicas", "Age"];
const DEFINITIONS: &str = crate::custom::DEFINITIONS;

/// Every kind with columns of its own.
pub(super) static ROWS: &[Row] = &[
    Row { store: "pods", columns: pods::COLUMNS, cells: pods::cells },
    Row { store: "deployments.apps", columns: DEPLOYMENT, cells: deployment },
    Row { store: "replicasets.apps", columns: REPLICA_SET, cells: replica_set },
    Row { store: "jobs.batch", columns: JOB, cells: job },
    Row { store: "services", columns: SERVICE, cells: service },
    Row { store: "namespaces", columns: &["Name", "Status", "Age"], cells: namespace },
    Row { store: "events", columns: EVENT, cells: event },
    Row { store: "nodes", columns: NODE, cells: node },
    Row { store: "configmaps", columns: &["Name", "Data", "Age"], cells: config_map },
    Row { store: "secrets", columns: &["Name", "Type", "Data", "Age"], cells: secret },
    Row { store: "persistentvolumeclaims", columns: CLAIM, cells: claim },
    Row { store: "ingresses.networking.k8s.io", columns: INGRESS, cells: ingress },
    Row { store: "horizontalpodautoscalers.autoscaling", columns: SCALER, cells: scaler },
    Row { store: DEFINITIONS, columns: &["Name", "Created At"], cells: definition },
];

fn service(object: &Value) -> Vec<Value> {
    let spec = &object["spec"];
    let port = |it: &Value| {
        let node = it["nodePort"].as_u64().map_or_else(String::new, |it| format!(":{it}"));
        format!("{}{node}/{}", number(&it["port"]), it["protocol"].as_str().unwrap_or("TCP"))
    };
    let ports: Vec<_> = items(spec, "ports").map(port).collect();
    let balanced = &object["status"]["loadBalancer"]["ingress"][0]["ip"];
    let external = match spec["type"].as_str() {
        Some("ExternalName") => or(&spec["externalName"], "<none>"),
        Some("LoadBalancer") => or(balanced, "<pending>"),
        _ => json!("<none>"),
    };
    let pairs = spec["selector"].as_object().into_iter().flatten();
    let pair =
        |(key, value): (&String, &Value)| format!("{key}={}", value.as_str().unwrap_or_default());
    let selector: Vec<_> = pairs.map(pair).collect();
    vec![
        name(object),
        or(&spec["type"], "ClusterIP"),
        or(&spec["clusterIP"], "<none>"),
        external,
        or(&json!(ports.join(",")), "<none>"),
        age_of(object),
        or(&json!(selector.join(",")), "<none>"),
    ]
}

fn namespace(object: &Value) -> Vec<Value> {
    vec![name(object), or(&object["status"]["phase"], "Unknown"), age_of(object)]
}

fn event(object: &Value) -> Vec<Value> {
    let about = &object["involvedObject"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    let first = |fields: &[&str]| {
        let found = fields.iter().map(|it| &object[*it]).find(|it| it.is_string());
        found.map_or_else(|| age_of(object), age)
    };
    let source = match object["source"]["component"].as_str().filter(|it| !it.is_empty()) {
        Some(component) => json!(component),
        None => or(&object["reportingComponent"], ""),
    };
    let counted = object["series"]["count"].as_i64().or(object["count"].as_i64());
    vec![
        first(&["lastTimestamp", "eventTime"]),
        or(&object["type"], ""),
        or(&object["reason"], ""),
        json!(format!("{}/{}", text(&about["kind"]), about["name"].as_str().unwrap_or_default())),
        or(&about["fieldPath"], ""),
        source,
        json!(object["message"].as_str().unwrap_or_default().trim()),
        first(&["firstTimestamp", "eventTime"]),
        json!(counted.unwrap_or(1)),
        name(object),
    ]
}

fn node(object: &Value) -> Vec<Value> {
    const ROLE: &str = "node-role.kubernetes.io/";
    let status = &object["status"];
    let ready = items(status, "conditions").find(|it| it["type"] == "Ready");
    let word = match ready.and_then(|it| it["status"].as_str()) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    let closed = object["spec"]["unschedulable"] == true;
    let labels = object["metadata"]["labels"].as_object().into_iter().flatten();
    let roles: Vec<_> = labels.filter_map(|it| it.0.strip_prefix(ROLE)).collect();
    let address = items(status, "addresses").find(|it| it["type"] == "InternalIP");
    let system = &status["nodeInfo"];
    vec![
        name(object),
        json!(format!("{word}{}", if closed { ",SchedulingDisabled" } else { "" })),
        or(&json!(roles.join(",")), "<none>"),
        age_of(object),
        or(&system["kubeletVersion"], ""),
        or(address.map_or(&Value::Null, |it| &it["address"]), "<none>"),
        or(&system["osImage"], "<unknown>"),
        or(&system["containerRuntimeVersion"], "<unknown>"),
    ]
}

fn keys(object: &Value) -> Value {
    let number = |field: &str| object[field].as_object().map_or(0, Map::len);
    json!(number("data") + number("binaryData"))
}

fn config_map(object: &Value) -> Vec<Value> {
    vec![name(object), keys(object), age_of(object)]
}

fn secret(object: &Value) -> Vec<Value> {
    vec![name(object), or(&object["type"], "Opaque"), keys(object), age_of(object)]
}

fn claim(object: &Value) -> Vec<Value> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let short = |mode: &Value| match mode.as_str() {
        Some("ReadWriteOnce") => "RWO",
        Some("ReadOnlyMany") => "ROX",
        Some("ReadWriteMany") => "RWX",
        Some("ReadWriteOncePod") => "RWOP",
        _ => "",
    };
    let modes: Vec<_> = items(status, "accessModes").map(short).collect();
    vec![
        name(object),
        or(&status["phase"], "Pending"),
        or(&spec["volumeName"], ""),
        or(&status["capacity"]["storage"], ""),
        json!(modes.join(",")),
        or(&spec["storageClassName"], ""),
        age_of(object),
        or(&spec["volumeMode"], "Filesystem"),
    ]
}

fn ingress(object: &Value) -> Vec<Value> {
    let spec = &object["spec"];
    let hosts: Vec<_> = items(spec, "rules").filter_map(|it| it["host"].as_str()).collect();
    let ports = if items(spec, "tls").next().is_some() { "80, 443" } else { "80" };
    let address = |it: &Value| it["ip"].as_str().or(it["hostname"].as_str()).map(str::to_owned);
    let addresses: Vec<_> =
        items(&object["status"]["loadBalancer"], "ingress").filter_map(address).collect();
    vec![
        name(object),
        or(&spec["ingressClassName"], "<none>"),
        or(&json!(hosts.join(",")), "*"),
        json!(addresses.join(",")),
        json!(ports),
        age_of(object),
    ]
}

fn scaler(object: &Value) -> Vec<Value> {
    let (spec, target) = (&object["spec"], &object["spec"]["scaleTargetRef"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    vec![
        name(object),
        json!(format!("{}/{}", text(&target["kind"]), text(&target["name"]))),
        json!(number(&spec["minReplicas"])),
        json!(number(&spec["maxReplicas"])),
        json!(number(&object["status"]["currentReplicas"])),
        age_of(object),
    ]
}

fn definition(object: &Value) -> Vec<Value> {
    vec![name(object), or(&object["metadata"]["creationTimestamp"], "")]
}
