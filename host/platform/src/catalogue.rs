//! The catalogue: blueprints that are offered, and plugins that are installed.

use slipway_model::access::InstanceAction;
use slipway_model::digest::Digest;
use slipway_model::name::PluginName;
use slipway_store::Reads;
use slipway_store::record::{CATALOGUE, PLUGINS, Plugin, PluginKind};

use crate::error::{found, named};
use crate::install::key;
use crate::trust::Rules;
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
    /// Why it is not run, where it is not.
    pub barred: Option<String>,
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
        let is_withdrawn =
            |plugin: &Plugin| offered.iter().any(|(_, it)| it.withdrawn.contains(&plugin.digest));
        let rules = Rules::read(&reader)?;
        let plugins = reader.all(&PLUGINS, "")?.into_iter().map(|(_, it)| it);
        let seen = |plugin: Plugin| InstalledPlugin {
            is_current: is_current(&plugin),
            is_withdrawn: is_withdrawn(&plugin),
            barred: rules.judge(&plugin).err(),
            plugin,
        };
        Ok(plugins.map(seen).collect())
    }

    /// The code of an installed plugin, for whoever wants to run it elsewhere: tests, replays.
    pub async fn plugin_component(&self, caller: &Caller, digest: &str) -> Result<Vec<u8>, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let digest: Digest = named("digest", digest)?;
        let plugin = self.store.read()?.get(&PLUGINS, digest.as_str())?;
        self.code(&plugin.ok_or_else(|| Error::no("plugin", &digest))?).await
    }

    pub(crate) fn offered(&self, kind: PluginKind, name: &PluginName) -> Result<Plugin, Error> {
        let reader = self.store.read()?;
        let unknown = || Error::no(kind.as_str(), name);
        let current = reader.get(&CATALOGUE, &key(kind, name))?.ok_or_else(unknown)?;
        reader.get(&PLUGINS, current.digest.as_str())?.ok_or_else(unknown)
    }
}
