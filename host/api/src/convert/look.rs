//! What is seen of a deployment: what would differ, objects, events, figures, lines of logs.

use serde_json::Value;
use slipway_model::cluster::{Event, PodUsage};
use slipway_model::diff::FieldChange;
use slipway_model::plan::Observed;
use slipway_platform::{Difference, LogLine};
use slipway_wire as wire;

use super::deployment::health;

pub fn difference(difference: Difference) -> wire::deployment::Diff {
    wire::deployment::Diff {
        values: difference.values.into_iter().map(value_change).collect(),
        objects: difference.objects.into_iter().map(wire::deployment::ObjectChange::from).collect(),
    }
}

fn value_change(it: FieldChange) -> wire::deployment::ValueChange {
    wire::deployment::ValueChange { field: it.field, before: it.before, after: it.after }
}

pub fn object(it: Observed) -> wire::deployment::ClusterObject {
    let object = it.object;
    let owner = object.at("/metadata/ownerReferences/0").map(|owner| {
        let text = |key: &str| owner[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}", text("kind"), text("name"))
    });
    let containers = object.at("/spec/containers").filter(|_| object.kind() == "Pod");
    let names = containers
        .and_then(Value::as_array)
        .map(|it| it.iter().filter_map(|it| it["name"].as_str().map(str::to_owned)).collect());
    let statuses = object.at("/status/containerStatuses").and_then(Value::as_array);
    let restarts = statuses.map(|it| it.iter().filter_map(|it| it["restartCount"].as_u64()).sum());
    wire::deployment::ClusterObject {
        api_version: object.api_version().to_owned(),
        kind: object.kind().to_owned(),
        name: object.name().to_owned(),
        health: health(it.verdict.health),
        reason: it.verdict.reason,
        message: it.verdict.message,
        created_at: object.text("/metadata/creationTimestamp").to_owned(),
        owner,
        containers: names.unwrap_or_default(),
        restarts,
        object: object.into_json(),
    }
}

pub fn event(it: Event) -> wire::deployment::Event {
    wire::deployment::Event {
        at: it.at,
        kind: it.kind,
        reason: it.reason,
        message: it.message,
        about: it.about,
        count: it.count,
    }
}

pub fn usage(pods: Option<Vec<PodUsage>>) -> wire::deployment::Usage {
    let pod = |it: PodUsage| wire::deployment::PodUsage {
        pod: it.pod,
        cpu_millicores: it.cpu_millicores,
        memory_bytes: it.memory_bytes,
    };
    wire::deployment::Usage {
        available: pods.is_some(),
        pods: pods.unwrap_or_default().into_iter().map(pod).collect(),
    }
}

pub fn log_line(it: LogLine) -> wire::deployment::LogLine {
    wire::deployment::LogLine { pod: it.pod, at: it.at, line: it.line }
}
