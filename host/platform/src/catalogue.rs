//! The catalogue: blueprints that are offered, and plugins that are installed.

use std::collections::BTreeMap;

use slipway_model::access::InstanceAction;
use slipway_model::digest::Digest;
use slipway_model::name::PluginName;
use slipway_model::{plan, secret, values};
use slipway_registry::name::{Place, Repository, Tag, Target};
use slipway_store::record::{CATALOGUE, Current, PLUGINS, Plugin, PluginKind};
use slipway_store::{Actor, Reads};

use crate::error::{found, named};
use crate::ports::Inspected;
use crate::{Caller, Error, Platform};

/// A blueprint of the catalogue.
pub type Blueprint = Plugin;

/// A plugin, and whether its name stands for it.
#[derive(Clone, Debug, PartialEq)]
pub struct InstalledPlugin {
    pub plugin: Plugin,
    pub is_current: bool,
    /// It failed again and again, and its name was given back to the version before it.
    pub is_withdrawn: bool,
}

impl Platform {
    /// Blueprints that are offered, by name.
    pub fn blueprint_list(&self, caller: &Caller) -> Result<Vec<Blueprint>, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let reader = self.store.read()?;
        let offered = reader.all(&CATALOGUE, "blueprint/")?;
        let plugins = offered.iter().map(|(_, it)| reader.get(&PLUGINS, it.digest.as_str()));
        let plugins: Result<Vec<_>, _> = plugins.collect();
        Ok(plugins?.into_iter().flatten().collect())
    }

    /// One blueprint by its name.
    pub fn blueprint_get(&self, caller: &Caller, name: &str) -> Result<Blueprint, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let name = found("blueprint", name)?;
        self.offered(PluginKind::Blueprint, &name)
    }

    /// All installed plugins.
    pub fn plugin_list(&self, caller: &Caller) -> Result<Vec<InstalledPlugin>, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let reader = self.store.read()?;
        let offered = reader.all(&CATALOGUE, "")?;
        let is_current = |plugin: &Plugin| offered.iter().any(|(_, it)| it.digest == plugin.digest);
        let plugins = reader.all(&PLUGINS, "")?.into_iter().map(|(_, it)| it);
        let is_withdrawn =
            |plugin: &Plugin| offered.iter().any(|(_, it)| it.withdrawn.contains(&plugin.digest));
        let view = |plugin: Plugin| InstalledPlugin {
            is_current: is_current(&plugin),
            is_withdrawn: is_withdrawn(&plugin),
            plugin,
        };
        Ok(plugins.map(view).collect())
    }

    /// The code of an installed plugin, for whoever wants to run it elsewhere: tests, replays.
    pub async fn plugin_component(&self, caller: &Caller, digest: &str) -> Result<Vec<u8>, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let digest: Digest = named("digest", digest)?;
        let plugin = self.store.read()?.get(&PLUGINS, digest.as_str())?;
        let Plugin { kind, name, version, .. } =
            plugin.ok_or_else(|| Error::no("plugin", &digest))?;
        let (repository, tag) = shelf(kind, &name, &version)?;
        self.stored_component(&repository, &tag, &digest).await
    }

    /// Installs a component as a plugin; what it asks for is granted, which is why it takes an admin.
    pub async fn plugin_install(
        &self,
        caller: &Caller,
        component: Vec<u8>,
    ) -> Result<Plugin, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        self.install(caller.actor(), component).await
    }

    /// The same for a component that was pushed to the instance's own registry: `name:tag` or `name@digest`.
    pub async fn plugin_install_from(
        &self,
        caller: &Caller,
        reference: &str,
    ) -> Result<Plugin, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let place: Place = named("reference", reference)?;
        let component = self.registry.component(&place.repository, &place.target).await?;
        self.install(caller.actor(), component.content).await
    }

    /// The same for what comes with the host. Doing it again changes nothing.
    pub async fn plugin_bundled(&self, component: Vec<u8>) -> Result<Plugin, Error> {
        self.install(Actor::host(), component).await
    }

    /// Makes every installed plugin ready. One that cannot be is logged and does not stop the others.
    pub async fn plugins_load(&self) -> Result<(), Error> {
        for (_, plugin) in self.store.read()?.all(&PLUGINS, "")? {
            if let Err(error) = self.load(&plugin).await {
                tracing::error!(plugin = %plugin.name, digest = %plugin.digest, error = %error, "a plugin cannot be loaded");
            }
        }
        Ok(())
    }

    async fn load(&self, plugin: &Plugin) -> Result<(), Error> {
        if self.workshop.recall(&plugin.digest).await? {
            return Ok(self.workshop.permit(&plugin.digest, plugin.grant.clone())?);
        }
        let (repository, tag) = shelf(plugin.kind, &plugin.name, &plugin.version)?;
        let component = self.stored_component(&repository, &tag, &plugin.digest).await?;
        self.workshop.take_in(component).await?;
        Ok(self.workshop.permit(&plugin.digest, plugin.grant.clone())?)
    }

    /// What was installed, whatever its tag names by now.
    pub(crate) async fn stored_component(
        &self,
        repository: &Repository,
        tag: &Tag,
        digest: &Digest,
    ) -> Result<Vec<u8>, Error> {
        if let Some(content) = self.registry.read_blob(repository, &digest.into()).await? {
            return Ok(content);
        }
        let component = self.registry.component(repository, &Target::Tag(tag.clone())).await?;
        if component.digest == *digest {
            return Ok(component.content);
        }
        Err(Error::Conflict(format!(
            "{repository}:{tag} in the registry is another component than the one that was installed"
        )))
    }

    async fn install(&self, actor: Actor, component: Vec<u8>) -> Result<Plugin, Error> {
        let known = self.store.read()?.get(&PLUGINS, Digest::of(&component).as_str())?;
        if let Some(plugin) = known {
            self.load(&plugin).await?;
            return self.insist(actor, plugin).await;
        }
        let inspected = self.workshop.take_in(component.clone()).await?;
        let Inspected { digest, kind, name, version, wanted } = inspected;
        // The code is kept before anything points at it.
        let (repository, tag) = shelf(kind, &name, &version)?;
        let shelved = self.registry.component(&repository, &Target::Tag(tag.clone())).await;
        // What was pushed there keeps its own manifest, with all that it says.
        if !shelved.is_ok_and(|it| it.digest == digest) {
            let words = BTreeMap::new();
            self.registry.put_component(&repository, &tag, &component, &words).await?;
        }
        self.workshop.permit(&digest, wanted.clone())?;
        let described = self.describe(kind, &digest).await?;
        values::check_schema(&described.schema)
            .map_err(|error| plan::Error::Unfit(format!("plugin {name}: {error}")))?;
        check_secrets(kind, &described)
            .map_err(|reason| plan::Error::Unfit(format!("plugin {name}: {reason}")))?;
        let plugin = Plugin {
            digest: digest.clone(),
            kind,
            name: name.clone(),
            version,
            title: described.title,
            summary: described.summary,
            docs: described.docs,
            icon: described.icon,
            schema: described.schema,
            defaults: described.defaults,
            operations: described.operations,
            grant: wanted,
            installed_by: actor.name.clone(),
            installed_unix_milliseconds: self.now(),
        };
        let kept = plugin.clone();
        let subject = format!("{}/{name}@{digest}", kind.as_str());
        self.store
            .change(actor, "plugin.install", subject, move |changes| {
                changes.put(&PLUGINS, digest.as_str(), &kept)?;
                let key = format!("{}/{name}", kind.as_str());
                let current = Current::after(changes.get(&CATALOGUE, &key)?, digest);
                changes.put(&CATALOGUE, &key, &current).map_err(Error::from)
            })
            .await?;
        Ok(plugin)
    }

    /// Installing what is installed changes nothing, unless it was withdrawn: then a person wants it all the same.
    async fn insist(&self, actor: Actor, plugin: Plugin) -> Result<Plugin, Error> {
        let key = format!("{}/{}", plugin.kind.as_str(), plugin.name);
        let current = self.store.read()?.get(&CATALOGUE, &key)?;
        let is_withdrawn = current.is_some_and(|it| it.withdrawn.contains(&plugin.digest));
        if !is_withdrawn || actor == Actor::host() {
            return Ok(plugin);
        }
        let (subject, digest) = (format!("{key}@{}", plugin.digest), plugin.digest.clone());
        self.store
            .change(actor, "plugin.install", subject, move |changes| {
                let current = Current::after(changes.get(&CATALOGUE, &key)?, digest);
                changes.put(&CATALOGUE, &key, &current).map_err(Error::from)
            })
            .await?;
        Ok(plugin)
    }

    pub(crate) fn offered(&self, kind: PluginKind, name: &PluginName) -> Result<Plugin, Error> {
        let reader = self.store.read()?;
        let unknown = || Error::no(kind.as_str(), name);
        let key = format!("{}/{name}", kind.as_str());
        let current = reader.get(&CATALOGUE, &key)?.ok_or_else(unknown)?;
        reader.get(&PLUGINS, current.digest.as_str())?.ok_or_else(unknown)
    }

    async fn describe(&self, kind: PluginKind, digest: &Digest) -> Result<Described, Error> {
        Ok(match kind {
            PluginKind::Blueprint => {
                let it = self.workshop.blueprint(digest).await?;
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
                let it = self.workshop.control(digest).await?;
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
                let it = self.workshop.update_checker(digest).await?;
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

struct Described {
    title: String,
    summary: String,
    docs: String,
    icon: Option<String>,
    schema: serde_json::Value,
    defaults: serde_json::Value,
    operations: Vec<String>,
}

/// Secrets are those of a deployment's values, and only people know them.
fn check_secrets(kind: PluginKind, described: &Described) -> Result<(), &'static str> {
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

/// Where a plugin's code lies in the instance's own registry.
pub(crate) fn shelf(
    kind: PluginKind,
    name: &PluginName,
    version: &str,
) -> Result<(Repository, Tag), Error> {
    let repository = format!("{}/{name}", kind.as_str());
    Ok((named("version", &repository)?, named("version", version)?))
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
