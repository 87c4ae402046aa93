//! The `Rollout` custom resource definition: read from its YAML, installed where missing or older. It also says which
//! Slipway works with the cluster: two at once would undo each other's work.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kube::Client;
use kube::api::{Api, DynamicObject};
use serde_json::{Value, json};

use crate::kinds::Name;
use crate::reconcile::is_within;
use crate::{kinds, labels};

const YAML: &str = include_str!("../crd/rollouts.yaml");
const NAME: &str = "rollouts.slipway.dev";
/// How often somebody may be quicker than us.
const TRIES: usize = 5;

/// The definition as it is installed and printed.
pub fn rollout_crd() -> Value {
    let mut definition: serde_yaml_ng::Value =
        serde_yaml_ng::from_str(YAML).expect("the file is checked by a test");
    definition.apply_merge().expect("the file is checked by a test");
    serde_json::to_value(definition).expect("YAML of string keys is JSON")
}

/// Why a cluster cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the Slipway {0} works with it")]
    Held(String),
    #[error(transparent)]
    Kube(#[from] kube::Error),
}

/// Installs the definition with this Slipway's claim on it, unless both are there as they should be, and waits until
/// the API server serves it.
pub async fn install(client: &Client, instance: &str) -> Result<(), Error> {
    claim(client, instance, false).await
}

/// The same, whoever has worked with the cluster until now.
pub async fn take_over(client: &Client, instance: &str) -> Result<(), Error> {
    claim(client, instance, true).await
}

async fn claim(client: &Client, instance: &str, from_others: bool) -> Result<(), Error> {
    let api = definitions(client);
    for _ in 0..TRIES {
        let live = api.get_opt(NAME).await?;
        let other = live.as_ref().and_then(holder).filter(|it| *it != instance);
        if let Some(other) = other.filter(|_| !from_others) {
            return Err(Error::Held(other.to_owned()));
        }
        if let Some(outcome) = bring(&api, live, instance).await {
            return outcome.map_err(Error::from);
        }
    }
    Err(contended().into())
}

fn contended() -> kube::Error {
    let words = "somebody else keeps changing the definition of Rollout";
    kube::Error::Service(words.into())
}

/// None where another was quicker, which may be another Slipway.
async fn bring(
    api: &Api<DynamicObject>,
    live: Option<DynamicObject>,
    instance: &str,
) -> Option<kube::Result<()>> {
    let wanted = wanted(instance);
    if live.as_ref().is_some_and(|it| is_established(it) && is_same(&wanted, it)) {
        return Some(Ok(()));
    }
    match write(api, live, wanted).await {
        Ok(()) => Some(serve(api).await),
        Err(kube::Error::Api(status)) if status.code == 409 => None,
        Err(error) => Some(Err(error)),
    }
}

/// Who works with the cluster, as its definition says; none where there is no definition.
pub async fn claimed_by(client: &Client) -> kube::Result<Option<String>> {
    let found = definitions(client).get_metadata_opt(NAME).await?;
    let annotations = found.and_then(|it| it.metadata.annotations);
    Ok(annotations.and_then(|mut it| it.remove(labels::INSTANCE_ID)))
}

/// The kinds that were noted at the definition; none where there is no definition.
pub async fn noted_kinds(client: &Client) -> kube::Result<BTreeSet<Name>> {
    let found = definitions(client).get_metadata_opt(NAME).await?;
    Ok(found.map(|it| noted(it.metadata.annotations.as_ref())).unwrap_or_default())
}

/// Notes more kinds, beside those that are noted already.
pub async fn note_kinds(client: &Client, kinds: &BTreeSet<Name>) -> kube::Result<()> {
    let api = definitions(client);
    for _ in 0..TRIES {
        let mut live = api.get(NAME).await?;
        let mut all = noted(live.metadata.annotations.as_ref());
        if kinds.is_subset(&all) {
            return Ok(());
        }
        all.extend(kinds.iter().cloned());
        let words: Vec<String> =
            all.iter().map(|(version, kind)| format!("{version}/{kind}")).collect();
        live.metadata.managed_fields = None;
        let annotations = live.metadata.annotations.get_or_insert_default();
        annotations.insert(labels::KINDS.to_owned(), words.join(" "));
        match api.replace(NAME, &labels::writing(), &live).await {
            Err(kube::Error::Api(status)) if status.code == 409 => {}
            outcome => return outcome.map(drop),
        }
    }
    Err(contended())
}

fn noted(annotations: Option<&BTreeMap<String, String>>) -> BTreeSet<Name> {
    let words = annotations.and_then(|it| it.get(labels::KINDS)).map(String::as_str);
    let names = words.unwrap_or_default().split_whitespace().filter_map(|it| it.rsplit_once('/'));
    names.map(|(version, kind)| (version.to_owned(), kind.to_owned())).collect()
}

/// Lets the cluster go, for another Slipway to work with. The definition stays: what runs needs it.
pub async fn release(client: &Client, instance: &str) -> kube::Result<()> {
    let api = definitions(client);
    let Some(mut live) = api.get_opt(NAME).await? else { return Ok(()) };
    if holder(&live) != Some(instance) {
        return Ok(());
    }
    live.metadata.annotations.get_or_insert_default().remove(labels::INSTANCE_ID);
    api.replace(NAME, &labels::writing(), &live).await.map(drop)
}

fn definitions(client: &Client) -> Api<DynamicObject> {
    let kind = kinds::builtin("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    Api::all_with(client.clone(), &kind)
}

fn wanted(instance: &str) -> Value {
    let mut wanted = rollout_crd();
    wanted["metadata"]["annotations"] = json!({(labels::INSTANCE_ID): instance});
    wanted
}

fn holder(live: &DynamicObject) -> Option<&str> {
    Some(live.metadata.annotations.as_ref()?.get(labels::INSTANCE_ID)?.as_str())
}

/// Creates it, or replaces exactly the one that was read: whoever wrote in between is not overwritten.
async fn write(
    api: &Api<DynamicObject>,
    live: Option<DynamicObject>,
    wanted: Value,
) -> kube::Result<()> {
    let wanted: DynamicObject = serde_json::from_value(wanted).map_err(kube::Error::SerdeError)?;
    let Some(mut live) = live else {
        return api.create(&labels::writing(), &wanted).await.map(drop);
    };
    live.metadata.managed_fields = None;
    let annotations = live.metadata.annotations.get_or_insert_default();
    annotations.extend(wanted.metadata.annotations.unwrap_or_default());
    live.data["spec"] = wanted.data["spec"].clone();
    api.replace(NAME, &labels::writing(), &live).await.map(drop)
}

async fn serve(api: &Api<DynamicObject>) -> kube::Result<()> {
    let served = async {
        while !is_established(&api.get(NAME).await?) {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Ok(())
    };
    let patience = Duration::from_secs(30);
    tokio::time::timeout(patience, served).await.unwrap_or_else(|_| {
        let words =
            format!("it took the definition of {NAME}, and does not serve it after {patience:?}");
        Err(kube::Error::Service(words.into()))
    })
}

/// The API server adds defaults of its own to what it was given.
fn is_same(wanted: &Value, live: &DynamicObject) -> bool {
    live.metadata.deletion_timestamp.is_none()
        && holder(live) == wanted["metadata"]["annotations"][labels::INSTANCE_ID].as_str()
        && live.data.get("spec").is_some_and(|it| is_within(&wanted["spec"], it))
}

fn is_established(definition: &DynamicObject) -> bool {
    let conditions = definition.data.pointer("/status/conditions").and_then(Value::as_array);
    let established = |it: &Value| it["type"] == "Established" && it["status"] == "True";
    conditions.is_some_and(|it| it.iter().any(established))
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
