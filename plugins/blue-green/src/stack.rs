//! One stack's objects: named and labelled by its colour.

use slipway_sdk::prelude::*;

use crate::Options;
use crate::colour::{CONTENT, Colour, STACK};
use crate::parts::Parts;
use crate::pod::{self, Config};

/// How many copies a stack is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// As many as wanted.
    Full,
    /// At most that many of each workload, and no autoscaler yet.
    AtMost(u32),
}

/// A stack: its colour, and the digest of what it runs.
pub struct Stack {
    pub colour: Colour,
    pub content: String,
}

impl Stack {
    /// The objects. `floor` tells how many replicas an autoscaled workload, by its plain name, must not fall below.
    pub fn objects(
        &self,
        parts: &Parts<'_>,
        size: Size,
        floor: impl Fn(&str) -> Option<u64>,
    ) -> Vec<Value> {
        let configs: Vec<Config> =
            parts.companions.iter().filter_map(|it| Config::of(it)).collect();
        let workloads = parts.workloads.iter().map(|it| self.workload(it, &configs, size));
        let autoscales = |it: &&&Value| it["kind"] == "HorizontalPodAutoscaler";
        let companions = parts.companions.iter().filter(|it| size == Size::Full || !autoscales(it));
        workloads.chain(companions.map(|it| self.companion(it, &floor))).collect()
    }

    fn workload(&self, wanted: &Value, configs: &[Config], size: Size) -> Value {
        let mut object = self.coloured(wanted);
        object["spec"]["selector"]["matchLabels"][STACK] = self.colour.as_str().into();
        object["spec"]["template"]["metadata"]["labels"][STACK] = self.colour.as_str().into();
        pod::each(&mut object, &mut |kind, name| {
            if configs.iter().any(|it| it.kind == kind && it.name == *name) {
                *name = self.named(name);
            }
        });
        pod::keep_away_within(&mut object, self.colour);
        if let Size::AtMost(most) = size {
            let wanted = object["spec"]["replicas"].as_u64();
            object["spec"]["replicas"] =
                wanted.map_or(most.into(), |it| it.min(most.into())).into();
        }
        object
    }

    fn companion(&self, wanted: &Value, floor: &impl Fn(&str) -> Option<u64>) -> Value {
        let mut object = self.coloured(wanted);
        let target = &mut object["spec"]["scaleTargetRef"]["name"];
        if let Some(name) = target.as_str().map(ToOwned::to_owned) {
            *target = self.named(&name).into();
            let most = object["spec"]["maxReplicas"].as_u64().unwrap_or(u64::MAX);
            let least = object["spec"]["minReplicas"].as_u64().unwrap_or(1);
            if let Some(floor) = floor(&name).map(|it| it.min(most)).filter(|it| *it > least) {
                object["spec"]["minReplicas"] = floor.into();
            }
        } else if wanted["kind"] == "PodDisruptionBudget" {
            object["spec"]["selector"]["matchLabels"][STACK] = self.colour.as_str().into();
        }
        object
    }

    fn coloured(&self, wanted: &Value) -> Value {
        let mut object = wanted.clone();
        let name = wanted["metadata"]["name"].as_str().unwrap_or_default();
        object["metadata"]["name"] = self.named(name).into();
        object["metadata"]["labels"][STACK] = self.colour.as_str().into();
        object["metadata"]["annotations"][CONTENT] = self.content.clone().into();
        object
    }

    fn named(&self, name: &str) -> String {
        format!("{name}-{}", self.colour)
    }

    /// Why the stack cannot take over as these objects want it; nothing where it can.
    pub fn trouble(&self, step: &Step<Options>, objects: &[Value]) -> Option<String> {
        let workloads = || objects.iter().filter(|it| it["kind"] == "Deployment");
        workloads().find_map(|wanted| {
            let name = wanted["metadata"]["name"].as_str().unwrap_or_default();
            let is_small = || too_small(step, wanted, objects);
            let is_other = |it: &Observed| {
                it.object["metadata"]["annotations"][CONTENT] != self.content.as_str()
            };
            match step.observed_of(wanted) {
                None => Some(format!("Deployment {name} is being made.")),
                Some(observed) if is_other(observed) => {
                    Some(format!("Deployment {name} is being changed."))
                }
                Some(_) => step.trouble([wanted]).or_else(is_small),
            }
        })
    }
}

/// As many copies must be there as are wanted now, by number or by the autoscaler's least.
fn too_small(step: &Step<Options>, wanted: &Value, objects: &[Value]) -> Option<String> {
    let name = &wanted["metadata"]["name"];
    let scaler = objects.iter().find(|it| it["spec"]["scaleTargetRef"]["name"] == *name);
    let least = scaler.map(|it| it["spec"]["minReplicas"].as_u64().unwrap_or(1));
    let least = least.or(wanted["spec"]["replicas"].as_u64()).unwrap_or(1);
    let available = step.observed_of(wanted)?.object["status"]["availableReplicas"].as_u64();
    let available = available.unwrap_or(0);
    let name = name.as_str().unwrap_or_default();
    (available < least)
        .then(|| format!("Deployment {name}: {available} of {least} replicas are available."))
}
