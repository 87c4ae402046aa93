//! What an object is and is called: kind, namespace, name, labels, size.

use serde_json::Value;

use super::place::{Broken, Place};
use super::{Rules, pods};
use crate::object::{Object, ObjectRef};
use crate::secret;

/// etcd takes 1.5 MiB; an object grows by what the cluster adds.
const LARGEST_BYTES: usize = 1 << 20;

/// Labels and annotations that mean something to us or to the cluster's security.
const RESERVED: &[&str] = &["slipway.dev/", "pod-security.kubernetes.io/"];

/// The one of our annotations that plugins set, on pod templates: it makes a workload replace its pods.
const RESTARTED_AT: &str = "slipway.dev/restarted-at";

/// Kinds that no grant opens to a plugin: what reaches beyond the namespace, or is Slipway's own.
const NEVER: &[(&str, &str)] = &[
    ("", "Namespace"),
    ("", "Node"),
    ("", "PersistentVolume"),
    ("admissionregistration.k8s.io", "*"),
    ("apiextensions.k8s.io", "*"),
    ("apiregistration.k8s.io", "*"),
    ("authentication.k8s.io", "*"),
    ("authorization.k8s.io", "*"),
    ("certificates.k8s.io", "*"),
    ("flowcontrol.apiserver.k8s.io", "*"),
    ("gateway.networking.k8s.io", "GatewayClass"),
    ("networking.k8s.io", "IngressClass"),
    ("node.k8s.io", "*"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("scheduling.k8s.io", "PriorityClass"),
    ("slipway.dev", "*"),
    ("storage.k8s.io", "*"),
];

/// Kind and name, as far as they matter before the object is looked at.
pub fn identity(reference: &ObjectRef, rules: &Rules<'_>) -> Result<(), Broken> {
    let (group, version) = match reference.api_version.split_once('/') {
        Some((group, version)) => (group, version),
        None => ("", reference.api_version.as_str()),
    };
    let kind = reference.kind.as_str();
    // These become parts of a URL, so their form is checked before anything else.
    if !(group.is_empty() || is_subdomain(group)) || !is_version(version) {
        let rule = format!("{:?} is no version of an API", reference.api_version);
        return Err(Broken::new("apiVersion", rule, "Write it like `v1` or `apps/v1`."));
    }
    if !kind.bytes().all(|it| it.is_ascii_alphanumeric()) {
        let rule = format!("{kind:?} is no kind");
        return Err(Broken::new("kind", rule, "Write it like `Deployment`."));
    }
    if NEVER.iter().any(|it| it.0 == group && (it.1 == kind || it.1 == "*")) {
        let rule =
            "no plugin may make objects of this kind, because they reach beyond its namespace";
        return Err(Broken::new("kind", rule, "Have the cluster's administrator make it."));
    }
    if !rules.grant.kinds.iter().any(|it| it.group == group && it.kind == kind) {
        let full = if group.is_empty() { kind.to_owned() } else { format!("{group}/{kind}") };
        let rule = format!("the kind {full} is not granted to the plugin");
        return Err(Broken::new("kind", rule, "Grant it, if the plugin should have it."));
    }
    if group.is_empty() && kind == "Secret" && secret::is_reserved(&reference.name) {
        let rule = "Secrets that are called like this hold what people filled into forms";
        return Err(Broken::new("metadata.name", rule, "Give it another name."));
    }
    if is_subdomain(&reference.name) {
        return Ok(());
    }
    Err(Broken::new(
        "metadata.name",
        format!("{:?} cannot be a name", shown(&reference.name)),
        "Use lower-case letters, digits, '-' and '.', at most 253, and begin and end with a letter or digit.",
    ))
}

/// The rest of what every object has.
pub fn check(object: &Object, rules: &Rules<'_>) -> Result<(), Broken> {
    let root = Place::of(object.json());
    let metadata = root.at("metadata");
    if object.namespace().is_some_and(|it| it != rules.namespace) {
        let rule = format!("it is in another namespace than {}", rules.namespace);
        let hint = "Leave the namespace out: the host sets it.";
        return Err(metadata.at("namespace").breaks(rule, hint));
    }
    says_only(&metadata, &["name", "namespace", "labels", "annotations"])?;
    let status = root.at("status");
    if status.is_set() && status.value != &Value::Object(serde_json::Map::new()) {
        return Err(status.breaks("a status is what the cluster says", "Leave it out."));
    }
    let bytes = object.json().to_string().len();
    if bytes > LARGEST_BYTES {
        let rule = format!("it has {} KiB, and an object may have 1024", bytes >> 10);
        return Err(Broken::new("the whole object", rule, "Split it."));
    }
    root.walk(&mut |place| {
        if place.value.get("metadata").is_some() { named(place) } else { Ok(()) }
    })
}

/// What has metadata: the object itself, and what is within it.
fn named(place: &Place<'_>) -> Result<(), Broken> {
    // The cluster takes these over into what it makes: pods with a finalizer never end, a claim with an owner goes with
    // it. Other things that are called metadata have fields of their own.
    if is_template(place) {
        says_only(&place.at("metadata"), &["name", "labels", "annotations"])?;
    }
    words(place)
}

/// Whether the cluster makes pods, jobs or claims of it, whatever kind it stands in.
fn is_template(place: &Place<'_>) -> bool {
    let list = place.path.strip_suffix(']').and_then(|it| it.rsplit_once('['));
    let is_entry = list.is_some_and(|(list, _)| list.ends_with("emplates"));
    let has_pod = place.value.get("spec").is_some_and(pods::is_pod);
    is_entry || is_called_template(place) || (has_pod && !place.path.is_empty())
}

/// `template`, `jobTemplate`, `volumeClaimTemplate`.
fn is_called_template(place: &Place<'_>) -> bool {
    place.path.ends_with("emplate")
}

/// Metadata with these fields and no others, as everything that works with it takes for granted.
fn says_only(metadata: &Place<'_>, allowed: &[&str]) -> Result<(), Broken> {
    is_map(metadata)?;
    for (name, field) in metadata.fields() {
        if field.is_set() && !allowed.contains(&name) {
            let rule = "only the cluster and Slipway set this";
            return Err(field.breaks(rule, "Leave it out."));
        }
    }
    for words in ["labels", "annotations"].map(|it| metadata.at(it)) {
        is_map(&words)?;
        if let Some((_, word)) = words.fields().find(|(_, it)| it.text().is_none()) {
            return Err(word.breaks("it must be a text", "Put it in quotes."));
        }
    }
    Ok(())
}

fn is_map(place: &Place<'_>) -> Result<(), Broken> {
    if place.is_set() && !place.value.is_object() {
        return Err(place.breaks("it must be a map", "Write it as names and values."));
    }
    Ok(())
}

/// Labels and annotations, wherever metadata stands.
fn words(place: &Place<'_>) -> Result<(), Broken> {
    let metadata = place.at("metadata");
    for list in ["labels", "annotations"] {
        for (key, field) in metadata.at(list).fields() {
            let is_mark = list == "annotations" && key == RESTARTED_AT;
            let may_mark = is_mark && is_called_template(place);
            if !may_mark && RESERVED.iter().any(|it| key.starts_with(it)) {
                let rule = "only Slipway sets words that begin like this";
                return Err(field.breaks(rule, "Use a prefix of your own."));
            }
        }
    }
    Ok(())
}

fn shown(name: &str) -> String {
    name.chars().take(80).collect()
}

/// RFC 1123 subdomain.
fn is_subdomain(name: &str) -> bool {
    let is_label = |label: &str| {
        let inner = label.bytes().all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

fn is_version(version: &str) -> bool {
    let known = version.bytes().all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9'));
    known && version.starts_with('v')
}
