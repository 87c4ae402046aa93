//! The fences of projects: each namespace with its quota and network policy, brought to what is wanted and kept so.
//!
//! One watch per kind shows what there is. What somebody deletes or changes by hand is mended at once, and a restart
//! that finds everything as it should be writes nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use futures::{StreamExt, pin_mut};
use kube::Client;
use kube::api::{Api, DeleteParams, DynamicObject, Patch, PatchParams};
use kube::runtime::{WatchStreamExt, watcher};
use serde_json::Value;
use slipway_model::cluster::Error;
use slipway_model::name::{ClusterName, ProjectName};
use slipway_model::project::Fence;
use slipway_queue::{Queue, Retry};
use tokio::sync::watch;

use crate::cluster::{gone, refused};
use crate::contact::Line;
use crate::project::{Part, is_of, is_so};
use crate::{kinds, labels};

/// Waits after a fence could not be mended.
const RETRY: Retry = Retry { first: Duration::from_millis(200), last: Duration::from_secs(60) };
/// How long the first lists may take before a project is looked at object by object.
const LIST_PATIENCE: Duration = Duration::from_secs(5);

/// The fences of one cluster's projects.
pub struct Fences {
    cluster: ClusterName,
    client: Client,
    line: Arc<Line>,
    known: Mutex<Known>,
    to_mend: Queue<ProjectName>,
    /// How many kinds have had their first list.
    listed: watch::Sender<usize>,
}

#[derive(Default)]
struct Known {
    wanted: HashMap<ProjectName, Fence>,
    live: HashMap<(Part, ProjectName), Value>,
}

impl Fences {
    pub fn new(cluster: ClusterName, client: Client, line: Arc<Line>) -> Self {
        Self {
            cluster,
            client,
            line,
            known: Mutex::default(),
            to_mend: Queue::new(RETRY),
            listed: watch::Sender::default(),
        }
    }

    /// A namespace that somebody else has made is theirs.
    pub async fn check(&self, project: &ProjectName) -> Result<(), Error> {
        match self.namespace(project).await? {
            Some(namespace) if !is_of(&namespace, project) => Err(Error::Refused {
                cluster: self.cluster.clone(),
                what: format!("the namespace {project}"),
                reason: format!(
                    "it is there already and is not Slipway's. Choose another name for the project; to hand the \
                     namespace over, label it {}={project}",
                    labels::PROJECT
                ),
            }),
            Some(_) | None => Ok(()),
        }
    }

    /// Makes what is not there, and changes what is not as it is wanted.
    pub async fn ensure(&self, project: &ProjectName, fence: &Fence) -> Result<(), Error> {
        if self.known().wanted.get(project) == Some(fence) {
            return Ok(());
        }
        self.line.check()?;
        // Without the lists everything looks as if it were to be written, which costs requests and nothing else.
        let mut listed = self.listed.subscribe();
        let all = listed.wait_for(|it| *it >= Part::ALL.len());
        let _ = tokio::time::timeout(LIST_PATIENCE, all).await;
        self.mend(project, fence).await?;
        self.known().wanted.insert(project.clone(), *fence);
        Ok(())
    }

    /// After a write into the project failed: where something was not found, the namespace may have been deleted under
    /// us, and the next try begins with it.
    pub fn doubt(&self, project: &ProjectName, error: &Error) {
        if matches!(error, Error::NotFound { .. }) {
            self.forget(project);
        }
    }

    /// Looks at the project anew the next time: something of it is not as it was known.
    fn forget(&self, project: &ProjectName) {
        let mut known = self.known();
        known.wanted.remove(project);
        known.live.retain(|(_, of), _| of != project);
    }

    /// Deletes the namespace, and all in it, if it is the project's own.
    pub async fn delete(&self, project: &ProjectName) -> Result<(), Error> {
        self.forget(project);
        if !self.namespace(project).await?.is_some_and(|it| is_of(&it, project)) {
            return Ok(());
        }
        let api = self.api(Part::Namespace, project);
        let deleted = api.delete(project.as_str(), &DeleteParams::default()).await;
        gone(deleted).map_err(|error| self.refused(Part::Namespace, error))
    }

    /// Watches, and mends, for ever.
    pub async fn keep(self: Arc<Self>) {
        let watches = join_all(Part::ALL.map(|part| self.follow(part)));
        let mending = async {
            loop {
                let project = self.to_mend.next().await;
                self.line.held().await;
                let fence = self.known().wanted.get(&project).copied();
                let mended = match fence {
                    Some(fence) => self.mend(&project, &fence).await,
                    None => Ok(()),
                };
                match mended {
                    Ok(()) => self.to_mend.done(&project),
                    Err(error) => {
                        let wait = self.to_mend.done_badly(&project);
                        tracing::warn!(cluster = %self.cluster, project = %project, error = %error,
                            again_in_ms = wait.as_millis(), "a project's fence is not as it should be");
                    }
                }
            }
        };
        tokio::join!(watches, mending);
    }

    async fn mend(&self, project: &ProjectName, fence: &Fence) -> Result<(), Error> {
        for part in Part::ALL {
            let wanted = part.object(project, fence);
            let live = self.known().live.get(&(part, project.clone())).cloned();
            if !live.as_ref().is_some_and(|live| is_so(&wanted, live)) {
                let written = self.write(part, project, &wanted).await?;
                // The watch brings it, too, but whoever looks before that must not write it again.
                if let Some((project, live)) = read(part, written) {
                    self.known().live.insert((part, project), live);
                }
            }
        }
        Ok(())
    }

    async fn write(
        &self,
        part: Part,
        project: &ProjectName,
        wanted: &Value,
    ) -> Result<DynamicObject, Error> {
        let api = self.api(part, project);
        let failed = |error| self.refused(part, error);
        if part == Part::Namespace {
            self.check(project).await?;
            // Others put their labels onto it, too.
            let parameters = PatchParams::apply(labels::FIELD_MANAGER).force();
            let applied = api.patch(part.name(project), &parameters, &Patch::Apply(wanted)).await;
            return applied.map_err(failed);
        }
        let body: DynamicObject = serde_json::from_value(wanted.clone())
            .map_err(|error| failed(kube::Error::SerdeError(error)))?;
        let parameters = labels::writing();
        match api.create(&parameters, &body).await {
            Err(kube::Error::Api(status)) if status.is_already_exists() => {
                let replaced = api.replace(part.name(project), &parameters, &body).await;
                replaced.map_err(failed)
            }
            created => created.map_err(failed),
        }
    }

    async fn follow(&self, part: Part) {
        let (version, kind) = part.kind();
        let api: Api<DynamicObject> =
            Api::all_with(self.client.clone(), &kinds::builtin(version, kind));
        let events = watcher(api, watcher::Config::default().labels(labels::PROJECT));
        let events = events.default_backoff();
        pin_mut!(events);
        let mut listed = HashMap::new();
        while let Some(event) = events.next().await {
            match event {
                Ok(watcher::Event::Init) => listed.clear(),
                Ok(watcher::Event::InitApply(object)) => listed.extend(read(part, object)),
                Ok(watcher::Event::InitDone) => {
                    self.relist(part, std::mem::take(&mut listed));
                    self.listed.send_modify(|it| *it += 1);
                }
                Ok(watcher::Event::Apply(object)) => {
                    if let Some((project, live)) = read(part, object) {
                        self.known().live.insert((part, project.clone()), live);
                        self.look_at(project);
                    }
                }
                Ok(watcher::Event::Delete(object)) => {
                    if let Some((project, _)) = read(part, object) {
                        self.known().live.remove(&(part, project.clone()));
                        self.look_at(project);
                    }
                }
                Err(error) => {
                    tracing::warn!(kind, error = %error, "a watch broke and is begun again");
                }
            }
        }
    }

    fn relist(&self, part: Part, listed: HashMap<ProjectName, Value>) {
        let mut known = self.known();
        known.live.retain(|(of, _), _| *of != part);
        known.live.extend(listed.into_iter().map(|(project, live)| ((part, project), live)));
        let wanted: Vec<ProjectName> = known.wanted.keys().cloned().collect();
        drop(known);
        wanted.into_iter().for_each(|it| self.look_at(it));
    }

    /// Has the project mended if it is one of ours; a look that finds all well costs nothing.
    fn look_at(&self, project: ProjectName) {
        if self.known().wanted.contains_key(&project) {
            self.to_mend.add(project);
        }
    }

    async fn namespace(&self, project: &ProjectName) -> Result<Option<DynamicObject>, Error> {
        let api = self.api(Part::Namespace, project);
        let found = api.get_opt(project.as_str()).await;
        found.map_err(|error| self.refused(Part::Namespace, error))
    }

    fn api(&self, part: Part, project: &ProjectName) -> Api<DynamicObject> {
        let (version, kind) = part.kind();
        let resource = kinds::builtin(version, kind);
        match part {
            Part::Namespace => Api::all_with(self.client.clone(), &resource),
            _ => Api::namespaced_with(self.client.clone(), project.as_str(), &resource),
        }
    }

    fn refused(&self, part: Part, error: kube::Error) -> Error {
        refused(&self.cluster, &format!("the project's {}", part.kind().1), error)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The project and the object, where it is the one that we make for a project.
fn read(part: Part, mut object: DynamicObject) -> Option<(ProjectName, Value)> {
    object.metadata.managed_fields = None;
    let project = object.metadata.labels.as_ref()?.get(labels::PROJECT)?;
    let project: ProjectName = project.parse().ok()?;
    if object.metadata.name.as_deref() != Some(part.name(&project)) {
        return None;
    }
    let mut json = serde_json::to_value(object).ok()?;
    let (version, kind) = part.kind();
    json["apiVersion"] = version.into();
    json["kind"] = kind.into();
    Some((project, json))
}
