//! What objects reach beyond themselves: service accounts, secrets, volumes, nodes, addresses and host names.

use super::place::{Broken, Place};
use super::{Set, volumes};
use crate::name::preview_host;
use crate::object::Object;
use crate::secret;

/// What a pod may use of its namespace and of the cluster's scheduling.
pub fn pod(pod: &Place<'_>, set: &Set<'_>) -> Result<(), Broken> {
    let named = ["serviceAccountName", "serviceAccount"].map(|it| pod.at(it));
    for account in named.iter().filter(|it| it.is_set()) {
        let allowed = account
            .text()
            .is_some_and(|it| it.is_empty() || it == "default" || has_account(set, it));
        if !allowed {
            let rule = "pods may only run as a service account of the same app";
            return Err(account.breaks(rule, "Make the service account in the same blueprint."));
        }
    }
    let has_own = named.iter().any(|it| it.text().is_some_and(|it| has_account(set, it)));
    if !has_own {
        no_token(pod)?;
    }
    let node = pod.at("nodeName");
    if node.text().is_some_and(|it| !it.is_empty()) {
        let rule = "pods may not choose a node past the scheduler";
        return Err(node.breaks(rule, "Use a node selector or an affinity."));
    }
    let class = pod.at("priorityClassName");
    if class.text().is_some_and(|it| it.starts_with("system-")) {
        return Err(class.breaks("this priority is for the cluster's own pods", "Take it out."));
    }
    Ok(())
}

fn has_account(set: &Set<'_>, name: &str) -> bool {
    set.has("", "ServiceAccount", name)
}

/// A token of the namespace's default account is nobody's in particular.
fn no_token(pod: &Place<'_>) -> Result<(), Broken> {
    let hint = "Take it out, or make a service account in the same blueprint.";
    let mount = pod.at("automountServiceAccountToken");
    if mount.is_true() {
        let rule = "pods without a service account of their own get no token of the cluster";
        return Err(mount.breaks(rule, hint));
    }
    for volume in pod.at("volumes").items() {
        for source in volume.down(&["projected", "sources"]).items() {
            let token = source.at("serviceAccountToken");
            if token.is_set() {
                let rule =
                    "pods without a service account of their own get no token of the cluster";
                return Err(token.breaks(rule, hint));
            }
        }
    }
    Ok(())
}

/// What an object of any kind may name.
pub fn object(object: &Object, root: &Place<'_>, set: &Set<'_>) -> Result<(), Broken> {
    match (object.group(), object.kind()) {
        // Their content is text that means nothing to the cluster.
        ("", "ConfigMap" | "Secret") => {}
        _ => root.walk(&mut |place| {
            secrets(place, set)?;
            volumes::check(place, set)
        })?,
    }
    match (object.group(), object.kind()) {
        ("", "Secret") => token_secret(root, set),
        ("", "Service") => service(root),
        ("networking.k8s.io" | "extensions", "Ingress") => ingress(root, set.rules.hosts),
        ("gateway.networking.k8s.io", "HTTPRoute" | "GRPCRoute" | "TLSRoute") => {
            route(root, set.rules.hosts)
        }
        _ => Ok(()),
    }
}

/// Every way in which Kubernetes' own kinds, and those that follow its habits, name a secret.
fn secrets(place: &Place<'_>, set: &Set<'_>) -> Result<(), Broken> {
    for (name, field) in place.fields() {
        let named = match name {
            "secretName" => vec![field],
            "imagePullSecrets" | "secrets" => field.items().map(|it| it.at("name")).collect(),
            // A source of a projected volume; a volume of its own has `secretName`.
            "secret" => vec![field.at("name")],
            _ if name.ends_with("ecretRef") || name.ends_with("ecretKeyRef") => {
                vec![field.at("name")]
            }
            _ => Vec::new(),
        };
        for secret in named {
            if secret.text().is_some_and(|it| !set.owns_secret(it)) {
                let app = set.rules.app;
                let rule = "the secret belongs to something else";
                let hint =
                    format!("Make the secret in the same blueprint, or name it {app}-something.");
                return Err(secret.breaks(rule, hint));
            }
        }
    }
    Ok(())
}

/// Kubernetes fills such a secret with a token that never expires.
fn token_secret(root: &Place<'_>, set: &Set<'_>) -> Result<(), Broken> {
    let kind = root.at("type");
    if kind.text() != Some(secret::ACCOUNT_TOKEN) {
        return Ok(());
    }
    let account = root.down(&["metadata", "annotations", "kubernetes.io/service-account.name"]);
    if account.text().is_some_and(|it| has_account(set, it)) {
        return Ok(());
    }
    let rule = "a token may only be made for a service account of the same app";
    Err(kind.breaks(rule, "Make the service account in the same blueprint."))
}

fn service(root: &Place<'_>) -> Result<(), Broken> {
    let kind = root.down(&["spec", "type"]);
    if kind.text() == Some("ExternalName") {
        let rule = "a Service may not be a name for something outside";
        return Err(kind.breaks(rule, "Use ClusterIP."));
    }
    let addresses = root.down(&["spec", "externalIPs"]);
    if addresses.items().next().is_some() {
        let rule = "a Service may not take addresses that others may use";
        return Err(addresses.breaks(rule, "Use an Ingress, or type LoadBalancer."));
    }
    Ok(())
}

fn ingress(root: &Place<'_>, hosts: &[String]) -> Result<(), Broken> {
    let spec = root.at("spec");
    for backend in ["defaultBackend", "backend"].map(|it| spec.at(it)) {
        if backend.is_set() {
            let rule = "an Ingress may not answer for every host name";
            return Err(backend.breaks(rule, "Use rules with the app's host names."));
        }
    }
    for rule in spec.at("rules").items() {
        host(&rule.at("host"), hosts)?;
    }
    for names in spec.at("tls").items().map(|it| it.at("hosts")) {
        names.items().try_for_each(|it| host(&it, hosts))?;
    }
    // Controllers copy these into their own configuration: whoever sets them is the controller.
    for (key, field) in root.down(&["metadata", "annotations"]).fields() {
        if key.ends_with("-snippet") || key.ends_with("/server-alias") {
            let rule = "this annotation changes how other apps are answered";
            return Err(field.breaks(rule, "Take it out."));
        }
    }
    Ok(())
}

fn route(root: &Place<'_>, hosts: &[String]) -> Result<(), Broken> {
    let names = root.down(&["spec", "hostnames"]);
    if names.items().next().is_none() {
        let rule = "a route must name the host names that it answers";
        return Err(names.breaks(rule, "Use the app's host names."));
    }
    names.items().try_for_each(|it| host(&it, hosts))
}

fn host(place: &Place<'_>, hosts: &[String]) -> Result<(), Broken> {
    let Some(name) = place.text().filter(|it| !it.is_empty()) else {
        let rule = "without a host name it would answer for every app";
        return Err(place.breaks(rule, "Use one of the app's host names."));
    };
    if hosts.iter().any(|it| it == name || preview_host(it) == name) {
        return Ok(());
    }
    let rule = format!("{name:?} is no host name of this app");
    let hint = if hosts.is_empty() {
        "This app has no host names; leave the object out.".to_owned()
    } else {
        format!("Use one of: {}.", hosts.join(", "))
    };
    Err(place.breaks(rule, hint))
}
