//! Serving the kinds that definitions define, and saying so in their status.

use serde_json::{Value, json};

use super::{Column, Custom, DEFINITIONS};
use crate::kinds::{Kind, Make, Scale, api_version};
use crate::meta;
use crate::refusal::Refusal;
use crate::service::Api;
use crate::store::Key;

/// Serves what is defined now.
pub(crate) async fn refresh(api: &Api) -> Result<(), Refusal> {
    let (mut kinds, mut fresh) = (Vec::new(), Vec::new());
    api.store.view()?.scan(DEFINITIONS, "", None, |key, text| {
        let definition: Value = serde_json::from_str(text)
            .map_err(|it| Refusal::internal("a stored definition is not JSON", &it))?;
        kinds.extend(kinds_of(&definition));
        if !is_established(&definition) {
            fresh.extend(Key::parse(key));
        }
        Ok(true)
    })?;
    api.registry.serve(kinds);
    for key in fresh {
        establish(api, key).await?;
    }
    Ok(())
}

fn is_established(definition: &Value) -> bool {
    let conditions = definition["status"]["conditions"].as_array();
    let said = |it: &Value| it["type"] == "Established" && it["status"] == "True";
    conditions.is_some_and(|it| it.iter().any(said))
        && definition["status"]["acceptedNames"] == definition["spec"]["names"]
}

async fn establish(api: &Api, key: Key) -> Result<(), Refusal> {
    let change = api.store.change(move |txn| {
        let Some(mut definition) = txn.get(&key)? else { return Ok(()) };
        let condition = |kind: &str, reason: &str, message: &str| {
            json!({
                "type": kind, "status": "True", "reason": reason, "message": message,
                "lastTransitionTime": meta::now(),
            })
        };
        definition["status"] = json!({
            "acceptedNames": definition["spec"]["names"],
            "conditions": [
                condition("NamesAccepted", "NoConflicts", "no conflicts found"),
                condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
            ],
            "storedVersions": [storage_version(&definition)],
        });
        txn.put(key, &mut definition);
        Ok(())
    });
    change.await
}

fn versions(definition: &Value) -> impl Iterator<Item = &Value> {
    definition["spec"]["versions"].as_array().into_iter().flatten()
}

fn storage_version(definition: &Value) -> String {
    let found = versions(definition).find(|it| it["storage"] == true);
    found.map_or_else(String::new, |it| text(&it["name"]))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

/// The kinds that a definition serves.
fn kinds_of(definition: &Value) -> Vec<Kind> {
    let (spec, names) = (&definition["spec"], &definition["spec"]["names"]);
    let group = text(&spec["group"]);
    let stored_as = api_version(&group, &storage_version(definition));
    let served = versions(definition).filter(|it| it["served"] == true);
    let kind = |version: &Value| Kind {
        group: group.clone(),
        version: text(&version["name"]),
        kind: text(&names["kind"]),
        plural: text(&names["plural"]),
        singular: text(&names["singular"]),
        short: texts(&names["shortNames"]),
        categories: texts(&names["categories"]),
        namespaced: spec["scope"] == "Namespaced",
        status: version["subresources"]["status"].is_object(),
        scale: scale(&version["subresources"]["scale"]),
        store: meta::name(definition).into(),
        stored_as: stored_as.clone(),
        make: Make::Custom(Box::new(Custom::new(
            version["schema"]["openAPIV3Schema"].clone(),
            version["additionalPrinterColumns"]
                .as_array()
                .into_iter()
                .flatten()
                .map(column)
                .collect(),
        ))),
    };
    served.map(kind).collect()
}

fn scale(scale: &Value) -> Option<Scale> {
    let path = |field: &str| {
        let path = scale[field].as_str()?;
        Some(path.trim_start_matches('.').split('.').map(str::to_owned).collect())
    };
    Some(Scale {
        replicas: path("specReplicasPath")?,
        status_replicas: path("statusReplicasPath")?,
        selector: path("labelSelectorPath"),
    })
}

fn column(column: &Value) -> Column {
    Column {
        name: text(&column["name"]),
        kind: text(&column["type"]),
        format: text(&column["format"]),
        description: text(&column["description"]),
        priority: column["priority"].as_i64().unwrap_or(0),
        path: text(&column["jsonPath"]),
    }
}
