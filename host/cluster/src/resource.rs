//! The `Rollout` resource as the API server keeps it, and its way from and to the model's words.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use slipway_model::grant::PodSecurity;
use slipway_model::health::{Health, Verdict};
use slipway_model::name::{AppName, ProjectName};
use slipway_model::object::{Object, ObjectRef};
use slipway_model::plan::Link;
use slipway_model::rollout::{Control, Order, Progress, Report, Revision, Wish};

/// `apiVersion` of the resource.
pub const API_VERSION: &str = "slipway.dev/v1alpha1";
/// Kind of the resource.
pub const KIND: &str = "Rollout";

/// A rollout's namespace and name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub namespace: String,
    pub name: String,
}

/// `spec`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spec {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    pub revision: Revision,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Revision>,
    pub control: Control,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Order>,
    #[serde(default = "restricted")]
    pub pod_security: PodSecurity,
}

fn restricted() -> PodSecurity {
    PodSecurity::Restricted
}

/// `status`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Status {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// Of what runs alone, see [`Report::workloads`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workloads: Option<Health>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub good_revision: Option<u64>,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub memory: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inventory: Vec<ObjectRef>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// One kstatus condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    #[serde(rename = "type")]
    pub name: String,
    pub status: String,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub last_transition_time: String,
    #[serde(default)]
    pub observed_generation: i64,
}

/// A rollout as it was read.
#[derive(Clone, Debug)]
pub struct Rollout {
    pub key: Key,
    pub uid: String,
    pub resource_version: String,
    pub generation: i64,
    pub is_deleting: bool,
    pub spec: Spec,
    pub status: Status,
}

/// The resource cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the rollout {namespace}/{name} cannot be read: {reason}")]
pub struct Malformed {
    pub namespace: String,
    pub name: String,
    pub reason: String,
}

impl Rollout {
    /// Reads the JSON of the API server.
    pub fn read(object: &Object) -> Result<Self, Malformed> {
        let key = Key {
            namespace: object.namespace().unwrap_or_default().to_owned(),
            name: object.name().to_owned(),
        };
        let malformed = |reason: serde_json::Error| Malformed {
            namespace: key.namespace.clone(),
            name: key.name.clone(),
            reason: reason.to_string(),
        };
        let spec =
            Spec::deserialize(object.at("/spec").unwrap_or(&Value::Null)).map_err(malformed)?;
        // A status that we cannot read is one that we did not write: it is written anew.
        let status = object.at("/status").and_then(|it| Status::deserialize(it).ok());
        let status = status.unwrap_or_default();
        Ok(Self {
            uid: object.text("/metadata/uid").to_owned(),
            resource_version: object.text("/metadata/resourceVersion").to_owned(),
            generation: object.number("/metadata/generation").unwrap_or(1),
            is_deleting: object.at("/metadata/deletionTimestamp").is_some(),
            spec,
            status,
            key,
        })
    }

    /// The operation that the spec asks for; one that follows from the generation where it says none.
    pub fn order(&self) -> Order {
        use slipway_model::operation::OperationKind::{Create, Update};
        self.spec.operation.clone().unwrap_or_else(|| Order {
            id: format!("generation-{}", self.generation),
            kind: if self.generation == 1 { Create } else { Update },
            arguments: Value::Null,
            started_unix_milliseconds: 0,
        })
    }

    /// What is reported of it; none where its names are not ones that Slipway could have given.
    pub fn report(&self) -> Option<Report> {
        let project: ProjectName = self.key.namespace.parse().ok()?;
        let app: AppName = self.key.name.parse().ok()?;
        let health = self.status.health.unwrap_or(Health::Progressing);
        let waits = "Waiting for the reconciler to look at it.";
        let message = if self.status.message.is_empty() { waits } else { &self.status.message };
        Some(Report {
            project,
            app,
            deployment: self.spec.deployment.clone(),
            verdict: Verdict::new(health, &self.status.reason, message),
            workloads: self.status.workloads.unwrap_or(health),
            progress: self.status.progress.clone(),
            good_revision: self.status.good_revision,
            inventory: self.status.inventory.clone(),
            links: self.status.links.clone(),
        })
    }
}

/// The resource that states a wish, as it is applied.
pub fn from_wish(wish: &Wish) -> Value {
    let Wish {
        project,
        app,
        namespace,
        deployment,
        hosts,
        revision,
        previous,
        control,
        operation,
        pod_security,
    } = wish;
    let spec = Spec {
        deployment: deployment.clone(),
        hosts: hosts.clone(),
        revision: revision.clone(),
        previous: previous.clone(),
        control: control.clone(),
        operation: Some(operation.clone()),
        pod_security: *pod_security,
    };
    json!({
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {
            "name": app.as_str(),
            "namespace": namespace,
            "labels": {
                (crate::labels::PROJECT): project.as_str(),
                (crate::labels::MANAGED_BY): "slipway",
            },
        },
        "spec": spec,
    })
}

#[cfg(test)]
impl Rollout {
    /// A rollout for tests: shop/web with the least that a spec has, and what is changed in it.
    pub fn example(change: impl FnOnce(&mut Value)) -> Self {
        let digest = format!("sha256:{}", "0".repeat(64));
        let mut json = json!({"apiVersion": API_VERSION, "kind": KIND,
            "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"revision": {"number": 1, "blueprint": digest}, "control": {"plugin": digest}}});
        change(&mut json);
        Self::read(&Object::new(json).unwrap()).unwrap()
    }
}
