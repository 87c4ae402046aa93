//! The blueprints of a project: the instance's, those that it made itself, and those that it subscribes to.

use std::collections::BTreeMap;

use slipway_model::access::Action;
use slipway_model::digest::Digest;
use slipway_model::name::{PluginName, ProjectName};
use slipway_registry::name::{Repository, Tag};
use slipway_store::Reads;
use slipway_store::record::{
    BlueprintRef, CATALOGUE, Current, DEPLOYMENTS, Origin, PLUGINS, Plugin, PluginKind,
    SUBSCRIPTIONS,
};

use super::subscriptions::follows;
use super::{at_home, home, version};
use crate::error::{found, named};
use crate::{Caller, Error, Platform};

/// Where a project has a blueprint from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// The instance's catalogue.
    Instance,
    /// The project made it.
    Project,
    /// Another project made it, and this one subscribes to it.
    Subscription,
}

/// A blueprint that a project can deploy.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectBlueprint {
    /// By which it is deployed: `hello-web`, or `shop/greeter`.
    pub name: String,
    pub whence: Whence,
    pub plugin: Plugin,
}

/// A version of a deployment's blueprint that could be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    pub version: String,
    pub changelog: String,
}

impl Platform {
    /// All that the project can deploy, by name.
    pub fn project_blueprint_list(
        &self,
        caller: &Caller,
        project: &str,
    ) -> Result<Vec<ProjectBlueprint>, Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::View, &project)?;
        let reader = self.store.read()?;
        let mut all = Vec::new();
        for plugin in self.blueprint_list(caller)? {
            let name = plugin.name.to_string();
            all.push(ProjectBlueprint { name, whence: Whence::Instance, plugin });
        }
        let prefix = place(&project, "");
        for (key, current) in reader.all(&CATALOGUE, &prefix)? {
            if let Some(plugin) = reader.get(&PLUGINS, current.digest.as_str())? {
                let name = format!("{project}/{}", &key[prefix.len()..]);
                all.push(ProjectBlueprint { name, whence: Whence::Project, plugin });
            }
        }
        for (_, kept) in reader.all(&SUBSCRIPTIONS, &format!("{project}/"))? {
            let Some((owner, name)) = at_home(&kept.repository) else { continue };
            if !follows(&reader, &project, &kept.repository)? {
                continue;
            }
            if let Some(plugin) = made_by(&reader, &owner, &name)? {
                let name = format!("{owner}/{name}");
                all.push(ProjectBlueprint { name, whence: Whence::Subscription, plugin });
            }
        }
        Ok(all)
    }

    /// One of them, by the name that it is deployed by.
    pub fn project_blueprint_get(
        &self,
        caller: &Caller,
        project: &str,
        blueprint: &str,
    ) -> Result<ProjectBlueprint, Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::View, &project)?;
        let (owner, plugin) = match self.blueprint_for(&project, blueprint) {
            Err(Error::NotFound { .. }) => self.blueprint_in_use(&project, blueprint)?,
            found => found?,
        };
        let whence = match owner {
            None => Whence::Instance,
            Some(owner) if owner == project => Whence::Project,
            Some(_) => Whence::Subscription,
        };
        Ok(ProjectBlueprint { name: blueprint.to_owned(), whence, plugin })
    }

    /// The blueprint that a name means to a project, and whose it is.
    pub(crate) fn blueprint_for(
        &self,
        project: &ProjectName,
        text: &str,
    ) -> Result<(Option<ProjectName>, Plugin), Error> {
        let Some((owner, name)) = text.split_once('/') else {
            let name = named("blueprint", text)?;
            return Ok((None, self.offered(PluginKind::Blueprint, &name)?));
        };
        let owner: ProjectName = named("blueprint", owner)?;
        let name: PluginName = named("blueprint", name)?;
        let plugin = self.blueprint_of(project, &owner, &name)?;
        Ok((Some(owner), plugin))
    }

    /// What an app of the project was made from, though it is not shared with the project any more: the app goes on, and has its form.
    fn blueprint_in_use(
        &self,
        project: &ProjectName,
        text: &str,
    ) -> Result<(Option<ProjectName>, Plugin), Error> {
        let unknown = || Error::no("blueprint", text);
        let (owner, name) = text.split_once('/').ok_or_else(unknown)?;
        let reader = self.store.read()?;
        let deployments = reader.all(&DEPLOYMENTS, &format!("{project}/"))?;
        let blueprints = deployments.into_iter().map(|(_, it)| it.blueprint);
        let is_it = |it: &BlueprintRef| {
            it.name.as_str() == name && it.project.as_ref().is_some_and(|it| it.as_str() == owner)
        };
        let used = blueprints.filter(is_it).max_by_key(|it| version(&it.version));
        let used = used.ok_or_else(unknown)?;
        let plugin = reader.get(&PLUGINS, used.digest.as_str())?.ok_or_else(unknown)?;
        Ok((used.project, plugin))
    }

    /// The newest version of a deployment's blueprint that its project can deploy.
    pub(crate) fn newest_for(
        &self,
        project: &ProjectName,
        blueprint: &BlueprintRef,
    ) -> Result<Plugin, Error> {
        match &blueprint.project {
            None => self.offered(PluginKind::Blueprint, &blueprint.name),
            Some(owner) => self.blueprint_of(project, owner, &blueprint.name),
        }
    }

    /// What could be taken by an upgrade; none where there is nothing newer.
    pub(crate) fn update_of(
        &self,
        project: &ProjectName,
        blueprint: &BlueprintRef,
    ) -> Result<Option<Update>, Error> {
        let newest = match self.newest_for(project, blueprint) {
            Ok(newest) => newest,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        if newest.digest == blueprint.digest
            || version(&newest.version) <= version(&blueprint.version)
        {
            return Ok(None);
        }
        let offer = self.offer_of(&super::repository_of(&newest))?;
        let releases = offer.map(|it| it.releases).unwrap_or_default();
        let changelog = releases.into_iter().find(|it| it.version == newest.version);
        let changelog = changelog.map(|it| it.changelog).unwrap_or_default();
        Ok(Some(Update { version: newest.version, changelog }))
    }

    fn blueprint_of(
        &self,
        project: &ProjectName,
        owner: &ProjectName,
        name: &PluginName,
    ) -> Result<Plugin, Error> {
        let reader = self.store.read()?;
        let may = owner == project || follows(&reader, project, &home(owner, name))?;
        let made = if may { made_by(&reader, owner, name)? } else { None };
        made.ok_or_else(|| Error::no("blueprint", format!("{owner}/{name}")))
    }

    /// Makes a blueprint that was composed here of an accepted one ready for its project. It runs that one's code and may do no more, so nobody
    /// is asked.
    pub(crate) async fn make_ready(
        &self,
        caller: &Caller,
        project: &ProjectName,
        component: Vec<u8>,
        origin: Origin,
        base: &Plugin,
    ) -> Result<(), Error> {
        let inspected = self.workshop.take_in(component.clone()).await?;
        let more = inspected.wanted.beyond(&base.grant);
        if !more.is_empty() || !base.is_accepted {
            let words = format!("it would be let do more than {}: {}", base.name, more.join("; "));
            return Err(Error::Conflict(words));
        }
        let (repository, tag) = kept(&inspected.digest)?;
        self.registry.put_component(&repository, &tag, &component, &BTreeMap::new()).await?;
        let plugin = match self.store.read()?.get(&PLUGINS, inspected.digest.as_str())? {
            Some(known) => known,
            None => {
                self.workshop.permit(&inspected.digest, inspected.wanted.clone())?;
                let plugin = self.plugin_of(inspected, origin, caller.actor().name).await?;
                Plugin {
                    projects: vec![project.clone()],
                    base: Some(base.digest.clone()),
                    ..plugin
                }
            }
        };
        if !plugin.is_accepted {
            let words =
                format!("{} {} waits until an admin accepts it", plugin.name, plugin.version);
            return Err(Error::Conflict(words));
        }
        self.load(&plugin).await?;
        let (project, subject) =
            (project.clone(), format!("{project}/{}@{}", plugin.name, plugin.digest));
        self.store
            .change(caller.actor(), "blueprint.make", subject, move |changes| {
                let mut plugin = changes.get(&PLUGINS, plugin.digest.as_str())?.unwrap_or(plugin);
                // Two projects may have made the same; what the instance has, all have already.
                if !plugin.projects.is_empty() && !plugin.projects.contains(&project) {
                    plugin.projects.push(project.clone());
                }
                changes.put(&PLUGINS, plugin.digest.as_str(), &plugin)?;
                let place = place(&project, plugin.name.as_str());
                let before = changes.get(&CATALOGUE, &place)?;
                if is_newest(changes, before.as_ref(), &plugin)? {
                    let current = Current::after(before, plugin.digest.clone());
                    changes.put(&CATALOGUE, &place, &current)?;
                }
                Ok(())
            })
            .await
    }
}

/// What a project offers under a name that it gave.
pub(super) fn made_by(
    reader: &impl Reads,
    owner: &ProjectName,
    name: &PluginName,
) -> Result<Option<Plugin>, Error> {
    let Some(current) = reader.get(&CATALOGUE, &place(owner, name.as_str()))? else {
        return Ok(None);
    };
    Ok(reader.get(&PLUGINS, current.digest.as_str())?)
}

/// Whether a version takes its name: one that is made later for an older line does not.
fn is_newest(reader: &impl Reads, before: Option<&Current>, new: &Plugin) -> Result<bool, Error> {
    let Some(before) = before else { return Ok(true) };
    let before = reader.get(&PLUGINS, before.digest.as_str())?;
    Ok(before.is_none_or(|it| version(&it.version) <= version(&new.version)))
}

/// A project's place in the catalogue.
pub(crate) fn place(project: &ProjectName, name: &str) -> String {
    format!("project/{project}/blueprint/{name}")
}

/// Where the code of a project's plugin is kept, whatever becomes of the project's own repository.
pub(crate) fn kept(digest: &Digest) -> Result<(Repository, Tag), Error> {
    let repository = format!("{}/projects", slipway_registry::owner::SHELF);
    Ok((named("name", &repository)?, named("digest", digest.hex())?))
}
