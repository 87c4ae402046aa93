//! What people look at: objects, events, figures and logs of one deployment.

use std::sync::Arc;

use futures::stream::BoxStream;
use futures::{AsyncBufReadExt, StreamExt};
use k8s_openapi::api::core::v1::Pod;
use kube::Client;
use kube::api::{Api, DynamicObject, ListParams, LogParams};
use serde_json::Value;
use slipway_model::cluster::{Error, Event, LogRequest, PodUsage};
use slipway_model::health;
use slipway_model::health::rules::Rules;
use slipway_model::name::{AppName, ClusterName};
use slipway_model::plan::Observed;
use slipway_model::quantity::Quantity;

use crate::cache::Child;
use crate::cluster::refused;
use crate::reconcile::Context;
use crate::resource::{Key, Rollout};

/// Everything with the rollout's label, with verdicts, sorted by kind and name.
pub async fn objects(ctx: &Context, key: &Key) -> Vec<Observed> {
    let rollout = ctx.cache.rollout(key).and_then(|it| Rollout::read(&it).ok());
    let rules = match rollout {
        Some(rollout) => rules(ctx, &rollout).await,
        None => Arc::default(),
    };
    observed(&ctx.cache.children(key), &rules, (ctx.clock)())
}

/// The rules that the rollout's blueprint brings. A blueprint that cannot be asked brings none: why it cannot is what
/// the plan fails with.
pub async fn rules(ctx: &Context, rollout: &Rollout) -> Arc<Rules> {
    ctx.planner.health_rules(&rollout.spec.revision.blueprint).await.unwrap_or_default()
}

/// Objects with the verdict on each at this time.
pub fn observed(children: &[Child], rules: &Rules, now_unix_milliseconds: u64) -> Vec<Observed> {
    let judged = |it: &Child| Observed {
        verdict: health::assess_with(&it.object, rules, now_unix_milliseconds),
        object: it.object.clone(),
    };
    children.iter().map(judged).collect()
}

/// Events of the rollout and of its objects, newest first, at most 100.
pub async fn events(
    api: &Api<DynamicObject>,
    app: &AppName,
    objects: &[Observed],
) -> kube::Result<Vec<Event>> {
    let listed = api.list(&ListParams::default()).await?;
    let is_ours = |kind: &str, name: &str| {
        let is_rollout = kind == crate::resource::KIND && name == app.as_str();
        is_rollout
            || objects.iter().any(|it| it.object.kind() == kind && it.object.name() == name)
            || (kind == "Pod" && is_pod_of(name, objects))
    };
    let mut events: Vec<Event> = listed
        .items
        .into_iter()
        .filter_map(|it| serde_json::to_value(it).ok())
        .filter(|it| is_ours(text(it, "/involvedObject/kind"), text(it, "/involvedObject/name")))
        .map(|it| event(&it))
        .collect();
    events.sort_by(|a, b| b.at.cmp(&a.at));
    events.truncate(100);
    Ok(events)
}

/// Pods that are gone already still explain what happened: their names begin with their replica set's.
fn is_pod_of(name: &str, objects: &[Observed]) -> bool {
    let sets = objects.iter().filter(|it| it.object.kind() == "ReplicaSet");
    sets.into_iter()
        .any(|it| name.strip_prefix(it.object.name()).is_some_and(|rest| rest.starts_with('-')))
}

fn event(json: &Value) -> Event {
    let times =
        ["/lastTimestamp", "/series/lastObservedTime", "/eventTime", "/metadata/creationTimestamp"];
    let at = times.iter().map(|it| text(json, it)).find(|it| !it.is_empty()).unwrap_or_default();
    let count = json.pointer("/count").or_else(|| json.pointer("/series/count"));
    let count = count.and_then(Value::as_i64).unwrap_or(1);
    Event {
        at: at.to_owned(),
        kind: text(json, "/type").to_owned(),
        reason: text(json, "/reason").to_owned(),
        message: text(json, "/message").to_owned(),
        about: format!(
            "{} {}",
            text(json, "/involvedObject/kind"),
            text(json, "/involvedObject/name")
        ),
        count: i32::try_from(count).unwrap_or(i32::MAX),
    }
}

/// CPU and memory of the pods among the objects.
pub async fn usage(api: &Api<DynamicObject>, objects: &[Observed]) -> kube::Result<Vec<PodUsage>> {
    let listed = api.list(&ListParams::default()).await?;
    let is_ours =
        |name: &str| objects.iter().any(|it| it.object.kind() == "Pod" && it.object.name() == name);
    let mut usage: Vec<PodUsage> = listed
        .items
        .iter()
        .filter_map(|it| {
            let pod = it.metadata.name.clone().filter(|it| is_ours(it))?;
            let containers = it.data.get("containers")?.as_array()?;
            let amounts = |name: &str| {
                let texts = containers.iter().map(|it| text(it, &format!("/usage/{name}")));
                texts.filter_map(|it| it.parse::<Quantity>().ok()).collect::<Vec<_>>()
            };
            Some(PodUsage {
                pod,
                cpu_millicores: whole(amounts("cpu").into_iter().map(Quantity::milli).sum()),
                memory_bytes: whole(amounts("memory").into_iter().map(Quantity::ceil).sum()),
            })
        })
        .collect();
    usage.sort_by(|a, b| a.pod.cmp(&b.pod));
    Ok(usage)
}

fn whole(number: i128) -> u64 {
    u64::try_from(number.max(0)).unwrap_or(u64::MAX)
}

/// The lines of a container, as they come.
pub async fn logs(
    client: Client,
    cluster: ClusterName,
    namespace: &str,
    request: LogRequest,
) -> Result<BoxStream<'static, Result<String, Error>>, Error> {
    let LogRequest { pod, container, follow, tail_lines, since_seconds, previous } = request;
    let api: Api<Pod> = Api::namespaced(client, namespace);
    let parameters = LogParams {
        container,
        follow,
        tail_lines,
        since_seconds,
        previous,
        timestamps: true,
        ..LogParams::default()
    };
    let stream = api.log_stream(&pod, &parameters).await;
    let stream = stream.map_err(|error| refused(&cluster, &format!("the logs of {pod}"), error))?;
    let lines = stream.lines().map(move |line| {
        line.map_err(|error| Error::Unreachable {
            cluster: cluster.clone(),
            reason: error.to_string(),
        })
    });
    Ok(lines.boxed())
}

fn text<'a>(json: &'a Value, pointer: &str) -> &'a str {
    json.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
