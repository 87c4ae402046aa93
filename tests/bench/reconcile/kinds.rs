//! The kinds of the objects of an app, and the way to those of a namespace.

use kube::api::{Api, DynamicObject};
use kube::core::{ApiResource, GroupVersionKind};

/// Group, version and kind.
pub type Kind<'a> = (&'a str, &'a str, &'a str);

/// The objects of an app, in the order of its blueprint.
pub const KINDS: [Kind<'_>; 7] = [
    ("", "v1", "ServiceAccount"),
    ("", "v1", "PersistentVolumeClaim"),
    ("", "v1", "Secret"),
    ("apps", "v1", "Deployment"),
    ("", "v1", "Service"),
    ("networking.k8s.io", "v1", "Ingress"),
    ("autoscaling", "v2", "HorizontalPodAutoscaler"),
];

/// The objects of a kind in a namespace.
pub fn objects(client: &kube::Client, namespace: &str, kind: Kind<'_>) -> Api<DynamicObject> {
    let kind = ApiResource::from_gvk(&GroupVersionKind::gvk(kind.0, kind.1, kind.2));
    Api::namespaced_with(client.clone(), namespace, &kind)
}
