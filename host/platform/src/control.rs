//! Control plugins: which one a deployment has, and what people ask of it while it works.

use serde_json::Value;
use slipway_model::access::{Action, InstanceAction};
use slipway_model::digest::Digest;
use slipway_model::name::ClusterName;
use slipway_model::operation::OperationKind;
use slipway_model::values;
use slipway_store::Reads;
use slipway_store::record::{
    CLUSTERS, ClusterRecord, ControlChoice, Deployment, Plugin, PluginKind,
};

use crate::deployments::Accepted;
use crate::error::{found, named, object};
use crate::swap::knows;
use crate::{Caller, ClusterState, Error, Platform};

/// What deployments get where neither they nor their cluster say another.
const DEFAULT: &str = "rolling";

/// The control plugin of a deployment, and what can be asked of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlView {
    pub plugin: String,
    pub version: String,
    pub title: String,
    pub options: Value,
    pub operations: Vec<String>,
}

/// A control plugin at one version, with all options filled in.
pub(crate) struct Chosen {
    pub digest: Digest,
    pub options: Value,
}

impl Platform {
    /// What brings a new deployment live: its own choice, or its cluster's, or the default.
    pub(crate) fn choose(
        &self,
        cluster: &ClusterRecord,
        choice: Option<&ControlChoice>,
    ) -> Result<Chosen, Error> {
        match choice.or(cluster.control.as_ref()) {
            Some(choice) => self.resolve(choice),
            None => self.resolve(&ControlChoice { plugin: DEFAULT.into(), options: Value::Null }),
        }
    }

    fn resolve(&self, choice: &ControlChoice) -> Result<Chosen, Error> {
        let name = named("control.plugin", &choice.plugin)?;
        let plugin = self.offered(PluginKind::Control, &name)?;
        let own = object("control.options", "options", &choice.options)?;
        let options = values::fill(&plugin.defaults, &own);
        let wrong = values::check(&plugin.schema, &options)?;
        if wrong.is_empty() {
            Ok(Chosen { digest: plugin.digest, options })
        } else {
            Err(Error::Options(wrong))
        }
    }

    /// Gives a running deployment another control plugin, or other options. It takes over what runs.
    pub async fn control_set(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        choice: &ControlChoice,
    ) -> Result<Accepted, Error> {
        let (project, deployment) = self.deployment(caller, Action::Deploy, project, name)?;
        let Chosen { digest, options } = self.resolve(choice)?;
        let changed =
            Deployment { control: digest, control_options: options, ..deployment.clone() };
        self.operate(caller, &project, &changed, OperationKind::Update).await
    }

    /// What new deployments of a cluster get; none: the instance's default.
    pub async fn cluster_control(
        &self,
        caller: &Caller,
        cluster: &str,
        choice: Option<ControlChoice>,
    ) -> Result<ClusterState, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let name: ClusterName = found("cluster", cluster)?;
        if let Some(choice) = &choice {
            self.resolve(choice)?;
        }
        let key = name.clone();
        let record = self
            .store
            .change(caller.actor(), "cluster.control", name.to_string(), move |changes| {
                let record = changes.get(&CLUSTERS, key.as_str())?;
                let mut record = record.ok_or_else(|| Error::no("cluster", &key))?;
                record.control = choice;
                changes.put(&CLUSTERS, key.as_str(), &record)?;
                Ok::<_, Error>(record)
            })
            .await?;
        Ok(self.cluster_state(record).await)
    }

    /// Lets the stack that waits answer.
    pub async fn promote(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Accepted, Error> {
        self.steer(caller, project, name, OperationKind::Promote).await
    }

    /// Holds an automatic promotion.
    pub async fn pause(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Accepted, Error> {
        self.steer(caller, project, name, OperationKind::Pause).await
    }

    /// Lets a held operation go on.
    pub async fn resume(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Accepted, Error> {
        self.steer(caller, project, name, OperationKind::Resume).await
    }

    async fn steer(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        kind: OperationKind,
    ) -> Result<Accepted, Error> {
        let (project, deployment) = self.deployment(caller, Action::Deploy, project, name)?;
        self.knows(&deployment, kind)?;
        if deployment.operation_state.is_over() {
            return Err(Error::Conflict(format!(
                "nothing is under way to {kind}: the last operation of {name} has ended"
            )));
        }
        self.operate(caller, &project, &deployment, kind).await
    }

    /// Gives a rollout up: what was good before is wanted again, as a new revision.
    pub async fn abort(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Accepted, Error> {
        let (project, deployment) = self.deployment(caller, Action::Deploy, project, name)?;
        self.knows(&deployment, OperationKind::Abort)?;
        let good = deployment.good_revision.filter(|it| *it != deployment.revision);
        let good = good.ok_or_else(|| {
            Error::Conflict(format!(
                "there is nothing to go back to: no earlier revision of {name} was live"
            ))
        })?;
        let draft = self.draft_of(&project, &deployment, good).await?;
        let message = format!("Aborted revision {}, back to {good}", deployment.revision);
        let (kind, expected) = (OperationKind::Abort, deployment.revision);
        self.revise(caller, &project, &deployment, kind, draft, message, expected).await
    }

    /// A plugin that was installed before Slipway asked for its operations says no itself.
    fn knows(&self, deployment: &Deployment, kind: OperationKind) -> Result<(), Error> {
        let plugin = self.installed(&deployment.control)?;
        if knows(&plugin, kind) {
            return Ok(());
        }
        let Plugin { name, operations, .. } = plugin;
        let known = operations.join(", ");
        Err(Error::Conflict(format!("the control plugin {name} cannot {kind}; it knows: {known}")))
    }

    pub(crate) fn control_view(&self, deployment: &Deployment) -> Result<ControlView, Error> {
        let plugin = self.installed(&deployment.control)?;
        Ok(ControlView {
            plugin: plugin.name.to_string(),
            version: plugin.version,
            title: plugin.title,
            options: deployment.control_options.clone(),
            operations: plugin.operations,
        })
    }
}
