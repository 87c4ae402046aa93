//! Endpoint slices: where the pods of each service are, and which of them take requests.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1::{ObjectReference, Pod, Service, ServicePort};
use k8s_openapi::api::discovery::v1::{Endpoint, EndpointConditions, EndpointPort, EndpointSlice};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kube::ResourceExt as _;
use kube::api::{DeleteParams, ObjectMeta};
use sha2::{Digest as _, Sha256};

use super::watched::{Watched, name_of};
use super::world::World;
use super::{Error, Name, Next, owner, pod};

const SERVICE: &str = "kubernetes.io/service-name";
const MADE_BY: &str = "endpointslice.kubernetes.io/managed-by";
const US: &str = "endpointslice-controller.k8s.io";

/// The service that a slice of ours belongs to.
pub(crate) fn service_of(slice: &EndpointSlice) -> Option<Name> {
    let ours = slice.labels().get(MADE_BY).is_some_and(|it| it == US);
    let service = slice.labels().get(SERVICE).filter(|_| ours)?;
    Some((slice.namespace().unwrap_or_default(), service.clone()))
}

/// The services that select this pod.
pub(crate) fn of_pod(services: &Watched<Service>, pod: &Pod) -> Vec<Name> {
    let all = services.in_namespace(&pod.namespace().unwrap_or_default());
    all.iter().filter(|it| selects(it, pod)).map(|it| name_of(&**it)).collect()
}

fn selects(service: &Service, pod: &Pod) -> bool {
    let selector = service.spec.as_ref().and_then(|it| it.selector.as_ref());
    selector.is_some_and(|selector| {
        !selector.is_empty()
            && selector.iter().all(|(key, value)| pod.labels().get(key) == Some(value))
    })
}

pub(crate) async fn look(world: &World, name: &Name) -> Result<Next, Error> {
    // Slices of a service that is gone go with it: they are owned by it.
    let Some(service) = world.services.get(name) else { return Ok(Next::Settled) };
    let selector = service.spec.as_ref().and_then(|it| it.selector.as_ref());
    let leaving = service.metadata.deletion_timestamp.is_some();
    if leaving || selector.is_none_or(BTreeMap::is_empty) {
        return Ok(Next::Settled);
    }
    let wanted = wanted(&service, &world.pods.in_namespace(&name.0));
    let mut have = world.slices.in_namespace(&name.0);
    have.retain(|it| service_of(it).as_ref() == Some(name));
    for slice in &wanted {
        let known = have.iter().position(|it| it.name_any() == slice.name_any());
        match known.map(|at| have.swap_remove(at)) {
            None => drop(world.slices.create(slice).await?),
            Some(known) if known.endpoints == slice.endpoints && known.ports == slice.ports => {}
            Some(known) => {
                let change = serde_json::json!({
                    "metadata": { "uid": known.uid() },
                    "endpoints": slice.endpoints,
                    "ports": slice.ports,
                });
                world.slices.change(&name_of(&*known), &change).await?;
            }
        }
    }
    for unwanted in have {
        world.slices.delete(&unwanted, DeleteParams::default()).await?;
    }
    Ok(Next::Settled)
}

/// One slice for each way in which the service's ports lead to ports of pods.
fn wanted(service: &Service, pods: &[Arc<Pod>]) -> Vec<EndpointSlice> {
    let mut by_ports: BTreeMap<String, (Vec<EndpointPort>, Vec<Endpoint>)> = BTreeMap::new();
    for pod in pods.iter().filter(|it| selects(service, it) && !pod::is_terminated(it)) {
        let Some(endpoint) = endpoint(service, pod) else { continue };
        let ports = ports(service, pod);
        let key = serde_json::to_string(&ports).unwrap_or_default();
        by_ports.entry(key).or_insert_with(|| (ports, Vec::new())).1.push(endpoint);
    }
    if by_ports.is_empty() {
        by_ports.insert(String::new(), (Vec::new(), Vec::new()));
    }
    by_ports.into_iter().map(|(key, (ports, ends))| slice(service, &key, ports, ends)).collect()
}

fn slice(
    service: &Service,
    key: &str,
    ports: Vec<EndpointPort>,
    endpoints: Vec<Endpoint>,
) -> EndpointSlice {
    let suffix = &hex::encode(Sha256::digest(key))[..5];
    let labels = BTreeMap::from([
        (SERVICE.to_owned(), service.name_any()),
        (MADE_BY.to_owned(), US.to_owned()),
    ]);
    EndpointSlice {
        address_type: "IPv4".into(),
        endpoints: Some(endpoints),
        ports: Some(ports),
        metadata: ObjectMeta {
            name: Some(format!("{}-{suffix}", service.name_any())),
            namespace: service.namespace(),
            labels: Some(labels),
            owner_references: Some(vec![owner::reference(service)]),
            ..ObjectMeta::default()
        },
    }
}

fn endpoint(service: &Service, pod: &Pod) -> Option<Endpoint> {
    let address = pod.status.as_ref()?.pod_ip.clone().filter(|it| !it.is_empty())?;
    let anyway = service.spec.as_ref().and_then(|it| it.publish_not_ready_addresses) == Some(true);
    let serving = pod::is_ready(pod) || anyway;
    let terminating = pod.metadata.deletion_timestamp.is_some();
    Some(Endpoint {
        addresses: vec![address],
        conditions: Some(EndpointConditions {
            ready: Some(anyway || (serving && !terminating)),
            serving: Some(serving),
            terminating: Some(terminating),
        }),
        node_name: pod.spec.as_ref().and_then(|it| it.node_name.clone()),
        target_ref: Some(ObjectReference {
            kind: Some("Pod".into()),
            name: pod.metadata.name.clone(),
            namespace: pod.metadata.namespace.clone(),
            uid: pod.metadata.uid.clone(),
            ..ObjectReference::default()
        }),
        ..Endpoint::default()
    })
}

fn ports(service: &Service, pod: &Pod) -> Vec<EndpointPort> {
    let ports = service.spec.iter().flat_map(|it| it.ports.iter().flatten());
    ports
        .filter_map(|it| {
            Some(EndpointPort {
                name: Some(it.name.clone().unwrap_or_default()),
                port: Some(target(it, pod)?),
                protocol: Some(it.protocol.clone().unwrap_or_else(|| "TCP".into())),
                app_protocol: it.app_protocol.clone(),
            })
        })
        .collect()
}

/// The port of the pod that a port of the service leads to.
fn target(port: &ServicePort, pod: &Pod) -> Option<i32> {
    match &port.target_port {
        None | Some(IntOrString::Int(0)) => Some(port.port),
        Some(IntOrString::Int(number)) => Some(*number),
        Some(IntOrString::String(name)) => {
            let containers = pod.spec.iter().flat_map(|it| &it.containers);
            let mut ports = containers.flat_map(|it| it.ports.iter().flatten());
            ports.find(|it| it.name.as_deref() == Some(name)).map(|it| it.container_port)
        }
    }
}
