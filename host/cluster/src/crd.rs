//! The `Rollout` custom resource definition: read from its YAML, installed where missing or older.

use std::time::Duration;

use kube::api::{Api, DynamicObject, Patch, PatchParams};
use kube::{Client, ResourceExt};

use crate::reconcile::is_within;
use crate::{kinds, labels};

const YAML: &str = include_str!("../crd/rollouts.yaml");

/// The definition as it is applied and printed.
pub fn rollout_crd() -> serde_json::Value {
    let mut definition: serde_yaml_ng::Value =
        serde_yaml_ng::from_str(YAML).expect("the file is checked by a test");
    definition.apply_merge().expect("the file is checked by a test");
    serde_json::to_value(definition).expect("YAML of string keys is JSON")
}

/// Applies the definition, unless it is there as it should be, and waits until the API server serves it.
pub async fn install(client: &Client) -> kube::Result<()> {
    let kind = kinds::builtin("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    let api: Api<DynamicObject> = Api::all_with(client.clone(), &kind);
    let definition = rollout_crd();
    let name = "rollouts.slipway.dev";
    if api.get_opt(name).await?.is_some_and(|it| is_established(&it) && is_same(&definition, &it)) {
        return Ok(());
    }
    let parameters = PatchParams::apply(labels::FIELD_MANAGER).force();
    api.patch(name, &parameters, &Patch::Apply(&definition)).await?;
    let served = async {
        while !is_established(&api.get(name).await?) {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Ok(())
    };
    let patience = Duration::from_secs(30);
    tokio::time::timeout(patience, served).await.unwrap_or_else(|_| {
        let words =
            format!("it took the definition of {name}, and does not serve it after {patience:?}");
        Err(kube::Error::Service(words.into()))
    })
}

/// The API server adds defaults of its own to what it was given.
fn is_same(wanted: &serde_json::Value, live: &DynamicObject) -> bool {
    live.metadata.deletion_timestamp.is_none()
        && live.data.get("spec").is_some_and(|it| is_within(&wanted["spec"], it))
}

fn is_established(definition: &DynamicObject) -> bool {
    let conditions = definition.data.pointer("/status/conditions").and_then(|it| it.as_array());
    let established =
        |it: &serde_json::Value| it["type"] == "Established" && it["status"] == "True";
    !definition.name_any().is_empty() && conditions.is_some_and(|it| it.iter().any(established))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_whole() {
        let definition = rollout_crd();
        let spec = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties";
        let previous = definition.pointer(&format!("{spec}/previous/properties/blueprint/pattern"));
        assert!(previous.is_some(), "the anchor is laid out");
        assert!(definition.pointer(&format!("{spec}/previous/<<")).is_none());
    }
}
