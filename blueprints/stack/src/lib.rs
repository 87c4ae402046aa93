//! Stack: an app of one or more containers, for what people bring from Docker Compose and templates of other platforms.

mod check;
mod text;
mod values;
mod workload;

use std::collections::BTreeMap;

use slipway_sdk::objects::Service as Address;
use slipway_sdk::prelude::{
    About, App, Blueprint, Facts, Failure, Ingress, Objects, Value, VolumeClaim, json,
};

use crate::text::Names;
use crate::values::{Service, Values};

/// The blueprint.
#[derive(Debug)]
pub struct Stack;

impl Blueprint for Stack {
    type Values = Values;

    fn about() -> About {
        About::new("Stack", "An app of one or more containers, as Docker Compose describes them.")
            .docs(include_str!("../README.md"))
            .icon(include_str!("icon.svg"))
            .extra("categories", json!(["general"]))
    }

    fn render(app: &App, values: &Values, facts: &Facts) -> Result<Objects, Failure> {
        check::check(app, values)?;
        let host = app.hosts.first().map(String::as_str).unwrap_or_default();
        let url = facts.url(host);
        let names = Names {
            app: &app.name,
            host,
            url: url.trim_end_matches('/'),
            services: values.services.keys().map(String::as_str).collect(),
            variables: &values.variables,
            secrets: &values.secrets,
        };
        let mut objects = Objects::new();
        for (volume, size) in volumes(values) {
            objects = objects.with(VolumeClaim::new(&workload::claim(app, volume), size));
        }
        for (key, service) in &values.services {
            for object in workload::objects(app, key, values, &names, facts)? {
                objects = objects.with(object);
            }
            for address in addresses(app, key, service) {
                objects = objects.with(address);
            }
            objects = objects.with_some(door(app, key, service, values));
        }
        Ok(objects)
    }
}

/// Volumes by name; the largest size that a service names counts.
fn volumes(values: &Values) -> BTreeMap<&str, u32> {
    let mut sizes = BTreeMap::new();
    for (name, volume) in values.services.values().flat_map(|it| &it.volumes) {
        let size = sizes.entry(name.as_str()).or_insert(volume.size_mebibytes);
        *size = (*size).max(volume.size_mebibytes);
    }
    sizes
}

/// By what the other services reach it.
fn addresses(app: &App, key: &str, service: &Service) -> Vec<Value> {
    let name = workload::name(app, key);
    let ports = workload::ports(service);
    let add = |address: Address, port: &u16| address.port(*port, &workload::port_name(*port));
    let mut address = Value::from(ports.iter().fold(Address::new(&name), add));
    if ports.is_empty() {
        // Templates often do not say where a database listens: its name leads to the pod itself, at every port.
        address["spec"] = json!({"clusterIP": "None", "selector": address["spec"]["selector"]});
    }
    let mut all = vec![address.clone()];
    if service.plain_name {
        let mut plain = address;
        plain["metadata"]["name"] = key.into();
        all.push(plain);
    }
    all
}

fn door(app: &App, key: &str, service: &Service, values: &Values) -> Option<Ingress> {
    let public = service.public.as_ref()?;
    let name = workload::name(app, key);
    let named = |host: &&String| {
        let others = values.services.values().filter_map(|it| it.public.as_ref());
        !others.filter_map(|it| it.host.as_ref()).any(|it| it == *host)
    };
    let hosts = match &public.host {
        Some(host) => vec![host.clone()],
        None => app.hosts.iter().filter(named).cloned().collect(),
    };
    Ingress::new(&name, &hosts, &name, public.port)
}

slipway_sdk::blueprint! {
    Stack,
    kinds: [
        "apps/Deployment", "apps/StatefulSet", "Service", "networking.k8s.io/Ingress",
        "PersistentVolumeClaim", "ConfigMap",
    ],
}

#[cfg(test)]
mod tests;
