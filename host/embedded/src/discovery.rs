//! Discovery: what is served here, for clients that ask first.

use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answer::{self, Reply};
use crate::kinds::{Kind, Kinds, api_version};
use crate::node_port::{METRICS, METRICS_VERSION};
use crate::openapi;
use crate::refusal::Refusal;
use crate::service::Api;

/// The Kubernetes version whose interface is spoken.
const MINOR: &str = "36";

/// Answers paths that name no objects.
pub(crate) fn answer(api: &Api, path: &[String], head: &Parts) -> Result<Reply, Refusal> {
    if head.method != Method::GET && head.method != Method::HEAD {
        return Err(Refusal::method_not_allowed());
    }
    let kinds = api.registry.now();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let value = match path.as_slice() {
        ["healthz" | "livez" | "readyz"] => return Ok(answer::text("ok")),
        ["version"] => version(),
        ["api"] => json!({
            "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [],
        }),
        ["apis"] => json!({
            "kind": "APIGroupList", "apiVersion": "v1",
            "groups": groups(&kinds).iter().map(|it| group(&kinds, it)).collect::<Vec<_>>(),
        }),
        ["apis", METRICS, METRICS_VERSION] => metrics(),
        ["apis", name] if groups(&kinds).iter().any(|it| it == name) => group(&kinds, name),
        ["openapi", "v3"] => openapi::index(&kinds, &api.digests),
        ["openapi", "v3", "api", version] => {
            return openapi::answer(&kinds, "", version, head.uri.query().is_some());
        }
        ["openapi", "v3", "apis", group, version] => {
            return openapi::answer(&kinds, group, version, head.uri.query().is_some());
        }
        ["api", version] => resources(&kinds, "", version)?,
        ["apis", group, version] => resources(&kinds, group, version)?,
        _ => return Err(Refusal::no_such_path()),
    };
    Ok(answer::json(StatusCode::OK, &value))
}

fn version() -> Value {
    json!({
        "major": "1", "minor": MINOR, "gitVersion": format!("v1.{MINOR}.0+slipway"),
        "gitCommit": "", "gitTreeState": "clean", "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "", "compiler": "rustc",
        "platform": format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH),
    })
}

/// The groups, with the one whose objects come from the node.
fn groups(kinds: &Kinds) -> Vec<String> {
    let mut groups = kinds.groups();
    groups.push(METRICS.to_owned());
    groups
}

fn metrics() -> Value {
    let entry = |name: &str, kind: &str, namespaced: bool| {
        json!({
            "name": name, "singularName": "", "namespaced": namespaced, "kind": kind,
            "verbs": ["get", "list"],
        })
    };
    json!({
        "kind": "APIResourceList", "apiVersion": "v1",
        "groupVersion": api_version(METRICS, METRICS_VERSION),
        "resources": [entry("nodes", "NodeMetrics", false), entry("pods", "PodMetrics", true)],
    })
}

fn group(kinds: &Kinds, name: &str) -> Value {
    let one =
        |version: &String| json!({"groupVersion": api_version(name, version), "version": version});
    let mut versions = kinds.versions(name);
    if name == METRICS {
        versions.push(METRICS_VERSION.to_owned());
    }
    let versions: Vec<Value> = versions.iter().map(one).collect();
    json!({
        "kind": "APIGroup", "apiVersion": "v1", "name": name, "versions": versions,
        "preferredVersion": versions.first(),
    })
}

fn resources(kinds: &Kinds, group: &str, version: &str) -> Result<Value, Refusal> {
    let mut list = Vec::new();
    for kind in kinds.iter().filter(|it| it.group == group && it.version == version) {
        list.extend(entries(kind));
    }
    if list.is_empty() {
        return Err(Refusal::no_such_path());
    }
    Ok(json!({
        "kind": "APIResourceList", "apiVersion": "v1",
        "groupVersion": api_version(group, version), "resources": list,
    }))
}

fn entries(kind: &Kind) -> Vec<Value> {
    let mut main = json!({
        "name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": [
            "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
        ],
    });
    if !kind.short.is_empty() {
        main["shortNames"] = json!(kind.short);
    }
    if !kind.categories.is_empty() {
        main["categories"] = json!(kind.categories);
    }
    let sub = |name: &str, group: &str, version: &str, kind_name: &str, verbs: Value| {
        let mut entry = json!({
            "name": format!("{}/{name}", kind.plural), "singularName": "",
            "namespaced": kind.namespaced, "kind": kind_name, "verbs": verbs,
        });
        if !group.is_empty() {
            entry["group"] = json!(group);
            entry["version"] = json!(version);
        }
        entry
    };
    let change = json!(["get", "patch", "update"]);
    let mut list = vec![main];
    if kind.plural == "pods" && kind.group.is_empty() {
        list.push(sub("binding", "", "", "Binding", json!(["create"])));
        list.push(sub("log", "", "", "Pod", json!(["get"])));
    }
    if kind.status {
        list.push(sub("status", "", "", &kind.kind, change.clone()));
    }
    if kind.scale.is_some() {
        list.push(sub("scale", "autoscaling", "v1", "Scale", change));
    }
    list
}
