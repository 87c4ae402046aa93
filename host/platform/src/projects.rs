//! Projects: a tenant's members, namespace and cluster.

use slipway_model::access::{Action, InstanceAction, Role};
use slipway_model::cluster::Error as ClusterError;
use slipway_model::grant::PodSecurity;
use slipway_model::name::{ClusterName, ProjectName};
use slipway_model::page::{Page, PageRequest};
use slipway_model::project::Quota;
use slipway_store::record::{
    CATALOGUE, CLUSTERS, DEPLOYMENTS, MEMBERS, MEMBERSHIPS, Membership, OFFERS, OutboxEntry,
    PROJECTS, Project, REPOSITORIES, SHARES, SUBSCRIPTIONS,
};
use slipway_store::{Reader, Reads};

use crate::error::{found, named};
use crate::history::page;
use crate::{Caller, Error, Platform, market};

/// A project as its caller sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectView {
    pub project: Project,
    pub role: Role,
    pub deployments: u64,
}

impl Platform {
    /// The caller's projects; an admin's are all.
    pub fn project_list(
        &self,
        caller: &Caller,
        request: &PageRequest,
    ) -> Result<Page<ProjectView>, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let reader = self.store.read()?;
        if caller.is_admin {
            let projects = page(request, |after, limit| reader.scan(&PROJECTS, "", after, limit))?;
            return viewed(&reader, projects.items, projects.next, |_| Ok(Some(Role::Owner)));
        }
        let prefix = format!("{}/", caller.user);
        let after = request.after.as_ref().map(|it| format!("{prefix}{it}"));
        let request = PageRequest { after, limit: request.limit };
        let own: Page<Membership> =
            page(&request, |after, limit| reader.scan(&MEMBERSHIPS, &prefix, after, limit))?;
        let next = own.next.map(|it| it[prefix.len()..].to_owned());
        let roles: Vec<(ProjectName, Role)> =
            own.items.into_iter().map(|it| (it.project, it.role)).collect();
        let projects: Result<Vec<_>, _> =
            roles.iter().map(|(name, _)| reader.get(&PROJECTS, name.as_str())).collect();
        let role =
            |name: &ProjectName| Ok(roles.iter().find(|(it, _)| it == name).map(|(_, role)| *role));
        viewed(&reader, projects?.into_iter().flatten().collect(), next, role)
    }

    /// One project.
    pub fn project_get(&self, caller: &Caller, name: &str) -> Result<ProjectView, Error> {
        let name = found("project", name)?;
        let (project, role) = self.permit(caller, Action::View, &name)?;
        view(&self.store.read()?, project, role)
    }

    /// Makes a project; the caller owns it.
    pub async fn project_create(
        &self,
        caller: &Caller,
        name: &str,
        cluster: Option<&str>,
    ) -> Result<ProjectView, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        Self::permit_writing(caller)?;
        let name: ProjectName = named("name", name)?;
        self.make_room(&name).await?;
        let cluster: ClusterName = match cluster {
            Some(cluster) => found("cluster", cluster)?,
            None => self.default_cluster()?,
        };
        // A cluster that does not answer now is asked again when the project is brought there.
        if let Ok(reached) = self.clusters.get(&cluster) {
            let checked = reached.project_check(&name).await;
            if let Err(error @ ClusterError::Refused { .. }) = checked {
                return Err(Error::Conflict(error.to_string()));
            }
        }
        let project = Project {
            name: name.clone(),
            cluster: cluster.clone(),
            pod_security: PodSecurity::Restricted,
            quota: Quota::default(),
            registry_mebibytes: Some(Project::DEFAULT_REGISTRY_MEBIBYTES),
            created_unix_milliseconds: self.now(),
        };
        let member =
            Membership { project: name.clone(), user: caller.user.clone(), role: Role::Owner };
        let kept = project.clone();
        self.store
            .change(caller.actor(), "project.create", name.to_string(), move |changes| {
                let key = kept.name.as_str();
                if changes.get(&PROJECTS, key)?.is_some() {
                    return Err(Error::Exists { what: "project", name: key.to_owned() });
                }
                if changes.get(&CLUSTERS, cluster.as_str())?.is_none() {
                    return Err(Error::no("cluster", cluster));
                }
                changes.put(&PROJECTS, key, &kept)?;
                changes.put(&MEMBERS, &format!("{key}/{}", member.user), &member)?;
                changes.put(&MEMBERSHIPS, &format!("{}/{key}", member.user), &member)?;
                let entry = OutboxEntry::Project { cluster, project: kept.name.clone() };
                changes.outbox(&entry).map_err(Error::from)
            })
            .await?;
        self.posted.notify_waiters();
        Ok(ProjectView { project, role: Role::Owner, deployments: 0 })
    }

    /// Says what a project may use in all. That is for whoever runs the instance to say.
    pub async fn project_quota(
        &self,
        caller: &Caller,
        name: &str,
        quota: Quota,
        registry_mebibytes: Option<u32>,
    ) -> Result<ProjectView, Error> {
        let name: ProjectName = found("project", name)?;
        // A stranger hears first that there is no such project.
        let (_, role) = self.permit(caller, Action::View, &name)?;
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let subject = name.to_string();
        let changed = self
            .store
            .change(caller.actor(), "project.quota", subject, move |changes| {
                let known = changes.get(&PROJECTS, name.as_str())?;
                let known = known.ok_or_else(|| Error::no("project", &name))?;
                let changed = Project { quota, registry_mebibytes, ..known };
                changes.put(&PROJECTS, name.as_str(), &changed)?;
                let cluster = changed.cluster.clone();
                changes.outbox(&OutboxEntry::Project { cluster, project: name })?;
                Ok::<_, Error>(changed)
            })
            .await?;
        self.posted.notify_waiters();
        view(&self.store.read()?, changed, role)
    }

    /// Deletes an empty project and its namespace.
    pub async fn project_delete(&self, caller: &Caller, name: &str) -> Result<(), Error> {
        let name: ProjectName = found("project", name)?;
        let (project, _) = self.permit(caller, Action::Own, &name)?;
        let gone = name.clone();
        self.store
            .change(caller.actor(), "project.delete", name.to_string(), move |changes| {
                let prefix = format!("{name}/");
                if let Some((_, first)) =
                    changes.scan(&DEPLOYMENTS, &prefix, None, 1)?.into_iter().next()
                {
                    return Err(Error::Conflict(format!(
                        "project {name} still has the deployment {:?}; delete its deployments first",
                        first.name.as_str()
                    )));
                }
                for (key, member) in changes.all(&MEMBERS, &prefix)? {
                    changes.remove(&MEMBERS, &key)?;
                    changes.remove(&MEMBERSHIPS, &format!("{}/{name}", member.user))?;
                }
                for (key, _) in changes.all(&REPOSITORIES, &prefix)? {
                    changes.remove(&REPOSITORIES, &key)?;
                }
                changes.remove_all(&CATALOGUE, &market::place(&name, ""))?;
                changes.remove_all(&SUBSCRIPTIONS, &prefix)?;
                changes.remove_all(&OFFERS, &market::offers_of(&name))?;
                for (key, share) in changes.all(&SHARES, "")? {
                    if share.project == name {
                        changes.remove(&SHARES, &key)?;
                    }
                }
                changes.remove(&PROJECTS, name.as_str())?;
                let entry = OutboxEntry::ProjectGone { cluster: project.cluster, project: name };
                changes.outbox(&entry).map_err(Error::from)
            })
            .await?;
        self.posted.notify_waiters();
        // What a crash leaves of them, the next sweep removes.
        self.registry.remove_project(&gone).await.map_err(Error::from)
    }

    /// The embedded cluster if there is one, or the only one.
    fn default_cluster(&self) -> Result<ClusterName, Error> {
        use slipway_store::record::ClusterKind::Embedded;
        let clusters = self.store.read()?.all(&CLUSTERS, "")?;
        let embedded = clusters.iter().find(|(_, it)| it.kind == Embedded);
        match (embedded, clusters.as_slice()) {
            (Some((_, cluster)), _) | (None, [(_, cluster)]) => Ok(cluster.name.clone()),
            (None, []) => Err(Error::Conflict(
                "this instance has no cluster yet; an admin adds one with `slipway cluster add`"
                    .into(),
            )),
            (None, _) => Err(Error::Invalid {
                field: "cluster",
                message: "this instance has several clusters; say which one".into(),
            }),
        }
    }
}

fn view(reader: &Reader, project: Project, role: Role) -> Result<ProjectView, Error> {
    let prefix = format!("{}/", project.name);
    let count = reader.count(&DEPLOYMENTS, &prefix)?;
    Ok(ProjectView { project, role, deployments: count })
}

fn viewed(
    reader: &Reader,
    projects: Vec<Project>,
    next: Option<String>,
    role: impl Fn(&ProjectName) -> Result<Option<Role>, Error>,
) -> Result<Page<ProjectView>, Error> {
    let mut items = Vec::new();
    for project in projects {
        if let Some(role) = role(&project.name)? {
            items.push(view(reader, project, role)?);
        }
    }
    Ok(Page { items, next })
}
