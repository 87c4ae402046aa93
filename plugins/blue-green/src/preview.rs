//! The new stack's own address, while another one answers at the app's.

use slipway_sdk::control::{Link, preview_host};
use slipway_sdk::prelude::*;

use crate::Options;
use crate::colour::{Colour, STACK};
use crate::parts::Parts;

pub struct Preview {
    pub objects: Vec<Value>,
    pub links: Vec<Link>,
}

impl Preview {
    pub fn of(step: &Step<Options>, parts: &Parts<'_>, colour: Colour) -> Self {
        let services = parts.switches.iter().map(|it| service(it, colour));
        let ingresses: Vec<Value> =
            parts.entrances.iter().map(|it| ingress(it, parts, colour)).collect();
        let live = step.links(parts.entrances.iter().copied());
        let preview = step.links(&ingresses);
        let preview =
            preview.into_iter().map(|it| Link { name: format!("Preview {}", it.name), ..it });
        Self {
            links: live.into_iter().chain(preview).collect(),
            objects: services.chain(ingresses.clone()).collect(),
        }
    }
}

fn service(wanted: &Value, colour: Colour) -> Value {
    let mut service = beside(wanted, colour);
    service["spec"]["selector"][STACK] = colour.as_str().into();
    service["spec"]["type"] = "ClusterIP".into();
    if let Some(spec) = service["spec"].as_object_mut() {
        // One address and one port of the nodes can belong to one Service only; and what is about requests from outside
        // the API server refuses of a Service that has none.
        let own = ["clusterIP", "clusterIPs", "healthCheckNodePort"];
        let outside = ["externalTrafficPolicy", "externalIPs", "allocateLoadBalancerNodePorts"];
        spec.retain(|key, _| {
            let key = key.as_str();
            !own.contains(&key) && !outside.contains(&key) && !key.starts_with("loadBalancer")
        });
    }
    for port in service["spec"]["ports"].as_array_mut().into_iter().flatten() {
        port.as_object_mut().map(|it| it.remove("nodePort"));
    }
    service
}

fn ingress(wanted: &Value, parts: &Parts<'_>, colour: Colour) -> Value {
    let mut ingress = beside(wanted, colour);
    for rule in ingress["spec"]["rules"].as_array_mut().into_iter().flatten() {
        host(&mut rule["host"]);
        for path in rule["http"]["paths"].as_array_mut().into_iter().flatten() {
            let name = &mut path["backend"]["service"]["name"];
            if parts.switches.iter().any(|it| it["metadata"]["name"] == *name) {
                preview(name);
            }
        }
    }
    for tls in ingress["spec"]["tls"].as_array_mut().into_iter().flatten() {
        tls["hosts"].as_array_mut().into_iter().flatten().for_each(host);
        if tls["secretName"].is_string() {
            preview(&mut tls["secretName"]);
        }
    }
    ingress
}

fn beside(wanted: &Value, colour: Colour) -> Value {
    let mut object = wanted.clone();
    preview(&mut object["metadata"]["name"]);
    object["metadata"]["labels"][STACK] = colour.as_str().into();
    object
}

fn preview(name: &mut Value) {
    *name = format!("{}-preview", name.as_str().unwrap_or_default()).into();
}

fn host(name: &mut Value) {
    if let Some(host) = name.as_str() {
        *name = preview_host(host).into();
    }
}
