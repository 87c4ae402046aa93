//! The node's unix socket: logs and figures come from the process that runs the pods.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::UnixStream;

use crate::answer::{self, Reply};
use crate::kinds::api_version;
use crate::meta;
use crate::refusal::Refusal;
use crate::request::{Options, Resource};
use crate::service::{Api, Call};
use crate::store::Key;

/// The name of the node's socket in the cluster's directory.
const SOCKET: &str = "node.sock";
/// The group of the figures.
pub(crate) const METRICS: &str = "metrics.k8s.io";
/// The version of the figures.
pub(crate) const METRICS_VERSION: &str = "v1beta1";
/// The largest answer with figures that is read.
const MOST_STATS_BYTES: usize = 8 << 20;

/// Asks the node; the connection lives as long as the answer's body.
async fn ask(api: &Api, path: &str) -> Result<Response<Incoming>, Refusal> {
    let down = |what: &str| {
        Refusal::unavailable(format!(
            "the node of the embedded cluster does not answer ({what}): it may be starting, or \
             have been stopped"
        ))
    };
    let socket = UnixStream::connect(api.dir.join(SOCKET)).await;
    let socket = socket.map_err(|it| down(&it.kind().to_string()))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(socket))
        .await
        .map_err(|_| down("no HTTP"))?;
    tokio::spawn(connection);
    let request = Request::get(path)
        .header(http::header::HOST, "node")
        .body(Empty::<Bytes>::new())
        .map_err(|it| Refusal::internal("a request to the node could not be made", &it))?;
    sender.send_request(request).await.map_err(|_| down("the connection broke"))
}

/// The log of a pod's container, as it comes.
pub(crate) async fn logs(call: &Call) -> Result<Reply, Refusal> {
    let key = call.kind.key(&call.resource.namespace, call.name());
    let pod = call.api.store.view()?.get(&key)?.ok_or_else(|| call.not_found())?;
    let container = container(call, &pod)?;
    if pod["spec"]["nodeName"].as_str().unwrap_or_default().is_empty() {
        return Err(Refusal::bad_request(format!(
            "pod {} does not have a host assigned",
            call.name()
        )));
    }
    let mut wishes = Vec::new();
    for option in ["follow", "previous", "timestamps"] {
        wishes.push(format!("{option}={}", call.options.on(option)));
    }
    for option in ["tailLines", "sinceSeconds", "limitBytes"] {
        if let Some(number) = call.options.number(option)? {
            wishes.push(format!("{option}={number}"));
        }
    }
    let (namespace, pod, wishes) = (&call.resource.namespace, call.name(), wishes.join("&"));
    let path = format!("/logs/{namespace}/{pod}/{container}?{wishes}");
    let reply = ask(&call.api, &path).await?;
    if reply.status() != StatusCode::OK {
        return Err(refused(reply).await);
    }
    let body = reply.into_body().into_data_stream();
    let body = futures::StreamExt::map(body, |it| it.map_err(Into::into));
    Ok(answer::stream(HeaderValue::from_static("text/plain; charset=utf-8"), body))
}

/// The node's own words for why it has no log.
async fn refused(reply: Response<Incoming>) -> Refusal {
    let status = reply.status();
    let body = Limited::new(reply.into_body(), 4_096).collect().await;
    let text = body.map(|it| String::from_utf8_lossy(&it.to_bytes()).trim().to_owned());
    let text = text.unwrap_or_else(|_| status.to_string());
    if status.is_server_error() { Refusal::unavailable(text) } else { Refusal::bad_request(text) }
}

fn container(call: &Call, pod: &Value) -> Result<String, Refusal> {
    let lists = ["containers", "initContainers"];
    let of = |list: &str| pod["spec"][list].as_array().cloned().unwrap_or_default();
    let names = |list: &str| -> Vec<String> {
        of(list).iter().filter_map(|it| it["name"].as_str().map(str::to_owned)).collect()
    };
    match call.options.text("container") {
        Some(name) if lists.iter().any(|it| names(it).iter().any(|one| one == name)) => {
            Ok(name.to_owned())
        }
        Some(name) => Err(Refusal::bad_request(format!(
            "container {name} is not valid for pod {}",
            call.name()
        ))),
        None => match names("containers").as_slice() {
            [only] => Ok(only.clone()),
            several => Err(Refusal::bad_request(format!(
                "a container name must be specified for pod {}, choose one of: [{}]",
                call.name(),
                several.join(" ")
            ))),
        },
    }
}

/// `metrics.k8s.io`: the figures of nodes or pods.
pub(crate) async fn metrics(
    api: &Api,
    resource: &Resource,
    options: &Options,
) -> Result<Reply, Refusal> {
    let known = matches!(resource.plural.as_str(), "nodes" | "pods");
    if resource.version != METRICS_VERSION || !known || resource.sub.is_some() {
        return Err(Refusal::no_such_path());
    }
    let reply = ask(api, "/stats").await?;
    let body = Limited::new(reply.into_body(), MOST_STATS_BYTES).collect().await;
    let body = body.map_err(|_| Refusal::unavailable("the node's figures broke off"))?.to_bytes();
    let stats: Value = serde_json::from_slice(&body)
        .map_err(|_| Refusal::unavailable("the node's figures are unreadable"))?;
    let items = if resource.plural == "nodes" {
        nodes(api, &stats)?
    } else {
        pods(api, resource, options, &stats)?
    };
    let version = api_version(METRICS, METRICS_VERSION);
    let (kind, list) = if resource.plural == "nodes" {
        ("NodeMetrics", "NodeMetricsList")
    } else {
        ("PodMetrics", "PodMetricsList")
    };
    let entitled = |mut item: Value| {
        item["kind"] = json!(kind);
        item["apiVersion"] = json!(version);
        item["timestamp"] = json!(meta::now());
        item["window"] = json!("15s");
        item
    };
    let mut items = items.into_iter().map(entitled);
    let value = match &resource.name {
        Some(name) => items
            .find(|it| it["metadata"]["name"] == name.as_str())
            .ok_or_else(|| Refusal::not_found(METRICS, &resource.plural, name))?,
        None => json!({
            "kind": list, "apiVersion": version, "metadata": {}, "items": items.collect::<Vec<_>>(),
        }),
    };
    Ok(answer::json(StatusCode::OK, &value))
}

fn usage(figures: &Value) -> Value {
    json!({
        "cpu": format!("{}n", figures["cpuNanoCores"].as_u64().unwrap_or(0)),
        "memory": format!("{}Ki", figures["memoryBytes"].as_u64().unwrap_or(0) / 1_024),
    })
}

/// The node process stands behind every node that is registered: there is one.
fn nodes(api: &Api, stats: &Value) -> Result<Vec<Value>, Refusal> {
    let mut found = Vec::new();
    api.store.view()?.scan("nodes", "", None, |key, _| {
        if let Some(key) = Key::parse(key) {
            found.push(json!({"metadata": {"name": key.name}, "usage": usage(&stats["node"])}));
        }
        Ok(true)
    })?;
    Ok(found)
}

fn pods(
    api: &Api,
    resource: &Resource,
    options: &Options,
    stats: &Value,
) -> Result<Vec<Value>, Refusal> {
    let selector = crate::selector::Selector::of(options)?;
    let view = api.store.view()?;
    let store = "pods".into();
    let mut found = Vec::new();
    for pod in stats["pods"].as_array().into_iter().flatten() {
        let text = |field: &str| pod[field].as_str().unwrap_or_default().to_owned();
        let key = Key::new(&store, &text("namespace"), &text("name"));
        if !resource.namespace.is_empty() && resource.namespace != key.namespace {
            continue;
        }
        let Some(object) = view.get(&key)? else { continue };
        let sketch = crate::store::Sketch::of(&object.to_string())
            .map_err(|it| Refusal::internal("a stored pod is unreadable", &it))?;
        if !selector.takes(&sketch) {
            continue;
        }
        let containers = pod["containers"].as_array().into_iter().flatten();
        let containers: Vec<_> =
            containers.map(|it| json!({"name": it["name"], "usage": usage(it)})).collect();
        let metadata = json!({
            "name": key.name, "namespace": key.namespace, "labels": object["metadata"]["labels"],
            "creationTimestamp": meta::now(),
        });
        found.push(json!({"metadata": metadata, "containers": containers}));
    }
    Ok(found)
}
