//! Planning a change: values checked, objects rendered and vetted, the difference shown. Changes nothing.

use serde_json::Value;
use slipway_model::diff::{self, FieldChange, ObjectChange};
use slipway_model::digest::Digest;
use slipway_model::name::{AppName, ProjectName};
use slipway_model::object::Object;
use slipway_model::plan::{App, RenderInput};
use slipway_model::secret::{self, Taken};
use slipway_model::vet;
use slipway_store::Reads;
use slipway_store::record::{BlueprintRef, CLUSTERS, ClusterRecord, PLUGINS, Plugin, Project};

use crate::clusters::facts;
use crate::secrets::Shelf;
use crate::{Error, Platform};

/// What differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub values: Vec<FieldChange>,
    pub objects: Vec<ObjectChange>,
}

/// A revision that could be: checked, rendered, vetted.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub blueprint: BlueprintRef,
    /// References where secrets are.
    pub values: Value,
    /// Texts that no revision before it had.
    pub secrets: Vec<secret::New>,
    pub objects: Vec<Object>,
}

impl Platform {
    /// Checks the values against the blueprint and renders them; all that is wrong is named.
    pub(crate) async fn draft(
        &self,
        project: &Project,
        app: &AppName,
        revision: u64,
        (owner, blueprint): (Option<ProjectName>, &Plugin),
        values: Value,
        shelf: Shelf<'_>,
    ) -> Result<Draft, Error> {
        let taken = self.take_secrets(&blueprint.schema, values, app, revision, shelf)?;
        let wrong = taken.check(&blueprint.schema)?;
        if !wrong.is_empty() {
            return Err(Error::Values(wrong));
        }
        // From here on there are only references: what a plugin never had, it cannot tell.
        let Taken { values, new: secrets, .. } = taken;
        let cluster = self.cluster_of(project)?;
        let input = RenderInput {
            app: App {
                project: project.name.clone(),
                name: app.clone(),
                namespace: project.name.to_string(),
                hosts: hosts(project, app, &cluster),
                revision,
            },
            values: values.clone(),
            facts: facts(&cluster),
        };
        let wrong = self.workshop.planner().check(&blueprint.digest, input.clone()).await?;
        if !wrong.is_empty() {
            return Err(Error::Values(wrong));
        }
        let hosts = input.app.hosts.clone();
        let rendered = self.workshop.planner().render(&blueprint.digest, input).await?;
        let rules = vet::Rules {
            namespace: project.name.as_str(),
            app: app.as_str(),
            hosts: &hosts,
            grant: &blueprint.grant,
            level: project.pod_security,
        };
        let objects = vet::vet(rendered.objects, &rules)?.into_objects();
        let blueprint = BlueprintRef {
            project: owner,
            name: blueprint.name.clone(),
            version: blueprint.version.clone(),
            digest: blueprint.digest.clone(),
        };
        Ok(Draft { blueprint, values, secrets, objects })
    }

    pub(crate) fn cluster_of(&self, project: &Project) -> Result<ClusterRecord, Error> {
        let found = self.store.read()?.get(&CLUSTERS, project.cluster.as_str())?;
        found.ok_or_else(|| Error::no("cluster", &project.cluster))
    }

    /// The plugin that a revision was made with, whether or not the catalogue still offers it.
    pub(crate) fn installed(&self, digest: &Digest) -> Result<Plugin, Error> {
        let found = self.store.read()?.get(&PLUGINS, digest.as_str())?;
        found.ok_or_else(|| slipway_model::plan::Error::NotInstalled(digest.clone()).into())
    }
}

/// Host names of a deployment, the main one first.
pub(crate) fn hosts(project: &Project, app: &AppName, cluster: &ClusterRecord) -> Vec<String> {
    vec![format!("{app}.{}.{}", project.name, cluster.base_domain)]
}

/// What differs between two drafts; `before` is none for a new deployment.
pub(crate) fn difference(before: Option<&Draft>, after: &Draft) -> Difference {
    let nothing = Value::Object(serde_json::Map::new());
    let old_values = before.map_or(&nothing, |it| &it.values);
    let old_objects = before.map_or(&[][..], |it| &it.objects);
    Difference {
        values: diff::fields(old_values, &after.values),
        objects: diff::objects(old_objects, &after.objects),
    }
}
