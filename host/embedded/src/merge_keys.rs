//! How the lists and maps of built-in kinds merge, as data: by key, as a set, or as a whole.
//!
//! What has no entry follows from its value: an object merges field by field, a list is replaced.

use self::How::{Atomic, ByKey, Fields, Set};

/// One place in an object.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) how: How,
    pub(crate) fields: &'static [(&'static str, &'static Node)],
    /// The key that a strategic merge patch uses where it is another one.
    pub(crate) patch_key: Option<&'static str>,
    /// A strategic merge patch names the fields to keep (`$retainKeys`).
    pub(crate) retain_keys: bool,
}

/// How a place merges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Field by field.
    Fields,
    /// As a whole.
    Atomic,
    /// A list of plain values, each at most once.
    Set,
    /// A list of objects with identifying fields.
    ByKey(&'static [&'static str]),
}

type Entries = &'static [(&'static str, &'static Node)];

const fn node(how: How, fields: Entries) -> Node {
    Node { how, fields, patch_key: None, retain_keys: false }
}

const fn fields(fields: Entries) -> Node {
    node(Fields, fields)
}

/// A list by key whose strategic merge patch uses another key.
const fn keyed(keys: &'static [&'static str], patch_key: &'static str, fields: Entries) -> Node {
    Node { how: ByKey(keys), fields, patch_key: Some(patch_key), retain_keys: false }
}

const fn retained(how: How, fields: Entries) -> Node {
    Node { how, fields, patch_key: None, retain_keys: true }
}

/// The value of a merge key that is left out.
pub(crate) fn key_default(key: &str) -> Option<&'static str> {
    (key == "protocol").then_some("TCP")
}

static ATOMIC: Node = node(Atomic, &[]);
static SET: Node = node(Set, &[]);
static BY_NAME: Node = node(ByKey(&["name"]), &[]);
static BY_TYPE: Node = node(ByKey(&["type"]), &[]);
static BY_UID: Node = node(ByKey(&["uid"]), &[]);
static BY_IP: Node = node(ByKey(&["ip"]), &[]);

/// `metadata`, the same everywhere.
pub(crate) static METADATA: Node =
    fields(&[("finalizers", &SET), ("ownerReferences", &BY_UID), ("managedFields", &ATOMIC)]);

static VALUE_FROM: Node = fields(&[
    ("configMapKeyRef", &ATOMIC),
    ("fieldRef", &ATOMIC),
    ("fileKeyRef", &ATOMIC),
    ("resourceFieldRef", &ATOMIC),
    ("secretKeyRef", &ATOMIC),
]);
static ENV: Node = node(ByKey(&["name"]), &[("valueFrom", &VALUE_FROM)]);
static CONTAINER_PORTS: Node = keyed(&["containerPort", "protocol"], "containerPort", &[]);
static VOLUME_MOUNTS: Node = node(ByKey(&["mountPath"]), &[]);
static VOLUME_DEVICES: Node = node(ByKey(&["devicePath"]), &[]);
static RESOURCES: Node = fields(&[("claims", &BY_NAME)]);
static CONTAINERS: Node = node(
    ByKey(&["name"]),
    &[
        ("env", &ENV),
        ("ports", &CONTAINER_PORTS),
        ("resizePolicy", &ATOMIC),
        ("resources", &RESOURCES),
        ("volumeDevices", &VOLUME_DEVICES),
        ("volumeMounts", &VOLUME_MOUNTS),
    ],
);
static VOLUMES: Node = retained(ByKey(&["name"]), &[]);
static TOPOLOGY: Node =
    keyed(&["topologyKey", "whenUnsatisfiable"], "topologyKey", &[("labelSelector", &ATOMIC)]);
static NODE_AFFINITY: Node = fields(&[("requiredDuringSchedulingIgnoredDuringExecution", &ATOMIC)]);
static AFFINITY: Node = fields(&[("nodeAffinity", &NODE_AFFINITY)]);
static POD_SPEC: Node = fields(&[
    ("affinity", &AFFINITY),
    ("containers", &CONTAINERS),
    ("ephemeralContainers", &CONTAINERS),
    ("hostAliases", &BY_IP),
    ("imagePullSecrets", &BY_NAME),
    ("initContainers", &CONTAINERS),
    ("nodeSelector", &ATOMIC),
    ("resourceClaims", &BY_NAME),
    ("schedulingGates", &BY_NAME),
    ("topologySpreadConstraints", &TOPOLOGY),
    ("volumes", &VOLUMES),
]);
static CONDITIONS: Node = fields(&[("conditions", &BY_TYPE)]);
static POD_STATUS: Node =
    fields(&[("conditions", &BY_TYPE), ("podIPs", &BY_IP), ("hostIPs", &ATOMIC)]);
static TEMPLATE: Node = fields(&[("metadata", &METADATA), ("spec", &POD_SPEC)]);
static STRATEGY: Node = retained(Fields, &[]);
static WORKLOAD_SPEC: Node =
    fields(&[("selector", &ATOMIC), ("strategy", &STRATEGY), ("template", &TEMPLATE)]);
static SERVICE_PORTS: Node = keyed(&["port", "protocol"], "port", &[]);
static SERVICE_SPEC: Node = fields(&[("ports", &SERVICE_PORTS), ("selector", &ATOMIC)]);
static BALANCER: Node = fields(&[("ingress", &ATOMIC)]);
static SERVICE_STATUS: Node = fields(&[("conditions", &BY_TYPE), ("loadBalancer", &BALANCER)]);
static CLAIM_SPEC: Node =
    fields(&[("dataSource", &ATOMIC), ("selector", &ATOMIC), ("accessModes", &ATOMIC)]);
static VOLUME_SPEC: Node = fields(&[("claimRef", &ATOMIC)]);
static NODE_SPEC: Node = fields(&[("podCIDRs", &SET)]);
static NODE_STATUS: Node = fields(&[("addresses", &BY_TYPE), ("conditions", &BY_TYPE)]);
static SELECTING: Node = fields(&[("podSelector", &ATOMIC), ("selector", &ATOMIC)]);
static AUTOSCALER_SPEC: Node = fields(&[("metrics", &ATOMIC)]);
static AGGREGATION: Node = fields(&[("clusterRoleSelectors", &ATOMIC)]);

static DEFINITION_SPEC: Node = fields(&[("versions", &ATOMIC)]);
static DEFINITION_STATUS: Node = fields(&[("conditions", &BY_TYPE)]);

/// Nothing beyond the metadata.
pub(crate) static PLAIN: Node = fields(&[("metadata", &METADATA), ("status", &CONDITIONS)]);
pub(crate) static POD: Node =
    fields(&[("metadata", &METADATA), ("spec", &POD_SPEC), ("status", &POD_STATUS)]);
pub(crate) static POD_TEMPLATE: Node = fields(&[("metadata", &METADATA), ("template", &TEMPLATE)]);
pub(crate) static WORKLOAD: Node =
    fields(&[("metadata", &METADATA), ("spec", &WORKLOAD_SPEC), ("status", &CONDITIONS)]);
pub(crate) static SERVICE: Node =
    fields(&[("metadata", &METADATA), ("spec", &SERVICE_SPEC), ("status", &SERVICE_STATUS)]);
pub(crate) static SERVICE_ACCOUNT: Node =
    fields(&[("metadata", &METADATA), ("imagePullSecrets", &ATOMIC), ("secrets", &BY_NAME)]);
pub(crate) static CLAIM: Node =
    fields(&[("metadata", &METADATA), ("spec", &CLAIM_SPEC), ("status", &CONDITIONS)]);
pub(crate) static VOLUME: Node = fields(&[("metadata", &METADATA), ("spec", &VOLUME_SPEC)]);
pub(crate) static EVENT: Node =
    fields(&[("metadata", &METADATA), ("involvedObject", &ATOMIC), ("regarding", &ATOMIC)]);
pub(crate) static NODE: Node =
    fields(&[("metadata", &METADATA), ("spec", &NODE_SPEC), ("status", &NODE_STATUS)]);
pub(crate) static NETWORK_POLICY: Node = fields(&[("metadata", &METADATA), ("spec", &SELECTING)]);
pub(crate) static BUDGET: Node =
    fields(&[("metadata", &METADATA), ("spec", &SELECTING), ("status", &CONDITIONS)]);
pub(crate) static ENDPOINT_SLICE: Node =
    fields(&[("metadata", &METADATA), ("endpoints", &ATOMIC), ("ports", &ATOMIC)]);
pub(crate) static AUTOSCALER: Node =
    fields(&[("metadata", &METADATA), ("spec", &AUTOSCALER_SPEC), ("status", &CONDITIONS)]);
pub(crate) static BINDING: Node = fields(&[("metadata", &METADATA), ("roleRef", &ATOMIC)]);
pub(crate) static CLUSTER_ROLE: Node =
    fields(&[("metadata", &METADATA), ("aggregationRule", &AGGREGATION)]);
pub(crate) static DEFINITION: Node =
    fields(&[("metadata", &METADATA), ("spec", &DEFINITION_SPEC), ("status", &DEFINITION_STATUS)]);
