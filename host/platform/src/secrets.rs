//! Secrets of values: taken out of what somebody submits, sealed with the revision that sets them, opened for the cluster.

use std::collections::BTreeSet;

use serde_json::Value;
use slipway_model::name::AppName;
use slipway_model::secret::{self, Keeper, New, Taken, Text, Texts};
use slipway_store::record::{Deployment, SECRETS, Secret};
use slipway_store::{Changes, Reads};

use crate::{Error, Platform};

/// Where a draft's secrets lie, and what it begins from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shelf<'a> {
    /// None: a deployment that is to be made.
    pub deployment: Option<&'a str>,
    pub before: &'a Value,
}

/// A secret that is to be kept, sealed already.
#[derive(Clone, Debug)]
pub(crate) struct NewSecret {
    field: String,
    key: String,
    secret: Secret,
}

fn place(deployment: &str, key: &str) -> String {
    format!("secrets/{deployment}/{key}")
}

impl Platform {
    /// The values with references for texts; all that is wrong with their secrets is named.
    pub(crate) fn take_secrets(
        &self,
        schema: &Value,
        values: Value,
        app: &AppName,
        revision: u64,
        shelf: Shelf<'_>,
    ) -> Result<Taken, Error> {
        let keeper = Keeper { app: app.as_str(), revision, before: shelf.before };
        let open = |key: &str| match shelf.deployment {
            Some(deployment) => self.open_secret(deployment, key),
            None => Ok(None),
        };
        secret::take(schema, values, &keeper, open)?.map_err(Error::Values)
    }

    /// Seals what is new; nothing is kept yet.
    pub(crate) fn seal_secrets(
        &self,
        deployment: &str,
        new: Vec<New>,
    ) -> Result<Vec<NewSecret>, Error> {
        let seal = |New { field, key, text }| {
            let sealed = self.store.sealer().seal(&place(deployment, &key), text.expose())?;
            Ok(NewSecret { field, key, secret: Secret { sealed } })
        };
        new.into_iter().map(seal).collect()
    }

    /// The texts that the cluster needs: of the wanted revision, and of those that it falls back on without being told
    /// anew. None where the deployment never had a secret.
    pub(crate) fn texts(&self, deployment: &Deployment) -> Result<Option<Texts>, Error> {
        let prefix = format!("{}/", deployment.id);
        if self.store.read()?.scan(&SECRETS, &prefix, None, 1)?.is_empty() {
            return Ok(None);
        }
        let others = [deployment.good_revision, deployment.former_good];
        let revisions: BTreeSet<u64> =
            others.into_iter().flatten().chain([deployment.revision]).collect();
        let mut texts = Texts::new();
        for number in revisions {
            let revision = self.revision_of(deployment, number)?;
            for key in secret::keys_in(&revision.values, deployment.name.as_str()) {
                if let Some(text) = self.open_secret(&deployment.id, &key)? {
                    texts.insert(key, text);
                }
            }
        }
        Ok(Some(texts))
    }

    fn open_secret(&self, deployment: &str, key: &str) -> Result<Option<Text>, Error> {
        let found = self.store.read()?.get(&SECRETS, &format!("{deployment}/{key}"))?;
        let Some(Secret { sealed }) = found else { return Ok(None) };
        let text = self.store.sealer().open(&place(deployment, key), &sealed)?;
        Ok(Some(Text::new(text)))
    }
}

/// The letters of texts that are made up: none that a URL or a shell reads as something else.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Characters of such a text, whatever the form says.
const LENGTHS: std::ops::RangeInclusive<u64> = 8..=128;

/// Makes up the secrets that the form says can be (`x-slipway: {generate: 32}`) and that nobody has given.
pub(crate) fn make_up(schema: &Value, values: &mut Value) -> Result<(), Error> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Ok(());
    };
    for (name, property) in properties {
        let length = property.pointer("/x-slipway/generate").and_then(Value::as_u64);
        let below = values.get(name).unwrap_or(&Value::Null);
        match length.filter(|_| property["writeOnly"] == true) {
            Some(length) if below.is_null() => {
                let text = random(length.clamp(*LENGTHS.start(), *LENGTHS.end()))?;
                put(values, name, text.into());
            }
            Some(_) => {}
            None => {
                let mut inner = below.clone();
                make_up(property, &mut inner)?;
                if inner != *below {
                    put(values, name, inner);
                }
            }
        }
    }
    Ok(())
}

fn put(values: &mut Value, name: &str, new: Value) {
    if values.is_null() {
        *values = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(fields) = values {
        fields.insert(name.to_owned(), new);
    }
}

fn random(length: u64) -> Result<String, Error> {
    let mut bytes = vec![0_u8; usize::try_from(length).unwrap_or(0)];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string().into()))?;
    // 64 letters: every byte falls on one, none more often than another.
    Ok(bytes.iter().map(|it| char::from(LETTERS[usize::from(it % 64)])).collect())
}

/// Keeps sealed secrets in the change that makes the revision which names them.
pub(crate) fn keep(changes: &Changes, deployment: &str, new: &[NewSecret]) -> Result<(), Error> {
    for NewSecret { key, secret, .. } in new {
        changes.put(&SECRETS, &format!("{deployment}/{key}"), secret)?;
    }
    if !new.is_empty() {
        let fields: Vec<&str> = new.iter().map(|it| it.field.as_str()).collect();
        changes.detail(format!("set the secrets {}", fields.join(", ")));
    }
    Ok(())
}

/// Takes all secrets of a deployment away.
pub(crate) fn forget(changes: &Changes, deployment: &str) -> Result<(), Error> {
    changes.remove_all(&SECRETS, &format!("{deployment}/")).map_err(Error::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_nobody_gave_is_made_up_where_the_form_says_so() {
        let secret = |length: u32| json!({"type": "string", "writeOnly": true, "x-slipway": {"generate": length}});
        let schema = json!({"properties": {
            "secrets": {"properties": {"A": secret(40), "B": secret(16)}},
            "plain": {"type": "string", "x-slipway": {"generate": 16}},
            "asked": {"type": "string", "writeOnly": true},
        }});
        let mut values = json!({"secrets": {"B": "given"}});
        make_up(&schema, &mut values).unwrap();
        assert_eq!(values["secrets"]["A"].as_str().unwrap().len(), 40);
        assert_eq!(values["secrets"]["B"], "given");
        assert_eq!(values.as_object().unwrap().len(), 1);
        let mut other = json!({});
        make_up(&schema, &mut other).unwrap();
        assert_ne!(other["secrets"]["A"], values["secrets"]["A"]);
    }
}
