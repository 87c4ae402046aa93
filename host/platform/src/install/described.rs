//! What a plugin says of itself, and what of that cannot be taken.

use slipway_model::digest::Digest;
use slipway_model::secret;
use slipway_store::record::PluginKind;

use crate::{Error, Platform};

impl Platform {
    pub(super) async fn describe(
        &self,
        kind: PluginKind,
        digest: &Digest,
    ) -> Result<Described, Error> {
        Ok(match kind {
            PluginKind::Blueprint => {
                let it = self.workshop.planner().blueprint(digest).await?;
                Described {
                    title: it.title,
                    summary: it.summary,
                    docs: it.docs,
                    icon: it.icon,
                    schema: it.values_schema,
                    defaults: it.default_values,
                    operations: Vec::new(),
                }
            }
            PluginKind::Control => {
                let it = self.workshop.planner().control(digest).await?;
                Described {
                    title: it.title,
                    summary: it.summary,
                    docs: it.docs,
                    icon: None,
                    schema: it.options_schema,
                    defaults: it.default_options,
                    operations: it.operations,
                }
            }
            PluginKind::UpdateChecker => {
                let it = self.workshop.update_checkers().update_checker(digest).await?;
                Described {
                    title: it.title,
                    summary: it.summary,
                    docs: it.docs,
                    icon: None,
                    schema: it.policy_schema,
                    defaults: it.default_policy,
                    operations: Vec::new(),
                }
            }
        })
    }
}

/// What a plugin says of itself when it is asked, of whichever world.
pub(super) struct Described {
    pub title: String,
    pub summary: String,
    pub docs: String,
    pub icon: Option<String>,
    pub schema: serde_json::Value,
    pub defaults: serde_json::Value,
    pub operations: Vec<String>,
}

/// Secrets are those of a deployment's values, and only people know them.
pub(super) fn check_secrets(kind: PluginKind, described: &Described) -> Result<(), &'static str> {
    let Described { schema, defaults, .. } = described;
    match kind {
        PluginKind::Blueprint => {
            let given = secret::places(schema, defaults).secret;
            let is_given = |it: &String| defaults.pointer(it).is_some_and(|it| !it.is_null());
            if given.iter().any(is_given) {
                return Err("a secret (writeOnly) can have no default");
            }
        }
        PluginKind::Control | PluginKind::UpdateChecker => {
            if secret::is_in(schema) {
                return Err("options cannot hold secrets (writeOnly): they are not sealed");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn described(secret: Value) -> Described {
        let schema = json!({"properties": {"a": {"type": "string", "writeOnly": true}}});
        Described {
            title: String::new(),
            summary: String::new(),
            docs: String::new(),
            icon: None,
            schema,
            defaults: json!({ "a": secret }),
            operations: Vec::new(),
        }
    }

    #[test]
    fn only_people_give_secrets_and_only_to_blueprints() {
        let check = |kind, secret| check_secrets(kind, &described(secret));
        assert_eq!(check(PluginKind::Blueprint, Value::Null), Ok(()));
        assert!(check(PluginKind::Blueprint, json!("changeme")).is_err());
        assert!(check(PluginKind::Control, Value::Null).is_err());
    }
}
