//! What the node and its pods use right now.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::Node;
use super::meter::process_nanoseconds;

/// A rate is taken over at least this long, and at most [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stats {
    node: Usage,
    pods: Vec<PodUsage>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
struct Usage {
    cpu_nano_cores: u64,
    memory_bytes: u64,
}

#[derive(Serialize)]
struct PodUsage {
    namespace: String,
    name: String,
    containers: Vec<ContainerUsage>,
}

#[derive(Serialize)]
struct ContainerUsage {
    name: String,
    #[serde(flatten)]
    usage: Usage,
}

/// Processor time as it was last looked at, to make rates of.
#[derive(Default)]
pub(super) struct Sampler(Mutex<Option<Sample>>);

#[derive(Clone)]
struct Sample {
    at: Instant,
    process: u64,
    containers: HashMap<String, u64>,
}

impl Sampler {
    /// Measures. If nobody has asked lately this takes half a second: a rate needs two looks.
    pub async fn measure(&self, node: &Node) -> Stats {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let before = match last {
            Some(before) if before.at.elapsed() <= LONGEST => before,
            _ => sample(node),
        };
        let age = before.at.elapsed();
        if age < SHORTEST {
            tokio::time::sleep(SHORTEST.saturating_sub(age)).await;
        }
        let now = sample(node);
        let stats = rates(node, &before, &now);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        stats
    }
}

fn sample(node: &Node) -> Sample {
    let mut containers = HashMap::new();
    for run in node.runs.all() {
        for (name, meter) in run.state.meters() {
            containers.insert(key(&run.name(), &name), meter.cpu_nanoseconds());
        }
    }
    Sample { at: Instant::now(), process: process_nanoseconds(), containers }
}

fn key((namespace, pod): &(String, String), container: &str) -> String {
    format!("{namespace}/{pod}/{container}")
}

fn rates(node: &Node, before: &Sample, now: &Sample) -> Stats {
    let elapsed = now.at.duration_since(before.at).as_nanos().max(1);
    // Nanoseconds of processor in a nanosecond, times a billion.
    let rate = |from: u64, to: u64| {
        let spent = u128::from(to.saturating_sub(from)) * 1_000_000_000;
        u64::try_from(spent / elapsed).unwrap_or(u64::MAX)
    };
    let mut pods = Vec::new();
    for run in node.runs.all() {
        let place = run.name();
        let containers = run.state.meters().into_iter().map(|(name, meter)| {
            let key = key(&place, &name);
            let to = now.containers.get(&key).copied().unwrap_or(0);
            let from = before.containers.get(&key).copied().unwrap_or(0);
            let usage = Usage {
                // A container that started again begins at zero.
                cpu_nano_cores: rate(if from > to { 0 } else { from }, to),
                memory_bytes: meter.memory_bytes() as u64,
            };
            ContainerUsage { name, usage }
        });
        let containers = containers.collect();
        let (namespace, name) = place;
        pods.push(PodUsage { namespace, name, containers });
    }
    let node =
        Usage { cpu_nano_cores: rate(before.process, now.process), memory_bytes: resident_bytes() };
    Stats { node, pods }
}

/// The memory of the whole process.
fn resident_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    let kib = line.and_then(|it| it.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
