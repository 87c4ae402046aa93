//! Repositories as people see them: which there are, who may pull, how much they keep.

use slipway_model::access::{Action, InstanceAction};
use slipway_model::name::ProjectName;
use slipway_registry::name::Repository;
use slipway_registry::owner::{self, Owner};
use slipway_store::Reads;
use slipway_store::record::{PROJECTS, REPOSITORIES, Repository as Record};

use crate::error::{found, named};
use crate::{Caller, Error, Platform};

/// A repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryView {
    pub name: String,
    pub is_public: bool,
}

/// What a project keeps in the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub repositories: Vec<RepositoryView>,
    pub used_bytes: u64,
    pub quota_bytes: Option<u64>,
}

impl Platform {
    /// A project's repositories, and how much they keep.
    pub async fn repository_list(&self, caller: &Caller, project: &str) -> Result<Kept, Error> {
        let name: ProjectName = found("project", project)?;
        let (project, _) = self.permit(caller, Action::View, &name)?;
        let mut repositories = Vec::new();
        for repository in self.registry.list_repositories(Some(&name)).await? {
            let is_public = self.is_public(&repository)?;
            repositories.push(RepositoryView { name: repository.to_string(), is_public });
        }
        Ok(Kept {
            repositories,
            used_bytes: self.registry.used_bytes(&name).await?,
            quota_bytes: project.registry_mebibytes.map(|it| u64::from(it) << 20),
        })
    }

    /// Says whether anybody may pull from a repository of the project: its owners say.
    pub async fn repository_publish(
        &self,
        caller: &Caller,
        project: &str,
        repository: &str,
        is_public: bool,
    ) -> Result<RepositoryView, Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::Own, &project)?;
        let repository = named("name", repository)?;
        if Owner::of(&repository) != Owner::Project(project.clone()) {
            return Err(Error::Invalid {
                field: "name",
                message: format!("{repository} is not of the project; write {project}/NAME"),
            });
        }
        self.publish(caller, repository, is_public).await
    }

    /// The same for one of the instance's own: whoever runs it says.
    pub async fn repository_publish_own(
        &self,
        caller: &Caller,
        repository: &str,
        is_public: bool,
    ) -> Result<RepositoryView, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let repository = named("name", repository)?;
        if Owner::of(&repository) != Owner::Instance {
            return Err(Error::Invalid {
                field: "name",
                message: format!("{repository} is not the instance's own; its project says so"),
            });
        }
        self.publish(caller, repository, is_public).await
    }

    async fn publish(
        &self,
        caller: &Caller,
        repository: Repository,
        is_public: bool,
    ) -> Result<RepositoryView, Error> {
        let name = repository.to_string();
        let record = Record { name: name.clone(), is_public };
        let action = if is_public { "registry.publish" } else { "registry.hide" };
        self.store
            .change(caller.actor(), action, name.clone(), move |changes| {
                changes.put(&REPOSITORIES, &record.name, &record).map_err(Error::from)
            })
            .await?;
        Ok(RepositoryView { name, is_public })
    }

    /// Before a project is made: its name is free in the registry, and nothing of an earlier one of that name is there.
    pub(crate) async fn make_room(&self, project: &ProjectName) -> Result<(), Error> {
        if owner::is_the_instances(project.as_str()) {
            return Err(Error::Invalid {
                field: "name",
                message: format!(
                    "{project} stands for the instance's own repositories in its registry; choose another name"
                ),
            });
        }
        // In this order: what was there before the project can only be an earlier one's.
        let is_left_over = self.registry.projects().await?.contains(project);
        if is_left_over && self.store.read()?.get(&PROJECTS, project.as_str())?.is_none() {
            self.registry.remove_project(project).await?;
        }
        Ok(())
    }
}
