//! The Secret that holds the secrets of a deployment's values.
//!
//! It is there before the rollout whose pods name it, and belongs to the rollout from then on, so that it goes with it
//! whoever deletes it.

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::Client;
use kube::api::{Api, DeleteParams, DynamicObject, ObjectMeta, Patch, PatchParams};
use slipway_model::cluster::{Error, Tie};
use slipway_model::name::{AppName, ClusterName, ProjectName};
use slipway_model::secret::{Text, Texts, object_name};

use crate::cluster::{gone, refused};
use crate::resource::{API_VERSION, KIND};
use crate::{kinds, labels};

/// Which deployment of which cluster.
#[derive(Debug)]
pub struct Whose<'a> {
    pub cluster: &'a ClusterName,
    pub project: &'a ProjectName,
    pub app: &'a AppName,
}

/// Brings the Secret to these texts; without any it goes.
pub async fn put(client: &Client, whose: &Whose<'_>, texts: &Texts) -> Result<Tie, Error> {
    let name = object_name(whose.app.as_str());
    let what = format!("the Secret {name}");
    let failed = |error| refused(whose.cluster, &what, error);
    let api: Api<Secret> = Api::namespaced(client.clone(), whose.project.as_str());
    let found = api.get_metadata_opt(&name).await.map_err(failed)?;
    if found.as_ref().is_some_and(|it| !is_ours(&it.metadata, whose.app)) {
        let cluster = whose.cluster.clone();
        let reason = "it is there already and is not Slipway's. Remove or rename it".to_owned();
        return Err(Error::Refused { cluster, what, reason });
    }
    if texts.is_empty() {
        if found.is_some() {
            gone(api.delete(&name, &DeleteParams::background()).await).map_err(failed)?;
        }
        return Ok(Tie::Tied);
    }
    let owner =
        owner(client, whose).await.map_err(|error| refused(whose.cluster, "the rollout", error))?;
    let tie = if owner.is_some() { Tie::Tied } else { Tie::Loose };
    let parameters = PatchParams::apply(labels::FIELD_MANAGER).force();
    let body = body(whose, &name, texts, owner);
    api.patch(&name, &parameters, &Patch::Apply(&body)).await.map_err(|error| {
        // What an admission webhook answers may quote what it was asked about.
        match failed(error) {
            Error::Refused { cluster, what, reason } if quotes(&reason, texts) => {
                let reason =
                    "the cluster's reason is left out, because it quotes a secret".to_owned();
                Error::Refused { cluster, what, reason }
            }
            other => other,
        }
    })?;
    Ok(tie)
}

fn is_ours(metadata: &ObjectMeta, app: &AppName) -> bool {
    let labels = metadata.labels.as_ref();
    labels.and_then(|it| it.get(labels::SECRETS_OF)).is_some_and(|it| it == app.as_str())
}

/// The rollout, unless there is none, or none for long.
async fn owner(client: &Client, whose: &Whose<'_>) -> kube::Result<Option<OwnerReference>> {
    let resource = kinds::builtin(API_VERSION, KIND);
    let api: Api<DynamicObject> =
        Api::namespaced_with(client.clone(), whose.project.as_str(), &resource);
    let found = api.get_metadata_opt(whose.app.as_str()).await?.map(|it| it.metadata);
    let lasting = found.filter(|it| it.deletion_timestamp.is_none());
    Ok(lasting.and_then(|it| it.uid).map(|uid| OwnerReference {
        api_version: API_VERSION.to_owned(),
        kind: KIND.to_owned(),
        name: whose.app.to_string(),
        uid,
        controller: Some(false),
        block_owner_deletion: Some(true),
    }))
}

fn body(whose: &Whose<'_>, name: &str, texts: &Texts, owner: Option<OwnerReference>) -> Secret {
    let app = whose.app.to_string();
    let labels = [
        (labels::SECRETS_OF, app.clone()),
        (labels::INSTANCE, app),
        (labels::PART_OF, whose.project.to_string()),
        (labels::MANAGED_BY, "slipway".to_owned()),
    ];
    let bytes = |text: &str| ByteString(text.as_bytes().to_vec());
    Secret {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            labels: Some(labels.map(|(key, value)| (key.to_owned(), value)).into()),
            owner_references: owner.map(|it| vec![it]),
            ..ObjectMeta::default()
        },
        // Not `stringData`: an apply that leaves an entry of that out does not take it away.
        data: Some(texts.iter().map(|(key, it)| (key.clone(), bytes(it.expose()))).collect()),
        type_: Some("Opaque".to_owned()),
        ..Secret::default()
    }
}

/// Short texts stand in every sentence; a reason is left out rather than looked at too closely.
fn quotes(reason: &str, texts: &Texts) -> bool {
    let encoded = |text: &str| {
        let json = serde_json::to_value(ByteString(text.as_bytes().to_vec())).ok();
        json.and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
    };
    texts
        .values()
        .map(Text::expose)
        .filter(|it| !it.is_empty())
        .any(|it| reason.contains(it) || reason.contains(&encoded(it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_quotes_a_text_is_noticed() {
        let texts: Texts = [("a.1".to_owned(), Text::new("hunter2".into()))].into();
        assert!(quotes("denied: hunter2 is too short", &texts));
        assert!(quotes("denied: aHVudGVyMg== is too short", &texts));
        assert!(!quotes("denied: a.1 is too short", &texts));
    }
}
