//! `OpenAPI` v3: what objects look like, for `kubectl explain`, and how they merge, for `kubectl apply`.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use http::{HeaderValue, StatusCode, header};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::answer::{self, Reply};
use crate::kinds::{Kind, Kinds, Make, api_version};
use crate::merge_keys::{How, Node};
use crate::refusal::Refusal;

/// Where the generator puts definitions.
const DEFINITIONS: &str = "#/components/schemas/";

/// The documents' digests: clients cache documents by them.
#[derive(Debug, Default)]
pub(crate) struct Digests(Mutex<BTreeMap<String, String>>);

impl Digests {
    /// The digest of a built-in group's document, which never changes while the process runs.
    fn of(&self, kinds: &Kinds, group: &str, version: &str) -> String {
        let custom = |it: &&std::sync::Arc<Kind>| matches!(it.make, Make::Custom(_));
        if kinds.iter().filter(custom).any(|it| it.group == group) {
            return digest(&document(kinds, group, version));
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = api_version(group, version);
        kept.entry(key).or_insert_with(|| digest(&document(kinds, group, version))).clone()
    }
}

fn digest(document: &Value) -> String {
    hex::encode_upper(Sha256::digest(document.to_string().as_bytes()))
}

/// The list of documents.
pub(crate) fn index(kinds: &Kinds, digests: &Digests) -> Value {
    let mut paths = Map::new();
    let mut groups = vec![String::new()];
    groups.extend(kinds.groups());
    for group in groups {
        for version in kinds.versions(&group) {
            let path = path(&group, &version);
            let hash = digests.of(kinds, &group, &version);
            let url = format!("/openapi/v3/{path}?hash={hash}");
            paths.insert(path, json!({"serverRelativeURL": url}));
        }
    }
    json!({"paths": paths})
}

fn path(group: &str, version: &str) -> String {
    if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") }
}

/// One document; a client that named its digest may keep it.
pub(crate) fn answer(
    kinds: &Kinds,
    group: &str,
    version: &str,
    by_digest: bool,
) -> Result<Reply, Refusal> {
    if !kinds.iter().any(|it| it.group == group && it.version == version) {
        return Err(Refusal::no_such_path());
    }
    let mut reply = answer::json(StatusCode::OK, &document(kinds, group, version));
    if by_digest {
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        reply.headers_mut().insert(header::CACHE_CONTROL, forever);
    }
    Ok(reply)
}

fn document(kinds: &Kinds, group: &str, version: &str) -> Value {
    let mut generator = SchemaSettings::openapi3().into_generator();
    generator.subschema_for::<ObjectMeta>();
    let mut own = Map::new();
    let mut paths = Map::new();
    let mut merges = Vec::new();
    for kind in kinds.iter().filter(|it| it.group == group && it.version == version) {
        match &kind.make {
            Make::BuiltIn(row) => {
                let name = (row.schema)(&mut generator);
                merges.push((name.clone(), row.merge, identity(kind)));
            }
            Make::Custom(custom) => {
                own.insert(custom_name(kind), custom_schema(kind, &custom.schema));
            }
        }
        add_paths(kind, &mut paths);
    }
    let mut schemas = generator.take_definitions(true);
    for (name, merge, identity) in merges {
        decorate(&mut schemas, &name, merge, 0);
        if let Some(schema) = schemas.get_mut(&name) {
            schema["x-kubernetes-group-version-kind"] = json!([identity]);
        }
    }
    schemas.extend(own);
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": env!("CARGO_PKG_VERSION")},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// Names the schema of a built-in kind and sees that it is generated.
pub(crate) fn generate<T: JsonSchema>(generator: &mut SchemaGenerator) -> String {
    generator.subschema_for::<T>();
    T::schema_name().into_owned()
}

fn identity(kind: &Kind) -> Value {
    json!({"group": kind.group, "version": kind.version, "kind": kind.kind})
}

fn custom_name(kind: &Kind) -> String {
    let mut parts: Vec<&str> = kind.group.split('.').collect();
    parts.reverse();
    format!("{}.{}.{}", parts.join("."), kind.version, kind.kind)
}

fn custom_schema(kind: &Kind, schema: &Value) -> Value {
    let mut schema = schema.clone();
    let text = |about: &str| json!({"type": "string", "description": about});
    schema["properties"]["apiVersion"] = text("The version of the schema of this object.");
    schema["properties"]["kind"] = text("The kind of this object.");
    let metadata = format!("{DEFINITIONS}{}", ObjectMeta::schema_name());
    schema["properties"]["metadata"] =
        json!({"allOf": [{"$ref": metadata}], "description": "Standard object's metadata."});
    schema["x-kubernetes-group-version-kind"] = json!([identity(kind)]);
    schema
}

/// Writes into a schema how its places merge.
fn decorate(schemas: &mut Map<String, Value>, name: &str, node: &Node, depth: usize) {
    // Deeper than any built-in kind; a schema that refers to itself must not go on for ever.
    const DEEPEST: usize = 12;
    if depth > DEEPEST {
        return;
    }
    for (field, node) in node.fields {
        let Some(place) = schemas.get_mut(name).map(|it| &mut it["properties"][*field]) else {
            return;
        };
        if !place.is_object() {
            continue;
        }
        extend(place, node);
        let inner = reference(place).or_else(|| reference(&place["items"]));
        if let Some(inner) = inner {
            decorate(schemas, &inner, node, depth + 1);
        }
    }
}

fn reference(place: &Value) -> Option<String> {
    let direct = place["$ref"].as_str();
    let wrapped = place["allOf"][0]["$ref"].as_str();
    direct.or(wrapped)?.strip_prefix(DEFINITIONS).map(str::to_owned)
}

fn extend(place: &mut Value, node: &Node) {
    let strategy = match (node.how, node.retain_keys) {
        (How::ByKey(_), true) => Some("merge,retainKeys"),
        (How::ByKey(_) | How::Set, _) => Some("merge"),
        (How::Fields, true) => Some("retainKeys"),
        (How::Fields | How::Atomic, _) => None,
    };
    if let Some(strategy) = strategy {
        place["x-kubernetes-patch-strategy"] = json!(strategy);
    }
    match node.how {
        How::ByKey(keys) => {
            place["x-kubernetes-list-type"] = json!("map");
            place["x-kubernetes-list-map-keys"] = json!(keys);
            let key = node.patch_key.or_else(|| keys.first().copied());
            place["x-kubernetes-patch-merge-key"] = json!(key);
        }
        How::Set => place["x-kubernetes-list-type"] = json!("set"),
        How::Atomic if place["type"] == "array" => {
            place["x-kubernetes-list-type"] = json!("atomic");
        }
        How::Atomic => place["x-kubernetes-map-type"] = json!("atomic"),
        How::Fields => {}
    }
}

/// The paths that clients look into: to tell kinds apart, and to see that `fieldValidation` is understood.
fn add_paths(kind: &Kind, paths: &mut Map<String, Value>) {
    let root = format!("/{}", path(&kind.group, &kind.version));
    let all = format!("{root}/{}", kind.plural);
    let some = if kind.namespaced {
        format!("{root}/namespaces/{{namespace}}/{}", kind.plural)
    } else {
        all.clone()
    };
    let option = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
    let does = |action: &str, options: &[&str]| {
        json!({
            "x-kubernetes-action": action, "x-kubernetes-group-version-kind": identity(kind),
            "parameters": options.iter().map(|it| option(it)).collect::<Vec<_>>(),
            "responses": {"200": {"description": "OK"}},
        })
    };
    let writes = ["dryRun", "fieldManager", "fieldValidation"];
    let patches = ["dryRun", "fieldManager", "fieldValidation", "force"];
    let selects = ["labelSelector", "fieldSelector", "limit", "continue", "watch"];
    paths.insert(all, json!({"get": does("list", &selects)}));
    paths.insert(
        some.clone(),
        json!({"get": does("list", &selects), "post": does("post", &writes)}),
    );
    paths.insert(
        format!("{some}/{{name}}"),
        json!({
            "get": does("get", &[]), "put": does("put", &writes), "patch": does("patch", &patches),
            "delete": does("delete", &["dryRun", "propagationPolicy", "gracePeriodSeconds"]),
        }),
    );
}
