//! Whether nodes are alive: one that stops renewing its lease is not ready, and neither are its pods.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::{Node, NodeCondition};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::ResourceExt as _;
use kube::api::{Api, Patch, PatchParams};

use super::watched::name_of;
use super::world::{LEASES, World};
use super::{Error, Next, pod};

/// How much longer than its lease a node is believed in: its renewal may be on the way.
const PATIENCE: SignedDuration = SignedDuration::from_secs(5);

pub(crate) async fn look(world: &World, name: &str) -> Result<Next, Error> {
    let Some(node) = world.nodes.get(&(String::new(), name.to_owned())) else {
        return Ok(Next::Settled);
    };
    let lease = world.leases.get(&(LEASES.to_owned(), name.to_owned()));
    let Some(spec) = lease.as_ref().and_then(|it| it.spec.as_ref()) else {
        return Ok(Next::Settled);
    };
    let Some(renewed) = spec.renew_time.as_ref() else { return Ok(Next::Settled) };
    let seconds = i64::from(spec.lease_duration_seconds.unwrap_or(40));
    let left =
        SignedDuration::from_secs(seconds) + PATIENCE - Timestamp::now().duration_since(renewed.0);
    if let Ok(left) = Duration::try_from(left)
        && !left.is_zero()
    {
        return Ok(Next::LookAgainAfter(left));
    }
    declare_lost(world, &node).await?;
    Ok(Next::Settled)
}

async fn declare_lost(world: &World, node: &Node) -> Result<(), Error> {
    let name = node.name_any();
    let now = Time(Timestamp::now());
    let conditions = node.status.as_ref().and_then(|it| it.conditions.clone()).unwrap_or_default();
    let lost = conditions.iter().any(|it| it.type_ == "Ready" && it.status == "Unknown");
    if !lost {
        tracing::warn!(node = name, "the node stopped saying that it is alive");
        let mut conditions = conditions;
        conditions.retain(|it| it.type_ != "Ready");
        conditions.push(NodeCondition {
            type_: "Ready".into(),
            status: "Unknown".into(),
            reason: Some("NodeStatusUnknown".into()),
            message: Some("the node stopped saying that it is alive".into()),
            last_heartbeat_time: None,
            last_transition_time: Some(now.clone()),
        });
        let api: Api<Node> = Api::all(world.client.clone());
        let change = serde_json::json!({ "status": { "conditions": conditions } });
        api.patch_status(&name, &PatchParams::default(), &Patch::Merge(&change)).await?;
    }
    for pod in world.pods.all() {
        let on_it = pod.spec.as_ref().and_then(|it| it.node_name.as_ref()) == Some(&name);
        if !on_it || !pod::is_ready(&pod) {
            continue;
        }
        let mut conditions = pod.status.as_ref().and_then(|it| it.conditions.clone());
        for condition in conditions.iter_mut().flatten().filter(|it| it.type_ == "Ready") {
            condition.status = "False".into();
            condition.reason = Some("NodeNotReady".into());
            condition.message = Some("the node of this pod stopped saying that it is alive".into());
            condition.last_transition_time = Some(now.clone());
        }
        let status = serde_json::json!({ "conditions": conditions });
        world.pods.change_status(&name_of(&*pod), &status).await?;
    }
    Ok(())
}
