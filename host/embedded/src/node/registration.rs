//! What the node says of itself: that it is there, what it has, and every few seconds that it is alive.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::api::core::v1::{
    Node as NodeObject, NodeAddress, NodeCondition, NodeStatus, NodeSystemInfo,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, Time};
use kube::Api;
use kube::api::{ObjectMeta, Patch, PatchParams, PostParams};

use super::Node;
use super::connection::Connection;

const LEASES: &str = "kube-node-lease";
const RENEWED_EVERY: Duration = Duration::from_secs(10);
const LEASE_SECONDS: i32 = 40;
const RETRY: Duration = Duration::from_millis(100);
/// Above this many pods the scheduler should look for another node.
const MOST_PODS: u32 = 1000;

/// Registers the node, and renews its lease for ever.
pub(super) async fn keep(node: Arc<Node>, mut connection: Connection) {
    let mut registered = false;
    loop {
        let said = if registered { Ok(()) } else { register(&node).await };
        let said = match said {
            Ok(()) => renew(&node).await,
            failed => failed,
        };
        match said {
            Ok(()) => {
                registered = true;
                // Whoever finds the API gone tells us, so that a move is followed at once.
                let _ = tokio::time::timeout(RENEWED_EVERY, connection.lost()).await;
            }
            Err(error) => {
                tracing::debug!(%error, "the node could not say that it is alive");
                registered = false;
                connection.look_again().await;
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

async fn register(node: &Node) -> Result<(), kube::Error> {
    let api: Api<NodeObject> = Api::all(node.client.clone());
    let object = NodeObject {
        metadata: ObjectMeta {
            name: Some(node.name.clone()),
            labels: Some(labels(&node.name)),
            ..ObjectMeta::default()
        },
        ..NodeObject::default()
    };
    match api.create(&PostParams::default(), &object).await {
        Err(kube::Error::Api(status)) if status.is_already_exists() => {}
        made => drop(made?),
    }
    let there = api.get(&node.name).await?;
    let before = there.status.unwrap_or_default();
    let status = status(node, &before);
    if status != before {
        let change = serde_json::json!({ "status": status });
        api.patch_status(&node.name, &PatchParams::default(), &Patch::Merge(&change)).await?;
    }
    Ok(())
}

fn labels(name: &str) -> BTreeMap<String, String> {
    let pairs = [
        ("kubernetes.io/hostname", name),
        ("kubernetes.io/os", std::env::consts::OS),
        ("kubernetes.io/arch", architecture()),
        ("slipway.dev/runtime", "wasm"),
    ];
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn status(node: &Node, before: &NodeStatus) -> NodeStatus {
    let cpus = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let has: BTreeMap<_, _> = [
        ("cpu", cpus.to_string()),
        ("memory", format!("{}Ki", memory_kib())),
        ("pods", MOST_PODS.to_string()),
    ]
    .map(|(key, value)| (key.to_owned(), Quantity(value)))
    .into();
    let known = before.conditions.iter().flatten().find(|it| it.type_ == "Ready");
    let now = Time(Timestamp::now());
    let since =
        known.filter(|it| it.status == "True").and_then(|it| it.last_transition_time.clone());
    let ready = NodeCondition {
        type_: "Ready".into(),
        status: "True".into(),
        reason: Some("NodeReady".into()),
        message: Some("the node runs WebAssembly images".into()),
        last_heartbeat_time: None,
        last_transition_time: Some(since.unwrap_or(now)),
    };
    NodeStatus {
        addresses: Some(vec![
            NodeAddress { type_: "InternalIP".into(), address: node.host_ip.clone() },
            NodeAddress { type_: "Hostname".into(), address: node.name.clone() },
        ]),
        capacity: Some(has.clone()),
        allocatable: Some(has),
        conditions: Some(vec![ready]),
        node_info: Some(NodeSystemInfo {
            architecture: architecture().into(),
            operating_system: std::env::consts::OS.into(),
            os_image: "Slipway".into(),
            container_runtime_version: "wasmtime://48".into(),
            kubelet_version: concat!("v1.36.0+slipway-", env!("CARGO_PKG_VERSION")).into(),
            ..NodeSystemInfo::default()
        }),
        ..NodeStatus::default()
    }
}

fn memory_kib() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|it| it.strip_prefix("MemTotal:"));
    let number = line.and_then(|it| it.split_whitespace().next()?.parse().ok());
    // Elsewhere than on Linux the figure is not known; a gibibyte offends nobody.
    number.unwrap_or(1 << 20)
}

async fn renew(node: &Node) -> Result<(), kube::Error> {
    let api: Api<Lease> = Api::namespaced(node.client.clone(), LEASES);
    let spec = LeaseSpec {
        holder_identity: Some(node.name.clone()),
        lease_duration_seconds: Some(LEASE_SECONDS),
        renew_time: Some(MicroTime(Timestamp::now())),
        ..LeaseSpec::default()
    };
    let change = serde_json::json!({ "spec": spec });
    let renewed = api.patch(&node.name, &PatchParams::default(), &Patch::Merge(&change)).await;
    match renewed {
        Err(kube::Error::Api(status)) if status.is_not_found() => {
            let metadata = ObjectMeta {
                name: Some(node.name.clone()),
                namespace: Some(LEASES.into()),
                ..ObjectMeta::default()
            };
            let lease = Lease { metadata, spec: Some(spec) };
            api.create(&PostParams::default(), &lease).await.map(drop)
        }
        other => other.map(drop),
    }
}
