//! Which of the wanted objects are doubled, which are the switch, and which are there once.

use std::collections::HashSet;
use std::hash::Hasher;

use slipway_sdk::prelude::*;

use crate::colour::{CONTENT, Colour, STACK};
use crate::pod::{self, Config};

/// The wanted objects, by what is done with each.
pub struct Parts<'a> {
    /// Deployments that hold no state: once per stack.
    pub workloads: Vec<&'a Value>,
    /// What only they use: configuration, autoscalers, disruption budgets. Once per stack.
    pub companions: Vec<&'a Value>,
    /// Services that select them.
    pub switches: Vec<&'a Value>,
    /// Ingresses to those Services.
    pub entrances: Vec<&'a Value>,
    /// Everything else.
    single: Vec<&'a Value>,
}

impl<'a> Parts<'a> {
    pub fn of(desired: &'a [Value]) -> Self {
        let (workloads, rest): (Vec<_>, Vec<_>) =
            desired.iter().partition(|it| it["kind"] == "Deployment" && !holds_state(it, desired));
        let used_here = used(&workloads);
        let used_elsewhere = used(&rest);
        let own = |it: &&&Value| match Config::of(it) {
            Some(config) => used_here.contains(&config) && !used_elsewhere.contains(&config),
            None => scales(it, &workloads) || guards(it, &workloads),
        };
        let (companions, rest): (Vec<_>, Vec<_>) = rest.iter().partition(|it| own(it));
        let stays: Vec<&Value> = rest.clone();
        let (switches, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|it| {
            it["kind"] == "Service" && reaches(it, &workloads) && !reaches(it, &stays)
        });
        let (entrances, single) = rest.into_iter().partition(|it| leads_to(it, &switches));
        Self { workloads, companions, switches, entrances, single }
    }

    /// Digest of what a stack runs. Numbers of replicas are not in it: scaling makes no new stack.
    pub fn content(&self) -> String {
        let mut hasher = fnv::FnvHasher::default();
        let config = self.companions.iter().filter(|it| Config::of(it).is_some());
        for object in self.workloads.iter().chain(config) {
            let mut object = (*object).clone();
            if let Some(spec) = object["spec"].as_object_mut() {
                spec.remove("replicas");
            }
            feed(&object, &mut hasher);
        }
        format!("{:016x}", hasher.finish())
    }

    /// The Services, pointing to one stack, and the Ingresses to them.
    pub fn entrances_to(&self, colour: Colour) -> Vec<Value> {
        let mut services: Vec<Value> = self.switches.iter().map(|it| (*it).clone()).collect();
        for service in &mut services {
            service["spec"]["selector"][STACK] = colour.as_str().into();
        }
        services.into_iter().chain(self.entrances.iter().map(|it| (*it).clone())).collect()
    }

    /// What is there once, each with a digest of itself, so that a step sees whether the cluster has taken it.
    pub fn shared(&self) -> Vec<Value> {
        self.single.iter().map(|it| stamped(it)).collect()
    }
}

fn stamped(object: &Value) -> Value {
    let mut hasher = fnv::FnvHasher::default();
    feed(object, &mut hasher);
    let mut object = object.clone();
    object["metadata"]["annotations"][CONTENT] = format!("{:016x}", hasher.finish()).into();
    object
}

/// A claim that one node at a time mounts cannot be mounted by two stacks.
fn holds_state(workload: &Value, desired: &[Value]) -> bool {
    let many = |claim: &str| {
        let claims = desired.iter().filter(|it| it["kind"] == "PersistentVolumeClaim");
        let modes = claims
            .filter(|it| it["metadata"]["name"] == claim)
            .filter_map(|it| it["spec"]["accessModes"].as_array())
            .flatten();
        let mut modes = modes.peekable();
        modes.peek().is_some() && modes.all(|it| it == "ReadWriteMany" || it == "ReadOnlyMany")
    };
    let volumes = workload["spec"]["template"]["spec"]["volumes"].as_array();
    let claims = volumes.into_iter().flatten().map(|it| &it["persistentVolumeClaim"]["claimName"]);
    claims.filter_map(Value::as_str).any(|it| !many(it))
}

/// The configuration that these objects name.
fn used(objects: &[&Value]) -> HashSet<Config> {
    let mut found = HashSet::new();
    for object in objects {
        let mut object = (*object).clone();
        pod::each(&mut object, &mut |kind, name| {
            found.insert(Config { kind, name: name.to_owned() });
        });
        for tls in object["spec"]["tls"].as_array().into_iter().flatten() {
            let name = tls["secretName"].as_str().unwrap_or_default().to_owned();
            found.insert(Config { kind: "Secret", name });
        }
    }
    found
}

fn scales(object: &Value, workloads: &[&Value]) -> bool {
    let target = &object["spec"]["scaleTargetRef"];
    object["kind"] == "HorizontalPodAutoscaler"
        && target["kind"] == "Deployment"
        && workloads.iter().any(|it| it["metadata"]["name"] == target["name"])
}

fn guards(object: &Value, workloads: &[&Value]) -> bool {
    let selector = &object["spec"]["selector"]["matchLabels"];
    object["kind"] == "PodDisruptionBudget" && workloads.iter().any(|it| finds(selector, it))
}

fn reaches(service: &Value, workloads: &[&Value]) -> bool {
    workloads.iter().any(|it| finds(&service["spec"]["selector"], it))
}

/// Whether labels select the pods of a workload.
pub fn finds(selector: &Value, workload: &Value) -> bool {
    let labels = &workload["spec"]["template"]["metadata"]["labels"];
    let wanted = selector.as_object();
    wanted.is_some_and(|it| {
        !it.is_empty() && it.iter().all(|(key, value)| labels.get(key) == Some(value))
    })
}

fn leads_to(ingress: &Value, services: &[&Value]) -> bool {
    let rules = ingress["spec"]["rules"].as_array().into_iter().flatten();
    let paths = rules.filter_map(|it| it["http"]["paths"].as_array()).flatten();
    let mut names = paths.map(|it| &it["backend"]["service"]["name"]);
    ingress["kind"] == "Ingress"
        && names.any(|name| services.iter().any(|it| it["metadata"]["name"] == *name))
}

/// The same for equal JSON, whatever the order of its fields.
fn feed(value: &Value, hasher: &mut fnv::FnvHasher) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            hasher.write(b"{");
            for (key, value) in fields {
                hasher.write(key.as_bytes());
                hasher.write(b":");
                feed(value, hasher);
            }
            hasher.write(b"}");
        }
        Value::Array(items) => {
            hasher.write(b"[");
            items.iter().for_each(|it| feed(it, hasher));
            hasher.write(b"]");
        }
        plain => {
            hasher.write(plain.to_string().as_bytes());
            hasher.write(b",");
        }
    }
}
