//! What has become of a pod's containers so far.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{ContainerState, ContainerStateTerminated, Pod, PodCondition};
use tokio::sync::Notify;

use crate::node::log::Log;
use crate::node::meter::Meter;
use crate::node::server::Server;

/// How a run of a container ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    pub exit_code: i32,
    pub reason: &'static str,
    pub message: String,
    pub started: Timestamp,
    pub finished: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Now {
    Waiting { reason: String, message: String },
    Running { since: Timestamp },
    Ended(Ended),
}

/// One container.
pub(super) struct Container {
    pub now: Now,
    pub last: Option<ContainerState>,
    pub restarts: i32,
    pub started: bool,
    pub ready: bool,
    pub image_id: String,
    pub log: Option<Arc<Log>>,
    pub server: Option<Arc<Server>>,
    pub meter: Option<Arc<Meter>>,
}

/// All containers, by name, and the conditions as they were last told.
pub(in crate::node) struct State {
    inner: Mutex<Inner>,
    pub(super) began: Timestamp,
    pub(super) changed: Notify,
}

pub(super) struct Inner {
    pub init: BTreeMap<String, Container>,
    pub main: BTreeMap<String, Container>,
    pub conditions: Vec<PodCondition>,
    pub leaving: bool,
}

/// Where in its pod a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Init,
    Main,
}

impl State {
    /// As the API knows it: a node that starts again goes on counting where the last one ended.
    pub fn of(pod: &Pod) -> Self {
        let spec = pod.spec.clone().unwrap_or_default();
        let status = pod.status.clone().unwrap_or_default();
        let told: Vec<_> = status
            .container_statuses
            .into_iter()
            .chain(status.init_container_statuses)
            .flatten()
            .collect();
        let fresh = |name: String| {
            let before = told.iter().find(|it| it.name == name);
            let container = Container {
                now: Now::Waiting { reason: "ContainerCreating".into(), message: String::new() },
                last: before.and_then(|it| it.last_state.clone()),
                restarts: before.map_or(0, |it| it.restart_count),
                started: false,
                ready: false,
                image_id: String::new(),
                log: None,
                server: None,
                meter: None,
            };
            (name, container)
        };
        let inner = Inner {
            init: spec.init_containers.into_iter().flatten().map(|it| fresh(it.name)).collect(),
            main: spec.containers.into_iter().map(|it| fresh(it.name)).collect(),
            conditions: status.conditions.unwrap_or_default(),
            leaving: false,
        };
        Self { inner: Mutex::new(inner), began: Timestamp::now(), changed: Notify::new() }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a container, and has it told.
    pub(super) fn change(&self, place: Place, name: &str, change: impl FnOnce(&mut Container)) {
        let mut inner = self.lock();
        let containers = match place {
            Place::Init => &mut inner.init,
            Place::Main => &mut inner.main,
        };
        if let Some(container) = containers.get_mut(name) {
            change(container);
        }
        drop(inner);
        self.changed.notify_one();
    }

    pub(super) fn wait_for(&self, place: Place, name: &str, reason: &str, message: &str) {
        self.change(place, name, |it| {
            it.now = Now::Waiting { reason: reason.into(), message: message.into() };
            it.ready = false;
            it.started = false;
        });
    }

    pub(super) fn servers(&self) -> Vec<Arc<Server>> {
        self.lock().main.values().filter_map(|it| it.server.clone()).collect()
    }

    /// The log that a container writes now.
    pub(in crate::node) fn log(&self, container: &str) -> Option<(Arc<Log>, i32)> {
        let inner = self.lock();
        let found = inner.main.get(container).or_else(|| inner.init.get(container))?;
        Some((found.log.clone()?, found.restarts))
    }

    /// Containers with their meters.
    pub(in crate::node) fn meters(&self) -> Vec<(String, Arc<Meter>)> {
        let inner = self.lock();
        let all = inner.main.iter().chain(&inner.init);
        all.filter_map(|(name, it)| Some((name.clone(), it.meter.clone()?))).collect()
    }
}

impl Ended {
    pub fn told(&self) -> ContainerState {
        use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
        ContainerState {
            terminated: Some(ContainerStateTerminated {
                exit_code: self.exit_code,
                reason: Some(self.reason.into()),
                message: Some(self.message.clone()).filter(|it| !it.is_empty()),
                started_at: Some(Time(whole_seconds(self.started))),
                finished_at: Some(Time(whole_seconds(self.finished))),
                ..ContainerStateTerminated::default()
            }),
            ..ContainerState::default()
        }
    }
}

/// Kubernetes tells times in whole seconds; a fraction would come back changed.
pub(super) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
