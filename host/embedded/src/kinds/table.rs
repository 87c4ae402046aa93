//! The built-in kinds, as data: a kind is served when it has a row here.

use std::sync::Arc;

use k8s_openapi::api::{
    apps::v1 as apps, autoscaling::v2 as autoscaling, batch::v1 as batch,
    coordination::v1 as coordination, core::v1 as core, discovery::v1 as discovery,
    events::v1 as events, networking::v1 as networking, policy::v1 as policy, rbac::v1 as rbac,
};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1 as apiextensions;
use schemars::SchemaGenerator;
use serde_json::Value;

use super::{Kind, Make, Scale, api_version};
use crate::built_in::{self, Rules};
use crate::decode::{Wrong, through};
use crate::merge_keys::{self, Node};
use crate::openapi::generate;

/// One built-in kind.
pub(crate) struct BuiltIn {
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    plural: &'static str,
    singular: &'static str,
    short: &'static [&'static str],
    categories: &'static [&'static str],
    namespaced: bool,
    status: bool,
    scale: bool,
    /// Reads the object into its type and back: what the type does not know is dropped.
    pub(crate) decode: fn(&Value) -> Result<Value, Wrong>,
    /// Generates its schema and names it.
    pub(crate) schema: fn(&mut SchemaGenerator) -> String,
    /// How its lists and maps merge.
    pub(crate) merge: &'static Node,
    /// Its defaults and what must hold.
    pub(crate) rules: Rules,
}

impl std::fmt::Debug for BuiltIn {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str(self.kind)
    }
}

impl BuiltIn {
    /// The kind that this row describes.
    pub(super) fn kind(&'static self) -> Kind {
        let own = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect();
        let path = |text: &str| text.split('.').map(str::to_owned).collect::<Vec<_>>();
        // Two groups serve events, and both are one and the same object.
        let (store, stored_group) = match (self.group, self.plural) {
            ("" | "events.k8s.io", plural) => (plural.to_owned(), ""),
            (group, plural) => (format!("{plural}.{group}"), group),
        };
        Kind {
            group: self.group.into(),
            version: self.version.into(),
            kind: self.kind.into(),
            plural: self.plural.into(),
            singular: self.singular.into(),
            short: own(self.short),
            categories: own(self.categories),
            namespaced: self.namespaced,
            status: self.status,
            scale: self.scale.then(|| Scale {
                replicas: path("spec.replicas"),
                status_replicas: path("status.replicas"),
                selector: Some(path("spec.selector")),
            }),
            store: Arc::from(store),
            stored_as: api_version(stored_group, self.version),
            make: Make::BuiltIn(self),
        }
    }
}

/// What most rows share: no status, no scale, no short names.
macro_rules! row {
    ($group:literal $version:literal $type:ty, $kind:literal $plural:literal $singular:literal
     $([$($short:literal),*])? $(in $category:literal)?, $scope:ident $($sub:ident)*
     $(, merge $merge:ident)? $(, rules $rules:ident)?) => {
        BuiltIn {
            group: $group,
            version: $version,
            kind: $kind,
            plural: $plural,
            singular: $singular,
            short: &[$($($short),*)?],
            categories: &[$($category)?],
            namespaced: row!(@scope $scope),
            status: row!(@has status $($sub)*),
            scale: row!(@has scale $($sub)*),
            decode: through::<$type>,
            schema: generate::<$type>,
            merge: row!(@merge $($merge)?),
            rules: row!(@rules $($rules)?),
        }
    };
    (@scope namespaced) => { true };
    (@scope cluster) => { false };
    (@has status status $($rest:ident)*) => { true };
    (@has scale status scale) => { true };
    (@has $what:ident $($rest:ident)*) => { false };
    (@merge) => { &merge_keys::PLAIN };
    (@merge $merge:ident) => { &merge_keys::$merge };
    (@rules) => { built_in::NONE };
    (@rules $rules:ident) => { built_in::$rules };
}

/// Every built-in kind.
pub(crate) static ROWS: &[BuiltIn] = &[
    row!("" "v1" core::Namespace, "Namespace" "namespaces" "namespace" ["ns"], cluster status, rules NAMESPACE),
    row!("" "v1" core::Pod, "Pod" "pods" "pod" ["po"] in "all", namespaced status, merge POD, rules POD),
    row!("" "v1" core::PodTemplate, "PodTemplate" "podtemplates" "podtemplate", namespaced, merge POD_TEMPLATE),
    row!("" "v1" core::Service, "Service" "services" "service" ["svc"] in "all", namespaced status, merge SERVICE, rules SERVICE),
    row!("" "v1" core::ConfigMap, "ConfigMap" "configmaps" "configmap" ["cm"], namespaced, rules CONFIG_MAP),
    row!("" "v1" core::Secret, "Secret" "secrets" "secret", namespaced, rules SECRET),
    row!("" "v1" core::ServiceAccount, "ServiceAccount" "serviceaccounts" "serviceaccount" ["sa"], namespaced, merge SERVICE_ACCOUNT),
    row!("" "v1" core::PersistentVolumeClaim, "PersistentVolumeClaim" "persistentvolumeclaims" "persistentvolumeclaim" ["pvc"], namespaced status, merge CLAIM, rules CLAIM),
    row!("" "v1" core::PersistentVolume, "PersistentVolume" "persistentvolumes" "persistentvolume" ["pv"], cluster status, merge VOLUME, rules VOLUME),
    row!("" "v1" core::Event, "Event" "events" "event" ["ev"], namespaced, merge EVENT),
    row!("" "v1" core::Endpoints, "Endpoints" "endpoints" "endpoints" ["ep"], namespaced),
    row!("" "v1" core::Node, "Node" "nodes" "node" ["no"], cluster status, merge NODE),
    row!("" "v1" core::ResourceQuota, "ResourceQuota" "resourcequotas" "resourcequota" ["quota"], namespaced status),
    row!("" "v1" core::LimitRange, "LimitRange" "limitranges" "limitrange" ["limits"], namespaced),
    row!("apps" "v1" apps::Deployment, "Deployment" "deployments" "deployment" ["deploy"] in "all", namespaced status scale, merge WORKLOAD, rules DEPLOYMENT),
    row!("apps" "v1" apps::ReplicaSet, "ReplicaSet" "replicasets" "replicaset" ["rs"] in "all", namespaced status scale, merge WORKLOAD, rules REPLICA_SET),
    row!("batch" "v1" batch::Job, "Job" "jobs" "job" in "all", namespaced status, merge WORKLOAD, rules JOB),
    row!("networking.k8s.io" "v1" networking::Ingress, "Ingress" "ingresses" "ingress" ["ing"], namespaced status, rules INGRESS),
    row!("networking.k8s.io" "v1" networking::IngressClass, "IngressClass" "ingressclasses" "ingressclass", cluster, rules INGRESS_CLASS),
    row!("networking.k8s.io" "v1" networking::NetworkPolicy, "NetworkPolicy" "networkpolicies" "networkpolicy" ["netpol"], namespaced, merge NETWORK_POLICY, rules NETWORK_POLICY),
    row!("discovery.k8s.io" "v1" discovery::EndpointSlice, "EndpointSlice" "endpointslices" "endpointslice", namespaced, merge ENDPOINT_SLICE),
    row!("events.k8s.io" "v1" events::Event, "Event" "events" "event" ["ev"], namespaced, merge EVENT),
    row!("coordination.k8s.io" "v1" coordination::Lease, "Lease" "leases" "lease", namespaced),
    row!("policy" "v1" policy::PodDisruptionBudget, "PodDisruptionBudget" "poddisruptionbudgets" "poddisruptionbudget" ["pdb"], namespaced status, merge BUDGET),
    row!("autoscaling" "v2" autoscaling::HorizontalPodAutoscaler, "HorizontalPodAutoscaler" "horizontalpodautoscalers" "horizontalpodautoscaler" ["hpa"] in "all", namespaced status, merge AUTOSCALER, rules AUTOSCALER),
    row!("rbac.authorization.k8s.io" "v1" rbac::Role, "Role" "roles" "role", namespaced),
    row!("rbac.authorization.k8s.io" "v1" rbac::RoleBinding, "RoleBinding" "rolebindings" "rolebinding", namespaced, merge BINDING, rules BINDING),
    row!("rbac.authorization.k8s.io" "v1" rbac::ClusterRole, "ClusterRole" "clusterroles" "clusterrole", cluster, merge CLUSTER_ROLE),
    row!("rbac.authorization.k8s.io" "v1" rbac::ClusterRoleBinding, "ClusterRoleBinding" "clusterrolebindings" "clusterrolebinding", cluster, merge BINDING, rules BINDING),
    row!("apiextensions.k8s.io" "v1" apiextensions::CustomResourceDefinition, "CustomResourceDefinition" "customresourcedefinitions" "customresourcedefinition" ["crd", "crds"] in "api-extensions", cluster status, merge DEFINITION, rules DEFINITION),
];
