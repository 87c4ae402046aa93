//! The scheduler: a pod without a node gets one that is ready and takes it.

use k8s_openapi::api::core::v1::{Node, Pod};
use kube::ResourceExt as _;
use kube::api::PostParams;

use super::watched::name_of;
use super::world::World;
use super::{Error, Name, Next, pod};

pub(crate) async fn look(world: &World, name: &Name) -> Result<Next, Error> {
    let Some(pod) = world.pods.get(name) else { return Ok(Next::Settled) };
    let Some(spec) = &pod.spec else { return Ok(Next::Settled) };
    let ours = spec.scheduler_name.as_deref().is_none_or(|it| it == "default-scheduler");
    if spec.node_name.is_some() || !ours || !pod::is_active(&pod) {
        return Ok(Next::Settled);
    }
    let nodes = world.nodes.all();
    let fitting = nodes.iter().filter(|it| is_open(it) && fits(&pod, it));
    // The emptiest node; with one node, that one.
    let chosen = fitting.min_by_key(|node| {
        let name = Some(node.name_any());
        let on_it =
            |it: &&std::sync::Arc<Pod>| it.spec.as_ref().map(|it| &it.node_name) == Some(&name);
        world.pods.all().iter().filter(on_it).count()
    });
    match chosen {
        Some(node) => bind(world, &pod, &node.name_any()).await,
        None => wait(world, &pod, nodes.len()).await,
    }
}

fn is_open(node: &Node) -> bool {
    let closed = node.spec.as_ref().and_then(|it| it.unschedulable) == Some(true);
    let conditions = node.status.iter().flat_map(|it| it.conditions.iter().flatten());
    let ready = conditions.filter(|it| it.type_ == "Ready").any(|it| it.status == "True");
    ready && !closed && node.metadata.deletion_timestamp.is_none()
}

fn fits(pod: &Pod, node: &Node) -> bool {
    let selector = pod.spec.as_ref().and_then(|it| it.node_selector.as_ref());
    selector.into_iter().flatten().all(|(key, value)| node.labels().get(key) == Some(value))
}

async fn bind(world: &World, pod: &Pod, node: &str) -> Result<Next, Error> {
    let (namespace, name) = name_of(pod);
    let binding = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Binding",
        "metadata": { "name": name, "namespace": namespace, "uid": pod.uid() },
        "target": { "apiVersion": "v1", "kind": "Node", "name": node },
    });
    let api = world.pods.api(&namespace);
    let bound: Result<serde_json::Value, _> =
        api.create_subresource("binding", &name, &PostParams::default(), &binding).await;
    match bound {
        // Bound already: the watch will say so.
        Err(kube::Error::Api(status)) if status.is_conflict() => Ok(Next::Settled),
        Err(kube::Error::Api(status)) if status.code == 404 || status.code == 405 => {
            bind_plainly(world, pod, node).await
        }
        other => other.map(|_| Next::Settled).map_err(Error::Api),
    }
}

/// For an API without the `binding` subresource: the node's name is written into the pod.
async fn bind_plainly(world: &World, pod: &Pod, node: &str) -> Result<Next, Error> {
    let change = serde_json::json!({
        "metadata": { "uid": pod.uid() },
        "spec": { "nodeName": node },
    });
    world.pods.change(&name_of(pod), &change).await?;
    Ok(Next::Settled)
}

async fn wait(world: &World, pod: &Pod, nodes: usize) -> Result<Next, Error> {
    let message = format!("0/{nodes} nodes are ready to take this pod; it waits for one");
    let said = pod::condition(pod, "PodScheduled")
        .is_some_and(|it| it.status == "False" && it.message.as_ref() == Some(&message));
    if !said {
        let mut conditions = pod.status.as_ref().and_then(|it| it.conditions.clone());
        let conditions = conditions.get_or_insert_default();
        conditions.retain(|it| it.type_ != "PodScheduled");
        conditions.push(k8s_openapi::api::core::v1::PodCondition {
            type_: "PodScheduled".into(),
            status: "False".into(),
            reason: Some("Unschedulable".into()),
            message: Some(message),
            last_transition_time: Some(k8s_openapi::apimachinery::pkg::apis::meta::v1::Time(
                jiff::Timestamp::now(),
            )),
            ..Default::default()
        });
        let status = serde_json::json!({ "phase": "Pending", "conditions": conditions });
        world.pods.change_status(&name_of(pod), &status).await?;
    }
    Ok(Next::Settled)
}
