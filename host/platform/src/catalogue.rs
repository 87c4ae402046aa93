//! The catalogue: blueprints that are offered, and plugins that are installed.

use slipway_model::access::InstanceAction;
use slipway_model::digest::Digest;
use slipway_model::name::PluginName;
use slipway_store::Reads;
use slipway_store::record::{CATALOGUE, MEMBERSHIPS, Membership, PLUGINS, Plugin, PluginKind};

use crate::error::{found, named};
use crate::install::key;
use crate::market::{follows, home};
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
    /// Of the one that its name stands for: a newer version that its source has, and nobody has installed.
    pub newer: Option<String>,
}

impl InstalledPlugin {
    /// One that was just loaded, and so is run; its source was not looked at.
    pub(crate) fn at_work(plugin: Plugin, is_current: bool, is_withdrawn: bool) -> Self {
        Self { plugin, is_current, is_withdrawn, barred: None, newer: None }
    }
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

    /// All installed plugins; of those that projects made for themselves, the caller's.
    pub fn plugin_list(&self, caller: &Caller) -> Result<Vec<InstalledPlugin>, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let reader = self.store.read()?;
        let offered = reader.all(&CATALOGUE, "")?;
        let is_current = |plugin: &Plugin| offered.iter().any(|(_, it)| it.digest == plugin.digest);
        let is_withdrawn =
            |plugin: &Plugin| offered.iter().any(|(_, it)| it.withdrawn.contains(&plugin.digest));
        let rules = Rules::read(&reader)?;
        let memberships = reader.all(&MEMBERSHIPS, &format!("{}/", caller.user))?;
        let plugins = reader.all(&PLUGINS, "")?;
        let mut installed = Vec::new();
        for (_, plugin) in &plugins {
            if !may_know(&reader, caller, &memberships, plugin)? {
                continue;
            }
            let is_current = is_current(plugin);
            installed.push(InstalledPlugin {
                barred: rules.judge(plugin).err(),
                newer: if is_current { self.newer_at_source(plugin, &plugins)? } else { None },
                ..InstalledPlugin::at_work(plugin.clone(), is_current, is_withdrawn(plugin))
            });
        }
        Ok(installed)
    }

    /// The code of an installed plugin, for whoever wants to run it elsewhere: tests, replays.
    pub async fn plugin_component(&self, caller: &Caller, digest: &str) -> Result<Vec<u8>, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let digest: Digest = named("digest", digest)?;
        let reader = self.store.read()?;
        let plugin = reader.get(&PLUGINS, digest.as_str())?;
        let plugin = plugin.ok_or_else(|| Error::no("plugin", &digest))?;
        let memberships = reader.all(&MEMBERSHIPS, &format!("{}/", caller.user))?;
        if !may_know(&reader, caller, &memberships, &plugin)? {
            return Err(Error::no("plugin", &digest));
        }
        self.code(&plugin).await
    }

    pub(crate) fn offered(&self, kind: PluginKind, name: &PluginName) -> Result<Plugin, Error> {
        let reader = self.store.read()?;
        let unknown = || Error::no(kind.as_str(), name);
        let current = reader.get(&CATALOGUE, &key(kind, name))?.ok_or_else(unknown)?;
        reader.get(&PLUGINS, current.digest.as_str())?.ok_or_else(unknown)
    }
}

/// Whether the caller, who is in these projects, may know of a plugin: one that projects made for themselves is theirs, and of those that
/// subscribe to it.
fn may_know(
    reader: &impl Reads,
    caller: &Caller,
    memberships: &[(String, Membership)],
    plugin: &Plugin,
) -> Result<bool, Error> {
    if plugin.projects.is_empty() || caller.is_admin {
        return Ok(true);
    }
    for (_, membership) in memberships {
        for owner in &plugin.projects {
            let is_own = *owner == membership.project;
            if is_own || follows(reader, &membership.project, &home(owner, &plugin.name))? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
