//! The situation of an app: what plugins would be given for it now.

use serde_json::{Value, json};
use slipway_model::access::Action;
use slipway_model::name::{AppName, ProjectName};
use slipway_model::plan::App;
use slipway_model::situation::Situation;
use slipway_store::Reads;
use slipway_store::record::DEPLOYMENTS;

use crate::clusters::facts;
use crate::error::{found, named};
use crate::plan_change::hosts;
use crate::{Caller, Error, Platform};

impl Platform {
    /// What plugins would be given for a deployment, whether it is there yet or not.
    pub async fn situation(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Situation, Error> {
        let project: ProjectName = found("project", project)?;
        let (project, _) = self.permit(caller, Action::View, &project)?;
        let app: AppName = named("name", name)?;
        let cluster = self.cluster_of(&project)?;
        let key = format!("{}/{app}", project.name);
        let deployment = self.store.read()?.get(&DEPLOYMENTS, &key)?;
        let mut situation = Situation {
            app: App {
                project: project.name.clone(),
                name: app.clone(),
                namespace: project.name.to_string(),
                hosts: hosts(&project, &app, &cluster),
                revision: deployment.as_ref().map_or(1, |it| it.revision + 1),
            },
            facts: facts(&cluster),
            pod_security: project.pod_security,
            values: None,
            options: json!({}),
            desired: Vec::new(),
            observed: Vec::new(),
        };
        if let Some(deployment) = deployment {
            let draft = self.draft_of(&project, &deployment, deployment.revision).await?;
            situation.values = Some(draft.values);
            situation.desired = draft.objects;
            situation.options = match deployment.control_options {
                Value::Null => json!({}),
                options => options,
            };
            let reached = self.clusters.get(&project.cluster)?;
            situation.observed = reached.objects(&project.name, &app).await?;
        }
        Ok(situation)
    }
}
