//! Deployments: made, changed, rolled back, scaled, restarted, deleted. Each is one change with one operation.

mod shapes;

use serde_json::{Value, json};
use slipway_model::access::Action;
use slipway_model::healing::{Course, Healing};
use slipway_model::health::Health;
use slipway_model::name::{AppName, ProjectName};
use slipway_model::operation::{OperationKind, OperationState};
use slipway_model::page::{Page, PageRequest};
use slipway_model::phase::Phase;
use slipway_model::values;
use slipway_store::Reads;
use slipway_store::record::{
    DEPLOYMENTS, Deployment, OPERATIONS, PLUGINS, PROJECTS, Project, REVISIONS, USES,
};

use crate::error::{found, named, object};
use crate::history::{page, revision_key};
use crate::market::repository_of;
use crate::operate::{begin, key, write};
use crate::plan_change::{Difference, Draft, difference};
use crate::secrets::{Shelf, make_up};
use crate::{Caller, Error, Platform};

pub use shapes::{Accepted, Detail, Known, NewDeployment, NewRevision};

impl Platform {
    /// Deployments of a project, by name.
    pub fn deployment_list(
        &self,
        caller: &Caller,
        project: &str,
        request: &PageRequest,
    ) -> Result<Page<Known>, Error> {
        let project = found("project", project)?;
        let (record, _) = self.permit(caller, Action::View, &project)?;
        let stale_since = self.clusters.contact(&record.cluster).lost_since();
        let reader = self.store.read()?;
        let prefix = format!("{project}/");
        let after = request.after.as_ref().map(|it| format!("{prefix}{it}"));
        let request = PageRequest { after, limit: request.limit };
        let listed =
            page(&request, |after, limit| reader.scan(&DEPLOYMENTS, &prefix, after, limit))?;
        let next = listed.next.as_ref().map(|it| it[prefix.len()..].to_owned());
        Ok(Page { next, ..listed.map(|deployment| Known { deployment, stale_since }) })
    }

    /// One deployment, whole.
    pub fn deployment_get(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Detail, Error> {
        let (_, deployment) = self.deployment(caller, Action::View, project, name)?;
        self.detail(deployment)
    }

    /// What making the deployment would do.
    pub async fn deployment_preview(
        &self,
        caller: &Caller,
        project: &str,
        new: &NewDeployment,
    ) -> Result<Difference, Error> {
        let project: ProjectName = found("project", project)?;
        let (project, _) = self.permit(caller, Action::Deploy, &project)?;
        let (_, draft) = self.draft_new(&project, new).await?;
        self.choose(&self.cluster_of(&project)?, new.control.as_ref())?;
        Ok(difference(None, &draft))
    }

    /// Makes a deployment and begins to bring it live.
    pub async fn deployment_create(
        &self,
        caller: &Caller,
        project: &str,
        new: NewDeployment,
    ) -> Result<Accepted, Error> {
        let project: ProjectName = found("project", project)?;
        let (project, _) = self.permit(caller, Action::Deploy, &project)?;
        let (name, draft) = self.draft_new(&project, &new).await?;
        let control = self.choose(&self.cluster_of(&project)?, new.control.as_ref())?;
        let now = self.now();
        let id = uuid::Uuid::now_v7().to_string();
        let operation = begin(caller, &project, &name, &id, OperationKind::Create, 1, now);
        let deployment = Deployment {
            id,
            project: project.name.clone(),
            name: name.clone(),
            blueprint: draft.blueprint.clone(),
            control: control.digest,
            control_options: control.options,
            revision: 1,
            good_revision: None,
            former_good: None,
            healing: Healing::default(),
            course: Course::default(),
            went_back_from: None,
            brought_back: None,
            operation: operation.id.clone(),
            operation_kind: OperationKind::Create,
            operation_state: OperationState::Pending,
            phase: Phase::CreatePending,
            health: Health::Missing,
            workloads: Health::Missing,
            message: operation.message.clone(),
            links: Vec::new(),
            created_unix_milliseconds: now,
            updated_unix_milliseconds: now,
        };
        let revision = self.snapshot(&deployment.id, &caller.user, 1, draft, new.message, now)?;
        let accepted = Accepted { deployment, operation };
        let kept = accepted.clone();
        let subject = format!("{}/{name}", project.name);
        let repository = repository_of(&self.installed(&accepted.deployment.blueprint.digest)?);
        self.store
            .change(caller.actor(), "deployment.create", subject, move |changes| {
                let key = key(&kept.deployment);
                if changes.get(&DEPLOYMENTS, &key)?.is_some() {
                    return Err(Error::Exists { what: "deployment", name: name.to_string() });
                }
                changes
                    .get(&PROJECTS, project.name.as_str())?
                    .ok_or_else(|| Error::no("project", &project.name))?;
                let used = changes.get(&USES, &repository)?.unwrap_or_default();
                changes.put(&USES, &repository, &(used + 1))?;
                write(changes, &project, &kept, Some(&revision))
            })
            .await?;
        self.announce(&accepted);
        Ok(accepted)
    }

    /// What a change of values would do.
    pub async fn revision_preview(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        new: &NewRevision,
    ) -> Result<Difference, Error> {
        let (project, deployment) = self.deployment(caller, Action::Deploy, project, name)?;
        let before = self.draft_of(&project, &deployment, deployment.revision).await.ok();
        let after = self.draft_change(&project, &deployment, new).await?;
        Ok(difference(before.as_ref(), &after))
    }

    /// Changes values, which makes a new revision.
    pub async fn revision_create(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        new: NewRevision,
    ) -> Result<Accepted, Error> {
        let (project, deployment) = self.deployment(caller, Action::Deploy, project, name)?;
        let draft = self.draft_change(&project, &deployment, &new).await?;
        let expected = new.if_revision.unwrap_or(deployment.revision);
        self.revise(
            caller,
            &project,
            &deployment,
            OperationKind::Update,
            draft,
            new.message,
            expected,
        )
        .await
    }

    /// Sets the value that the blueprint says is the number of replicas.
    pub async fn scale(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        replicas: u32,
    ) -> Result<Accepted, Error> {
        let (project, deployment) = self.deployment(caller, Action::Deploy, project, name)?;
        let blueprint = self.installed(&deployment.blueprint.digest)?;
        let field = values::field_with_role(&blueprint.schema, "replicas").ok_or_else(|| {
            let title = &blueprint.title;
            Error::Conflict(format!(
                "the blueprint {title:?} has no value for the number of replicas"
            ))
        })?;
        let mut changed = json!({});
        values::set(&mut changed, &field, replicas.into());
        let new = NewRevision { values: changed, ..NewRevision::default() };
        let draft = self.draft_change(&project, &deployment, &new).await?;
        let message = format!("Scaled to {replicas}");
        let expected = deployment.revision;
        self.revise(caller, &project, &deployment, OperationKind::Update, draft, message, expected)
            .await
    }

    /// Makes the snapshot of an earlier revision the wanted one again, as a new revision.
    pub async fn rollback(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        to: Option<u64>,
    ) -> Result<Accepted, Error> {
        let (project, deployment) = self.deployment(caller, Action::Deploy, project, name)?;
        let to = match to {
            Some(to) => to,
            None => Self::revision_before(&deployment)?,
        };
        if to == deployment.revision {
            return Err(Error::Conflict(format!(
                "revision {to} is the one that is wanted already"
            )));
        }
        let draft = self.draft_of(&project, &deployment, to).await?;
        let message = format!("Rolled back to revision {to}");
        let expected = deployment.revision;
        self.revise(
            caller,
            &project,
            &deployment,
            OperationKind::Rollback,
            draft,
            message,
            expected,
        )
        .await
    }

    /// Restarts what runs, as gently as the control plugin knows.
    pub async fn restart(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Accepted, Error> {
        self.operate_named(caller, project, name, OperationKind::Restart).await
    }

    /// Deletes a deployment and what it made; claims of volumes stay.
    pub async fn deployment_delete(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Accepted, Error> {
        self.operate_named(caller, project, name, OperationKind::Delete).await
    }

    pub(crate) fn deployment(
        &self,
        caller: &Caller,
        action: Action,
        project: &str,
        name: &str,
    ) -> Result<(Project, Deployment), Error> {
        let project: ProjectName = found("project", project)?;
        let (project, _) = self.permit(caller, action, &project)?;
        let app: AppName = found("deployment", name)?;
        let deployment =
            self.store.read()?.get(&DEPLOYMENTS, &format!("{}/{app}", project.name))?;
        let deployment = deployment.ok_or_else(|| Error::no("deployment", name))?;
        Ok((project, deployment))
    }

    pub(crate) fn detail(&self, deployment: Deployment) -> Result<Detail, Error> {
        let reader = self.store.read()?;
        let project = reader.get(&PROJECTS, deployment.project.as_str())?;
        let contact = project.map(|it| self.clusters.contact(&it.cluster));
        let id = &deployment.id;
        let revision = reader.get(&REVISIONS, &revision_key(id, deployment.revision))?;
        let revision = revision.ok_or_else(|| Error::no("revision", deployment.revision))?;
        let operation = reader.get(&OPERATIONS, &format!("{id}/{}", deployment.operation))?;
        let operation = operation.ok_or_else(|| Error::no("operation", &deployment.operation))?;
        let blueprint = reader.get(&PLUGINS, deployment.blueprint.digest.as_str())?;
        let field = blueprint.and_then(|it| values::field_with_role(&it.schema, "replicas"));
        let replicas = field.and_then(|it| revision.values.pointer(&it)?.as_u64());
        Ok(Detail {
            replicas: replicas.and_then(|it| u32::try_from(it).ok()),
            values: revision.values,
            control: self.control_view(&deployment)?,
            update: self.update_of(&deployment.project, &deployment.blueprint)?,
            operation,
            stale_since: contact.and_then(|it| it.lost_since()),
            deployment,
        })
    }

    async fn draft_new(
        &self,
        project: &Project,
        new: &NewDeployment,
    ) -> Result<(AppName, Draft), Error> {
        let name: AppName = named("name", &new.name)?;
        let (owner, blueprint) = self.blueprint_for(&project.name, &new.blueprint)?;
        let mut values =
            values::fill(&blueprint.defaults, &object("values", "values", &new.values)?);
        make_up(&blueprint.schema, &mut values)?;
        let shelf = Shelf { deployment: None, before: &Value::Null };
        let whose = (owner, &blueprint);
        let draft = self.draft(project, &name, 1, whose, values, shelf).await?;
        Ok((name, draft))
    }

    async fn draft_change(
        &self,
        project: &Project,
        deployment: &Deployment,
        new: &NewRevision,
    ) -> Result<Draft, Error> {
        let now = self.revision_of(deployment, deployment.revision)?;
        let blueprint = if new.upgrade_blueprint {
            self.newest_for(&project.name, &deployment.blueprint)?
        } else {
            self.installed(&now.blueprint.digest)?
        };
        let known = if new.upgrade_blueprint {
            values::known(&blueprint.schema, now.values.clone())
        } else {
            now.values.clone()
        };
        let below = values::fill(&blueprint.defaults, &known);
        let mut values = values::fill(&below, &object("values", "values", &new.values)?);
        // A newer version of the blueprint may have secrets that were not there before.
        if new.upgrade_blueprint {
            make_up(&blueprint.schema, &mut values)?;
        }
        let shelf = Shelf { deployment: Some(&deployment.id), before: &now.values };
        let (name, number) = (&deployment.name, deployment.revision + 1);
        let whose = (deployment.blueprint.project.clone(), &blueprint);
        self.draft(project, name, number, whose, values, shelf).await
    }

    pub(crate) async fn draft_of(
        &self,
        project: &Project,
        deployment: &Deployment,
        revision: u64,
    ) -> Result<Draft, Error> {
        let revision = self.revision_of(deployment, revision)?;
        let blueprint = self.installed(&revision.blueprint.digest)?;
        let values = revision.values.clone();
        let shelf = Shelf { deployment: Some(&deployment.id), before: &revision.values };
        let (name, number) = (&deployment.name, revision.number);
        let whose = (revision.blueprint.project.clone(), &blueprint);
        self.draft(project, name, number, whose, values, shelf).await
    }
}
