//! Installing plugins: where the code comes from, whose it is, what it asks for, and who has accepted that.

mod described;
mod ready;
pub(crate) mod source;
mod version;

use std::collections::BTreeMap;

use slipway_model::access::InstanceAction;
use slipway_model::digest::Digest;
use slipway_model::name::PluginName;
use slipway_model::{plan, values};
use slipway_registry::name::{Repository, Tag, Target};
use slipway_store::record::{CATALOGUE, Current, Origin, PLUGINS, Plugin, PluginKind};
use slipway_store::{Actor, Reads};

use crate::catalogue::InstalledPlugin;
use crate::error::named;
use crate::ports::Inspected;
use crate::trust::Rules;
use crate::{Caller, Error, Platform};

/// What is to be installed, before it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    pub digest: Digest,
    pub kind: PluginKind,
    pub name: PluginName,
    pub version: String,
    /// In plain words, all that it asks for.
    pub asks: Vec<String>,
    /// Of these, what is more than the version in use was granted; none where there is no other version.
    pub more: Option<Vec<String>>,
    /// By which name exactly this is found again: the reference with its digest.
    pub pinned: Option<String>,
    /// How many have signed it; whether that is enough was asked already.
    pub signatures: usize,
}

/// What whoever installs says beyond the component itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// What it asks for was shown, and accepted.
    pub accepts: bool,
    /// It may take the place of another component that says the same version of itself.
    pub replaces: bool,
}

/// A component and where it came from.
pub(crate) struct Arrived {
    component: Vec<u8>,
    pub(crate) origin: Origin,
}

impl Platform {
    /// Installs a component as a plugin. The first version of a name is granted what it asks for, which is why it takes
    /// an admin; a later one that asks for more waits until that is accepted.
    pub async fn plugin_install(
        &self,
        caller: &Caller,
        component: Vec<u8>,
        consent: Consent,
    ) -> Result<InstalledPlugin, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let arrived = Arrived { component, origin: Origin::Upload };
        self.install(caller.actor(), arrived, consent).await
    }

    /// The same for a component in a registry, ours or another.
    pub async fn plugin_install_from(
        &self,
        caller: &Caller,
        reference: &str,
        consent: Consent,
    ) -> Result<InstalledPlugin, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let arrived = self.arrive(reference).await?;
        // A version in a registry is one thing for good.
        let consent = Consent { replaces: false, ..consent };
        self.install(caller.actor(), arrived, consent).await
    }

    /// What a component would be and may do, were it installed.
    pub fn plugin_preview(&self, caller: &Caller, component: Vec<u8>) -> Result<Preview, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        self.preview(&Arrived { component, origin: Origin::Upload })
    }

    /// The same for a component in a registry.
    pub async fn plugin_preview_from(
        &self,
        caller: &Caller,
        reference: &str,
    ) -> Result<Preview, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        self.preview(&self.arrive(reference).await?)
    }

    /// Accepts what an installed version asks for beyond the one in use; from now on its name stands for it.
    pub async fn plugin_accept(
        &self,
        caller: &Caller,
        digest: &str,
    ) -> Result<InstalledPlugin, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let plugin = self.store.read()?.get(&PLUGINS, digest)?;
        let plugin = plugin.ok_or_else(|| Error::no("plugin", digest))?;
        self.accept(caller.actor(), plugin).await
    }

    /// Installs what comes with the host. Doing it again changes nothing.
    pub async fn plugin_bundled(&self, component: Vec<u8>) -> Result<Plugin, Error> {
        let arrived = Arrived { component, origin: Origin::Bundle };
        let consent = Consent { accepts: false, replaces: true };
        let installed = self.install(Actor::host(), arrived, consent).await?;
        if !installed.plugin.is_accepted {
            let Plugin { name, version, digest, .. } = &installed.plugin;
            tracing::warn!(%name, version, %digest, "a plugin of the bundle asks for more than its version in use; it waits until an admin accepts it");
        }
        Ok(installed.plugin)
    }

    fn preview(&self, arrived: &Arrived) -> Result<Preview, Error> {
        let Arrived { component, origin } = arrived;
        let inspected = self.workshop.look(component)?;
        let reader = self.store.read()?;
        Rules::read(&reader)?.admit(&inspected.digest, origin)?;
        // Whether a file may replace its like is said only when it is installed.
        version::check(&reader, &inspected, origin, *origin == Origin::Upload)?;
        let current = current(&reader, inspected.kind, &inspected.name)?;
        let Inspected { digest, kind, name, version, wanted } = inspected;
        let (pinned, signatures) = source::pinned(origin);
        Ok(Preview {
            digest,
            kind,
            name,
            version,
            asks: wanted.words(),
            more: current.map(|it| wanted.beyond(&it.grant)),
            pinned,
            signatures,
        })
    }

    async fn install(
        &self,
        actor: Actor,
        arrived: Arrived,
        consent: Consent,
    ) -> Result<InstalledPlugin, Error> {
        let Arrived { component, origin } = arrived;
        let digest = Digest::of(&component);
        let known = self.store.read()?.get(&PLUGINS, digest.as_str())?;
        Rules::read(&self.store.read()?)?.admit(&digest, &origin)?;
        let base = known.as_ref().and_then(|it| it.base.clone());
        // What a project made for itself is installed like anything else, and then it is everybody's.
        if let Some(plugin) = known.filter(|it| it.projects.is_empty()) {
            return self.known(actor, plugin, origin, consent).await;
        }
        let looked = self.workshop.look(&component)?;
        version::check(&self.store.read()?, &looked, &origin, consent.replaces)?;
        let inspected = self.workshop.take_in(component.clone()).await?;
        let Inspected { digest, kind, name, version, wanted } = inspected.clone();
        // The code is kept before anything points at it.
        let (repository, tag) = shelf(kind, &name, &version)?;
        let shelved = self.registry.component(&repository, &Target::Tag(tag.clone())).await;
        // What was pushed there keeps its own manifest, with all that it says.
        if !shelved.is_ok_and(|it| it.digest == digest) {
            let words = BTreeMap::new();
            self.registry.put_component(&repository, &tag, &component, &words).await?;
        }
        let in_use = current(&self.store.read()?, kind, &name)?;
        let is_accepted =
            consent.accepts || in_use.is_none_or(|it| wanted.beyond(&it.grant).is_empty());
        if is_accepted {
            self.workshop.permit(&digest, wanted.clone())?;
        }
        let plugin = self.plugin_of(inspected, origin, actor.name.clone()).await?;
        let plugin = Plugin { is_accepted, base, ..plugin };
        self.keep(actor.clone(), "plugin.install", &plugin, consent.replaces).await?;
        self.offer_here(&repository, &actor).await?;
        Ok(InstalledPlugin::at_work(plugin, is_accepted, false))
    }

    /// What is kept of a component that was taken in; its form is checked.
    pub(crate) async fn plugin_of(
        &self,
        inspected: Inspected,
        origin: Origin,
        installed_by: String,
    ) -> Result<Plugin, Error> {
        let Inspected { digest, kind, name, version, wanted } = inspected;
        let described = self.describe(kind, &digest).await?;
        values::check_schema(&described.schema)
            .map_err(|error| plan::Error::Unfit(format!("plugin {name}: {error}")))?;
        described::check_secrets(kind, &described)
            .map_err(|reason| plan::Error::Unfit(format!("plugin {name}: {reason}")))?;
        Ok(Plugin {
            digest,
            kind,
            name,
            version,
            title: described.title,
            summary: described.summary,
            docs: described.docs,
            icon: described.icon,
            schema: described.schema,
            defaults: described.defaults,
            operations: described.operations,
            grant: wanted,
            is_accepted: true,
            origin,
            projects: Vec::new(),
            base: None,
            installed_by,
            installed_unix_milliseconds: self.now(),
        })
    }

    /// Installing what is installed changes nothing, but that it may be accepted now, or comes from somewhere better; and who installs
    /// what was withdrawn wants it all the same.
    async fn known(
        &self,
        actor: Actor,
        mut plugin: Plugin,
        origin: Origin,
        consent: Consent,
    ) -> Result<InstalledPlugin, Error> {
        let is_barred = Rules::read(&self.store.read()?)?.judge(&plugin).is_err();
        let is_bundled = origin == Origin::Bundle && plugin.origin != Origin::Bundle;
        if is_barred || is_bundled {
            plugin.origin = origin;
            let subject = subject(&plugin);
            let kept = plugin.clone();
            let change =
                self.store.change(actor.clone(), "plugin.origin", subject, move |changes| {
                    changes.put(&PLUGINS, kept.digest.as_str(), &kept).map_err(Error::from)
                });
            change.await?;
        }
        if !plugin.is_accepted && consent.accepts {
            return self.accept(actor, plugin).await;
        }
        self.load(&plugin).await?;
        let offered = self.store.read()?.get(&CATALOGUE, &key(plugin.kind, &plugin.name))?;
        let is_withdrawn = offered.as_ref().is_some_and(|it| it.withdrawn.contains(&plugin.digest));
        if is_withdrawn && actor != Actor::host() {
            self.keep(actor, "plugin.install", &plugin, true).await?;
            return Ok(InstalledPlugin::at_work(plugin, true, false));
        }
        let is_current = offered.is_some_and(|it| it.digest == plugin.digest);
        Ok(InstalledPlugin::at_work(plugin, is_current, is_withdrawn))
    }

    async fn accept(&self, actor: Actor, plugin: Plugin) -> Result<InstalledPlugin, Error> {
        if plugin.is_accepted {
            let words = format!("{} {} was accepted already", plugin.name, plugin.version);
            return Err(Error::Conflict(words));
        }
        let plugin = Plugin { is_accepted: true, ..plugin };
        self.load(&plugin).await?;
        self.keep(actor, "plugin.accept", &plugin, true).await?;
        Ok(InstalledPlugin::at_work(plugin, true, false))
    }

    /// Writes a plugin down; its name stands for it from then on, if it was accepted.
    async fn keep(
        &self,
        actor: Actor,
        action: &'static str,
        plugin: &Plugin,
        replaces: bool,
    ) -> Result<(), Error> {
        let kept = plugin.clone();
        self.store
            .change(actor, action, subject(plugin), move |changes| {
                // Somebody else may have been quicker.
                version::check(changes, &looked(&kept), &kept.origin, replaces)?;
                changes.put(&PLUGINS, kept.digest.as_str(), &kept)?;
                if kept.is_accepted {
                    let key = key(kept.kind, &kept.name);
                    let before = changes.get(&CATALOGUE, &key)?;
                    let current = Current::after(before, kept.digest.clone());
                    changes.put(&CATALOGUE, &key, &current)?;
                }
                Ok(())
            })
            .await
    }
}

/// An installed plugin as it was looked at before.
fn looked(plugin: &Plugin) -> Inspected {
    Inspected {
        digest: plugin.digest.clone(),
        kind: plugin.kind,
        name: plugin.name.clone(),
        version: plugin.version.clone(),
        wanted: plugin.grant.clone(),
    }
}

fn current(
    reader: &impl Reads,
    kind: PluginKind,
    name: &PluginName,
) -> Result<Option<Plugin>, Error> {
    let Some(Current { digest, .. }) = reader.get(&CATALOGUE, &key(kind, name))? else {
        return Ok(None);
    };
    Ok(reader.get(&PLUGINS, digest.as_str())?)
}

/// A name's place in the catalogue, and in the registry.
pub(crate) fn key(kind: PluginKind, name: &PluginName) -> String {
    format!("{}/{name}", kind.as_str())
}

fn subject(plugin: &Plugin) -> String {
    format!("{}@{}", key(plugin.kind, &plugin.name), plugin.digest)
}

/// Where a plugin's code lies in the instance's own registry.
fn shelf(kind: PluginKind, name: &PluginName, version: &str) -> Result<(Repository, Tag), Error> {
    Ok((named("version", &key(kind, name))?, named("version", version)?))
}
