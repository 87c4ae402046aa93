//! A namespace for one semantic, and the verbs that semantics are written with.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use kube::api::{ApiResource, DeleteParams, DynamicObject, Patch, PatchParams, PostParams};
use kube::core::GroupVersionKind;
use kube::{Api, Client};
use serde_json::{Value, json};

/// How long anything may take to come true.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether a promise was kept, later.
pub type Outcome = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// A named promise of the API.
#[derive(Clone, Copy)]
pub struct Semantic {
    /// A sentence.
    pub name: &'static str,
    /// Fails where the promise is not kept.
    pub hold: fn(Room) -> Outcome,
}

/// The list of a file's semantics, each named by its function.
#[macro_export]
macro_rules! semantics {
    ($($name:ident),* $(,)?) => {
        pub const SEMANTICS: &[$crate::room::Semantic] = &[$(
            $crate::room::Semantic { name: stringify!($name), hold: |room| Box::pin($name(room)) }
        ),*];
    };
}

/// One semantic's place in the cluster.
#[derive(Clone)]
pub struct Room {
    pub client: Client,
    pub namespace: String,
}

/// Objects of a kind, as JSON.
#[derive(Clone)]
pub struct Things {
    pub api: Api<DynamicObject>,
    pub resource: ApiResource,
}

impl Room {
    pub async fn open(client: Client) -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let namespace = format!("contract-{}-{number}", std::process::id());
        let room = Self { client, namespace };
        let body =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": room.namespace}});
        room.cluster_wide("", "v1", "Namespace", "namespaces").create(body).await?;
        Ok(room)
    }

    pub async fn close(&self) -> Result<()> {
        let namespaces = self.cluster_wide("", "v1", "Namespace", "namespaces");
        namespaces.api.delete(&self.namespace, &DeleteParams::default()).await?;
        Ok(())
    }

    pub fn things(&self, group: &str, version: &str, kind: &str, plural: &str) -> Things {
        let kind = GroupVersionKind::gvk(group, version, kind);
        let resource = ApiResource::from_gvk_with_plural(&kind, plural);
        Things {
            api: Api::namespaced_with(self.client.clone(), &self.namespace, &resource),
            resource,
        }
    }

    pub fn cluster_wide(&self, group: &str, version: &str, kind: &str, plural: &str) -> Things {
        let kind = GroupVersionKind::gvk(group, version, kind);
        let resource = ApiResource::from_gvk_with_plural(&kind, plural);
        Things { api: Api::all_with(self.client.clone(), &resource), resource }
    }

    pub fn maps(&self) -> Things {
        self.things("", "v1", "ConfigMap", "configmaps")
    }

    pub fn deployments(&self) -> Things {
        self.things("apps", "v1", "Deployment", "deployments")
    }

    /// An object of this room with a name.
    #[expect(clippy::needless_pass_by_value, reason = "literals read better without a borrow")]
    pub fn map(&self, name: &str, data: Value) -> Value {
        json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": self.namespace}, "data": data,
        })
    }

    /// A deployment with one container.
    pub fn deployment(&self, name: &str) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": name, "namespace": self.namespace},
            "spec": {
                "replicas": 0,
                "selector": {"matchLabels": {"app": name}},
                "template": {
                    "metadata": {"labels": {"app": name}},
                    "spec": {"containers": [{"name": "app", "image": "example.invalid/app:1"}]},
                },
            },
        })
    }
}

fn value(object: DynamicObject) -> Result<Value> {
    Ok(serde_json::to_value(object)?)
}

impl Things {
    pub async fn create(&self, object: Value) -> kube::Result<Value> {
        let object = serde_json::from_value(object).map_err(kube::Error::SerdeError)?;
        let made = self.api.create(&PostParams::default(), &object).await?;
        serde_json::to_value(made).map_err(kube::Error::SerdeError)
    }

    pub async fn get(&self, name: &str) -> Result<Value> {
        value(self.api.get(name).await?)
    }

    pub async fn replace(&self, object: Value) -> kube::Result<Value> {
        let name = text(&object, "/metadata/name");
        let object = serde_json::from_value(object).map_err(kube::Error::SerdeError)?;
        let made = self.api.replace(&name, &PostParams::default(), &object).await?;
        serde_json::to_value(made).map_err(kube::Error::SerdeError)
    }

    pub async fn apply(&self, manager: &str, object: Value) -> kube::Result<Value> {
        self.apply_with(&PatchParams::apply(manager), object).await
    }

    pub async fn apply_with(&self, options: &PatchParams, object: Value) -> kube::Result<Value> {
        let name = text(&object, "/metadata/name");
        let made = self.api.patch(&name, options, &Patch::Apply(object)).await?;
        serde_json::to_value(made).map_err(kube::Error::SerdeError)
    }

    pub async fn merge(&self, name: &str, patch: Value) -> kube::Result<Value> {
        let made = self.api.patch(name, &PatchParams::default(), &Patch::Merge(patch)).await?;
        serde_json::to_value(made).map_err(kube::Error::SerdeError)
    }

    pub async fn delete(&self, name: &str, options: &DeleteParams) -> Result<()> {
        self.api.delete(name, options).await?;
        Ok(())
    }

    /// Waits until the object is gone.
    pub async fn gone(&self, name: &str) -> Result<()> {
        eventually(&format!("{name} is gone"), || async {
            Ok(self.api.get_opt(name).await?.is_none())
        })
        .await
    }

    /// Waits until something holds of the object.
    pub async fn until(&self, name: &str, holds: impl Fn(&Value) -> bool + Sync) -> Result<Value> {
        eventually(&format!("{name} is as wanted"), || async {
            Ok(self.api.get_opt(name).await?.map(value).transpose()?.is_some_and(|it| holds(&it)))
        })
        .await?;
        self.get(name).await
    }
}

/// Looks again and again until something holds, and gives up after a while.
pub async fn eventually<F>(what: &str, holds: impl Fn() -> F) -> Result<()>
where
    F: Future<Output = Result<bool>>,
{
    let deadline = Instant::now() + PATIENCE;
    while !holds().await? {
        if Instant::now() > deadline {
            bail!("not within {PATIENCE:?}: {what}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

pub fn text(object: &Value, pointer: &str) -> String {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub fn version(object: &Value) -> String {
    text(object, "/metadata/resourceVersion")
}

/// Fails where two values differ, and shows both.
pub fn same(what: &str, found: &Value, wanted: &Value) -> Result<()> {
    ensure!(found == wanted, "{what}: found {found}, wanted {wanted}");
    Ok(())
}

/// The refusal must have this code and reason.
pub fn refused<T: std::fmt::Debug>(
    outcome: kube::Result<T>,
    code: u16,
    reason: &str,
) -> Result<kube::core::Status> {
    match outcome {
        Err(kube::Error::Api(status)) => {
            ensure!(
                status.code == code && status.reason == reason,
                "wanted {code} {reason}, found {} {}: {}",
                status.code,
                status.reason,
                status.message
            );
            Ok(*status)
        }
        Err(other) => Err(other).context("another error than a refusal"),
        Ok(made) => bail!("wanted {code} {reason}, but it was allowed: {made:?}"),
    }
}

/// The fields that a refusal names.
pub fn fields(status: &kube::core::Status) -> Vec<String> {
    let details = status.details.as_ref();
    details.map(|it| it.causes.iter().map(|it| it.field.clone()).collect()).unwrap_or_default()
}
